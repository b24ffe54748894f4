"""The cheapest cut between two ends of a directed graph: maximum flow by levels (Dinic 1970), in whole numbers, so it is
exact."""

from collections import deque

NEVER = 1 << 200
"""A capacity that no cut of finite cost contains."""


class Cutter:
    """Nodes are numbers from 0: 0 is the source, 1 the sink. An arc's cost is paid when its head is cut off from its tail."""

    def __init__(self) -> None:
        self._heads: list[int] = []
        self._left: list[int] = []
        self._arcs: list[list[int]] = [[], []]

    def node(self) -> int:
        self._arcs.append([])
        return len(self._arcs) - 1

    def arc(self, tail: int, head: int, cost: int, back: int = 0) -> None:
        """back: cost of the arc the other way."""
        for at, to, left in ((tail, head, cost), (head, tail, back)):
            self._arcs[at].append(len(self._heads))
            self._heads.append(to)
            self._left.append(left)

    def cut(self) -> tuple[int, list[bool]]:
        """(cost of the cheapest cut, whether each node is on the sink's side); of equal cuts the one with the fewest there."""
        total = 0
        while (level := self._levels())[1] >= 0:
            total += self._push(level)
        return total, self._beyond()

    def _levels(self) -> list[int]:
        """Arcs with room left between the source and each node, -1 where none lead there."""
        level, todo = [-1] * len(self._arcs), deque([0])
        level[0] = 0
        while todo:
            at = todo.popleft()
            for arc in self._arcs[at]:
                head = self._heads[arc]
                if self._left[arc] and level[head] < 0:
                    level[head] = level[at] + 1
                    todo.append(head)
        return level

    def _push(self, level: list[int]) -> int:
        """A flow that leaves no shortest way open: along a way as far as it goes, back where it ends."""
        heads, left, arcs = self._heads, self._left, self._arcs
        following, way, total = [0] * len(arcs), list[int](), 0
        while True:
            at = heads[way[-1]] if way else 0
            if at == 1:
                much = min(left[arc] for arc in way)
                total += much
                for arc in way:
                    left[arc] -= much
                    left[arc ^ 1] += much
                del way[next(i for i, arc in enumerate(way) if not left[arc]) :]
            elif following[at] < len(arcs[at]):
                arc = arcs[at][following[at]]
                if left[arc] and level[heads[arc]] == level[at] + 1:
                    way.append(arc)
                else:
                    following[at] += 1
            elif way:
                following[heads[way.pop() ^ 1]] += 1
            else:
                return total

    def _beyond(self) -> list[bool]:
        """Nodes from which the sink can still be reached."""
        found, todo = [False] * len(self._arcs), [1]
        found[1] = True
        while todo:
            for arc in self._arcs[todo.pop()]:
                tail = self._heads[arc]
                if self._left[arc ^ 1] and not found[tail]:
                    found[tail] = True
                    todo.append(tail)
        return found
