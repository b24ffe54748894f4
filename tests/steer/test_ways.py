"""Ways for many pairs: the first is the cheapest, none shares a link with another, and there is one where there can be one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from suanwang.steer.ways import disjoint


@given(st.integers(0, 2**32), st.integers(2, 12), st.integers(0, 40), st.integers(1, 4), st.booleans())
@settings(max_examples=150, deadline=None)
def test_each_way_is_the_cheapest_that_is_left(seed: int, routers: int, links: int, most: int, equal: bool) -> None:
    chance = np.random.default_rng(seed)
    ends = {(a, b) for a, b in chance.integers(0, routers, (links, 2)).tolist() if a != b}
    tail, head = (np.array([e[x] for e in sorted(ends)], np.int64) for x in (0, 1))
    cost = np.ones(len(tail)) if equal else chance.random(len(tail)) + 0.1
    pairs = chance.integers(0, routers, (6, 2))
    ways = disjoint(tail, head, cost, pairs, most)
    for i, (a, b) in enumerate(pairs.tolist()):
        left = np.ones(len(tail), bool)
        found = range(ways.first[i], ways.first[i + 1])
        for p in found:
            along = ways.link[ways.start[p] : ways.start[p + 1]]
            assert left[along].all() and len(set(along.tolist())) == len(along)
            assert [a, *head[along]] == [*tail[along], b]
            assert abs(cost[along].sum() - cheapest(tail, head, cost, left, routers, a, b)) < 1e-9
            left[along] = False
        assert len(found) == (1 if a == b else most) or cheapest(tail, head, cost, left, routers, a, b) == np.inf


def cheapest(tail: np.ndarray, head: np.ndarray, cost: np.ndarray, left: np.ndarray, routers: int, a: int, b: int) -> float:
    net = csr_array((cost[left], (tail[left], head[left])), shape=(routers, routers))
    return float(dijkstra(net, indices=a)[b])
