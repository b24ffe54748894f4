"""Packing one by one: nothing over its bounds, nothing dropped that would have fitted, and what is remembered changes
nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.place.mixes import judged, machines, machines_of, shapes

from suanwang.place.pack import NOWHERE, Machines, gains, pack, wasted
from suanwang.place.waste import FRAGMENTS, WEIGHTS, Shapes, plain, waste
from suanwang.world.supply import WHOLE

orders = st.lists(st.integers(0, 5), min_size=1, max_size=40)


def fits(place: Machines, mix: Shapes, s: int, i: int) -> bool:
    cpu, memory, count, share, kinds = (int(column[s]) for column in mix)
    return bool(
        place.cpu_milli[i] >= cpu
        and place.memory[i] >= memory
        and (kinds == 0 or kinds >> int(place.kind[i]) & 1)
        and (place.idle[i] >= share).sum() >= count
    )


@settings(max_examples=80, deadline=None)
@given(shapes, machines, orders)
def test_what_is_placed_fits_and_what_is_dropped_fits_nowhere(mix: Shapes, place: Machines, order: list[int]) -> None:
    arrivals, now, judge = np.array(order) % len(mix.devices), place, judged(mix)
    for s in arrivals.tolist():
        one = pack(now, mix, np.array([s]), judge)
        i = int(one.node[0])
        assert fits(now, mix, s, i) if i >= 0 else not any(fits(now, mix, s, j) for j in range(len(now.cpu_milli)))
        if i >= 0:
            taken = now.idle.astype(int) - one.machines.idle
            assert now.cpu_milli[i] - one.machines.cpu_milli[i] == mix.cpu_milli[s]
            assert taken.sum() == taken[i].sum() == mix.devices[s] * mix.share[s]
            assert sorted(taken[i][taken[i] > 0].tolist()) == [mix.share[s]] * int(mix.devices[s])
        now = one.machines
    whole = pack(place, mix, arrivals, judge)
    assert all(np.array_equal(a, b) for a, b in zip(whole.machines, now, strict=True)), "at once or one by one is the same"
    assert min(column.min() for column in (now.cpu_milli, now.memory, now.idle)) >= 0


@settings(deadline=None)
@given(shapes, machines)
def test_the_gain_is_what_the_waste_falls_by(mix: Shapes, place: Machines) -> None:
    judge = judged(mix)
    before = wasted(place, judge)
    for s in range(len(mix.devices)):
        found = gains(place, mix, s, judge)
        for i in range(len(before)):
            alone = Machines(*(column[i : i + 1] for column in place))
            after = pack(alone, mix, np.array([s]), judge)
            if after.node[0] < 0:
                assert found[i] == NOWHERE
            else:
                assert found[i] == pytest.approx(before[i] - wasted(after.machines, judge)[0], abs=0.05)


def test_cores_and_accelerators_run_out_together() -> None:
    """Half the demands take 2 cores with an accelerator, half 14; nodes of 4 accelerators have 16 or 64 cores, and are all
    needed. Who asks only what the next demand could use sees no difference between them until it is too late."""
    mix = Shapes(*np.array([(2000, 0, 1, 1000, 0), (14_000, 0, 1, 1000, 0)], np.int64).T.copy())
    place = machines_of((16_000, 64_000) * 20, (0,) * 40, (0,) * 40, ([WHOLE] * 4,) * 40)
    arrivals = np.random.default_rng(5).integers(0, 2, 160)
    to_the_end, next_only = (
        waste(mix, np.ones(2), kinds=1, cpu_most=64_000, devices_most=4, worth=plain, by=by) for by in (WEIGHTS, FRAGMENTS)
    )
    reached = [int((pack(place, mix, arrivals, judge).node >= 0).sum()) for judge in (to_the_end, next_only)]
    assert reached[0] >= 150 and reached[1] <= 135
