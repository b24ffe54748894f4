"""How many instances: enough at once, fewer only after a while, none when nobody asks, and one as soon as somebody does."""

from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.serving import Scale
from suanwang.steer.scale import CALM_S, Memory, wanted


def follow(scale: Scale, told: list[tuple[float, float, bool]], up: int = 1) -> list[int]:
    """told: (seconds later, requests in flight, asked). As many are up as were wanted last."""
    memory, now, found = Memory(), 1000.0, []
    for later, in_flight, asked in told:
        now += later
        memory, up = wanted(memory, scale, up=up, in_flight=in_flight, asked=asked, now=now)
        found.append(up)
    return found


def test_out_at_once_at_most_doubled_and_in_after_a_while() -> None:
    scale = Scale(least=1, most=10, in_flight=4)
    assert follow(scale, [(0, 0, False), (1, 30, False), (1, 30, False), (1, 30, False), (1, 30, False)]) == [1, 2, 4, 8, 8]
    told = [(0.0, 16.0, False), (1, 16, False), (1, 16, False), (1, 3, False), (CALM_S - 2, 3, False), (3, 3, False)]
    assert follow(scale, told) == [2, 4, 4, 4, 4, 1]


def test_to_zero_when_nobody_asks_and_back_when_somebody_does() -> None:
    scale = Scale(least=0, most=3, in_flight=4, idle_s=10)
    told = [(0.0, 1.0, False), (5, 0, False), (6, 0, False), (1, 0, False), (1, 0, True), (1, 0, False), (30, 0, False)]
    assert follow(scale, told) == [1, 1, 0, 0, 1, 1, 0]


def test_a_service_that_may_rest_starts_with_one_so_that_its_owner_sees_it_work() -> None:
    assert follow(Scale(least=0, most=3, idle_s=10), [(0, 0, False), (5, 0, False), (6, 0, False)]) == [1, 1, 0]


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 500), st.booleans()), max_size=40),
    st.integers(0, 4),
    st.integers(1, 8),
)
def test_never_beyond_its_bounds(told: list[tuple[float, float, bool]], least: int, more: int) -> None:
    scale = Scale(least=least, most=least + more, in_flight=3, idle_s=5)
    counts = follow(scale, told)
    assert all(least <= n <= least + more for n in counts)
