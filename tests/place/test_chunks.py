"""Chunks: nothing is lost or handed out twice, all end nearly together, and a node that turns slow gets less."""

import heapq

from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.place.chunks import Pace, chunk, speed_of


def run(items: int, believed: list[float], real: list[float]) -> tuple[list[float], list[int]]:
    """(when each node ends, how many items it did). Speeds: items a second, believed and real."""
    paces = [Pace(items=0, busy_s=0.0, speed=speed) for speed in believed]
    ends, left, asking = [0.0] * len(real), items, [(0.0, k) for k in range(len(real))]
    while left:
        now, node = heapq.heappop(asking)
        size = chunk(left, node, paces, believed)
        assert 1 <= size <= left
        left -= size
        took = size / real[node]
        paces[node] = Pace(items=paces[node].items + size, busy_s=paces[node].busy_s + took, speed=believed[node])
        ends[node] = now + took
        heapq.heappush(asking, (now + took, node))
    return ends, [pace.items for pace in paces]


@given(st.integers(1, 2000), st.lists(st.floats(0.1, 10), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_all_items_are_done_and_all_end_within_two_items_of_the_slowest(items: int, speeds: list[float]) -> None:
    ends, done = run(items, speeds, speeds)
    assert sum(done) == items
    ideal = items / sum(speeds)
    assert ideal - 1e-9 <= max(ends) <= ideal + 2 / min(speeds)


def test_a_node_that_turns_out_slow_gets_less_and_it_hurts_less_than_a_static_split() -> None:
    ends, done = run(1000, [1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 0.2])
    static_s = 250 / 0.2
    assert max(ends) < 0.55 * static_s and done[3] < 0.6 * done[0]


def test_what_was_seen_outweighs_what_was_believed() -> None:
    assert speed_of(Pace(items=0, busy_s=0.0, speed=2.0)) == 2.0
    assert abs(speed_of(Pace(items=10_000, busy_s=20_000.0, speed=2.0)) - 0.5) < 0.01
