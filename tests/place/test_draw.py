"""Watts count: what is at work is filled before something else is, thrifty nodes first, and nothing is lost by it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.place.mixes import judged, machines, machines_of, shapes
from tests.place.test_pack import fits, orders

from suanwang.place.draw import Draw, draw
from suanwang.place.pack import Machines, pack
from suanwang.place.waste import Shapes, Weights, ends
from suanwang.world.power import Device, Kind, Processor
from suanwang.world.supply import WHOLE

BENCH = Path(__file__).parents[2] / "bench"
THRIFTY = Kind(Processor(4, 10.0, 50.0), 8, Device(10.0, 70.0), 4)
HUNGRY = Kind(Processor(4, 10.0, 90.0), 8, Device(10.0, 310.0), 4)


def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        spec = importlib.util.spec_from_file_location("power", BENCH / "power.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(BENCH))


power = bench()


def counted(place: Machines, mix: Shapes, price: tuple[float, ...] = (5.0, 1.0)) -> Draw:
    return drawn([(THRIFTY, HUNGRY)[kind % 2] for kind in place.kind.tolist()], mix, price)._replace(cpu_milli=place.cpu_milli)


def drawn(kinds: list[Kind], mix: Shapes, price: tuple[float, ...] = (5.0, 1.0)) -> Draw:
    """Of a mix in which all shapes are asked for alike."""
    return draw(kinds, ends(mix, np.ones(len(mix.devices)), judged(mix)), price)


@settings(max_examples=60, deadline=None)
@given(shapes, machines, orders)
def test_what_is_placed_fits_and_what_is_dropped_fits_nowhere(mix: Shapes, place: Machines, order: list[int]) -> None:
    arrivals, judge, now = np.array(order) % len(mix.devices), judged(mix), place
    found = pack(place, mix, arrivals, judge, counted(place, mix))
    for s, i, j in zip(arrivals.tolist(), found.node.tolist(), found.device.tolist(), strict=True):
        if i < 0:
            assert not any(fits(now, mix, s, k) for k in range(len(now.cpu_milli)))
            continue
        assert fits(now, mix, s, i)
        now = Machines(*(column.copy() for column in now))
        now.cpu_milli[i] -= mix.cpu_milli[s]
        now.memory[i] -= mix.memory[s]
        if j >= 0:
            now.idle[i, j] -= mix.share[s]
        else:
            now.idle[i, np.flatnonzero(now.idle[i] == WHOLE)[: mix.devices[s]]] = 0
    assert all(np.array_equal(a, b) for a, b in zip(found.machines, now, strict=True))


@settings(max_examples=40, deadline=None)
@given(shapes, machines, orders, st.integers(1, 4))
def test_at_no_price_watts_change_nothing_but_the_order_of_equals(
    mix: Shapes, place: Machines, order: list[int], parts: int
) -> None:
    arrivals, judge, by = np.array(order) % len(mix.devices), judged(mix), counted(place, mix, (0.0,) * parts)
    thrifty = np.argsort(by.device_w, kind="stable")
    plain, free = (
        pack(Machines(*(column[thrifty] for column in place)), mix, arrivals, judge),
        pack(place, mix, arrivals, judge, by),
    )
    assert (np.where(plain.node < 0, -1, thrifty[plain.node]) == free.node).all() and (plain.device == free.device).all()


def test_a_begun_socket_is_filled_before_another_and_a_begun_accelerator_too() -> None:
    """Three like nodes; halves of accelerators with half a socket of cores each: two and two, on one after the other."""
    mix = Shapes(*np.array([(4000, 0, 1, 500, 0)], np.int64).T.copy())
    place = machines_of((16_000,) * 3, (0,) * 3, (0,) * 3, ([WHOLE] * 4,) * 3)
    kinds = [Kind(HUNGRY.processor, 16, HUNGRY.device, 4)] * 3
    found = pack(place, mix, np.zeros(6, np.int64), judged(mix), drawn(kinds, mix))
    taken = list(zip(found.node.tolist(), found.device.tolist(), strict=True))
    assert taken[0] == taken[1] and taken[2] == taken[3] and taken[4] == taken[5] and len(set(taken)) == 3


def test_half_an_accelerator_beside_a_full_socket_is_no_reason_to_open_another() -> None:
    """Of two like nodes one has half an accelerator at work idle. While its socket has cores the next half goes there; when the
    socket is full, to the other node, whose new socket more will come to than to a second one for the last half."""
    mix = Shapes(*np.array([(2000, 0, 1, 500, 0)], np.int64).T.copy())
    place = machines_of((8000, 16_000), (0, 0), (0, 0), ([500, 0, 0, 0], [WHOLE] * 4))
    kinds = [Kind(Processor(4, 10.0, 410.0), 16, Device(10.0, 70.0), 4)] * 2
    found = pack(place, mix, np.zeros(1, np.int64), judged(mix), drawn(kinds, mix))
    open_socket = machines_of((10_000, 16_000), (0, 0), (0, 0), ([500, 0, 0, 0], [WHOLE] * 4))
    beside = pack(open_socket, mix, np.zeros(1, np.int64), judged(mix), drawn(kinds, mix))
    assert found.node[0] == 1 and beside.node[0] == 0


def test_cores_alone_are_taken_where_no_accelerator_is_left_that_would_want_them() -> None:
    """Both nodes have half a socket at work left, one of them idle accelerators beside it. Watts alone count."""
    mix = Shapes(*np.array([(3900, 0, 0, 0, 0), (3900, 0, 1, 1000, 0)], np.int64).T.copy())
    place = machines_of((4000, 4000), (0, 0), (0, 0), ([WHOLE, 0, 0, 0], [0, 0, 0, 0]))
    kinds = [Kind(HUNGRY.processor, 8, HUNGRY.device, 4)] * 2
    found = pack(place, mix, np.array([0, 1]), judged(mix, by=Weights(0.0, 0.0, 0.0)), drawn(kinds, mix))
    assert found.node.tolist() == [1, 0]


def test_thrifty_accelerators_come_first_until_they_are_taken() -> None:
    mix = Shapes(*np.array([(1000, 0, 1, 1000, 0)], np.int64).T.copy())
    place = machines_of((8000,) * 4, (0,) * 4, (1, 0, 1, 0), ([WHOLE] * 4,) * 4)
    found = pack(place, mix, np.zeros(12, np.int64), judged(mix), counted(place, mix, (5.0,)))
    assert set(found.node[:8].tolist()) == {1, 3} and set(found.node[8:].tolist()) <= {0, 2}


@pytest.mark.skipif(not power.DATA.exists(), reason=f"no data set {power.DATA.name} under SUAN_DATA")
def test_of_the_watts_that_a_packing_could_save_two_thirds_are_saved_at_no_less_allocation() -> None:
    runs = power.measured("default", power.rig(), (45,), 1, ("FGD", "ours, watts"))
    fgd, ours, bound, unmoved = runs
    assert ours["at_100"] >= fgd["at_100"]
    for key in ("on_w", "asleep_w"):
        (levels, mean), (most, of) = (power.saved(runs, "default", policy, key) for policy in ("ours, watts", "bound"))
        assert (levels <= most).all() and mean > of * 2 / 3
        assert (np.array(bound[key]) <= np.minimum(fgd[key], ours[key])).all()
        assert sum(bound[key]) <= sum(unmoved[key]) <= min(sum(fgd[key]), sum(ours[key]))
