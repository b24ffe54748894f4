"""Several ways for each of many pairs at once: the cheapest, then the cheapest that shares no link with those before it.

    pair      0          1       ...
    way       0  1  2    3  4        first = 0, 3, 5, ...
    links     4 7  1 2 9  3 ...      start = 0, 2, 5, ...

On columns, for tens of thousands of pairs; `steer.paths` finds the ways of one policy, with every constraint.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from suanwang.steer.columns import Floats, Ints
from suanwang.world.compiled import compiled

Links = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Those of pair i are first[i] to first[i + 1]; the links of way p are link[start[p]] to link[start[p + 1]], none twice.

    first: shape (pairs + 1,). start: shape (ways + 1,). link: numbers of directed links, in the order of the way.
    """

    first: Ints
    start: Ints
    link: Links


def disjoint(tail: Ints, head: Ints, cost: Floats, pairs: Ints, most: int) -> Ways:
    """Up to so many ways for each pair, cheapest first; a router has one way to itself, of no link.

    tail, head, cost: of directed links, shape (links,); routers are numbered from 0, no cost is nought. pairs: (from, to),
    shape (pairs, 2).
    """
    routers = int(max(tail.max(initial=-1), head.max(initial=-1), pairs.max(initial=-1))) + 1
    out = np.argsort(tail, kind="stable")
    at = np.searchsorted(tail[out], np.arange(routers + 1))
    first, start, link = _disjoint(head, cost, out, at, np.ascontiguousarray(pairs), most)
    return Ways(first, start, link)


@compiled
def _disjoint(head: Ints, cost: Floats, out: Ints, at: Ints, pairs: Ints, most: int) -> tuple[Ints, Ints, Links]:
    routers, many = len(at) - 1, len(pairs)
    first, start, link = np.zeros(many + 1, np.int64), np.zeros(many * most + 1, np.int64), np.empty(1024, np.int32)
    used, ways, links = np.zeros(len(head), np.bool_), 0, 0
    tail = np.empty(len(head), np.int64)
    for router in range(routers):
        tail[out[at[router] : at[router + 1]]] = router
    for i in range(many):
        begun = links
        for _ in range(most):
            via = _cheapest(head, cost, out, at, used, pairs[i, 0], pairs[i, 1])
            if pairs[i, 0] != pairs[i, 1] and via[pairs[i, 1]] < 0:
                break
            here, length = pairs[i, 1], 0
            while here != pairs[i, 0]:
                length += 1
                here = tail[via[here]]
            if links + length > len(link):
                more = np.empty(2 * (links + length), np.int32)
                more[:links] = link[:links]
                link = more
            here = pairs[i, 1]
            for x in range(length - 1, -1, -1):
                link[links + x] = via[here]
                used[via[here]] = True
                here = tail[via[here]]
            links += length
            ways += 1
            start[ways] = links
            if length == 0:
                break
        for x in range(begun, links):
            used[link[x]] = False
        first[i + 1] = ways
    return first, start[: ways + 1].copy(), link[:links].copy()


@compiled
def _cheapest(head: Ints, cost: Floats, out: Ints, at: Ints, used: NDArray[np.bool_], a: int, b: int) -> Ints:
    """The link by which each router is reached most cheaply from a, -1 where none leads; right on the way to b.

    Bellman and Ford's method with a queue: on networks as sparse as these hardly any router is looked at twice.
    """
    routers = len(at) - 1
    far, via, waits = np.full(routers, np.inf), np.full(routers, -1), np.zeros(routers, np.bool_)
    queue, begin, count = np.empty(routers, np.int64), 0, 1
    far[a], queue[0] = 0.0, a
    while count > 0:
        here = queue[begin]
        begin, count = (begin + 1) % routers, count - 1
        waits[here] = False
        if far[here] >= far[b]:
            continue
        for x in range(at[here], at[here + 1]):
            e = out[x]
            if used[e] or far[here] + cost[e] >= far[head[e]]:
                continue
            far[head[e]], via[head[e]] = far[here] + cost[e], e
            if not waits[head[e]]:
                waits[head[e]] = True
                queue[(begin + count) % routers] = head[e]
                count += 1
    return via
