"""The fuel of an order is never overdrawn, in whatever turns its tasks start and end, and whatever they burn."""

from hypothesis import given
from hypothesis import strategies as st

from suanwang.agent.purse import Purse


@given(
    fuel=st.integers(-5, 10**12),
    width=st.integers(1, 8),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(-1, 10**12)), max_size=80),
)
def test_what_is_given_and_charged_never_exceeds_the_order(fuel: int, width: int, steps: list[tuple[bool, int, int]]) -> None:
    purse, running, charged = Purse(fuel, width), list[int](), 0
    for start, which, used in steps:
        if start and len(running) < width:
            running.append(purse.set_aside())
        elif running:
            part = running.pop(which % len(running))
            (cost,) = purse.settle(part, [used])
            assert 0 <= cost <= part
            charged += cost
        assert charged + sum(running) <= max(0, fuel)
    if not running and fuel - charged >= width:
        assert purse.set_aside() > 0, "fuel that was not burned is there for the next task"
