"""The waste of a node, against its definitions taken word by word."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from tests.place.mixes import judged, machines, machines_of, shapes

from suanwang.place.pack import Machines, wasted
from suanwang.place.waste import FRAGMENTS, Shapes, Weights, ends
from suanwang.world.supply import WHOLE

RUN_ONLY = Weights(0.0, 1.0, 0.0)


def unusable(mix: Shapes, cpu: int, kind: int, idle: list[int]) -> float:
    """Idle thousandths that a demand could not use, on average over the mix."""
    total = 0.0
    for need, _, count, share, kinds in zip(*(column.tolist() for column in mix), strict=True):
        fits = need <= cpu and (kinds == 0 or kinds >> kind & 1) and count > 0 and sum(i >= share for i in idle) >= count
        total += sum(i for i in idle if not fits or i < share)
    return total / len(mix.devices)


@settings(max_examples=60, deadline=None)
@given(shapes, machines)
def test_fragments_are_what_the_next_demand_could_not_use(mix: Shapes, place: Machines) -> None:
    alike = Shapes(*(column[: min(len(column), 19)] for column in mix))
    expected = [
        unusable(alike, cpu, kind, idle)
        for cpu, kind, idle in zip(place.cpu_milli.tolist(), place.kind.tolist(), place.idle.tolist(), strict=True)
    ]
    assert wasted(place, judged(alike, by=FRAGMENTS)) == pytest.approx(expected)


def test_what_is_left_in_the_end_is_the_mean_over_all_ways_of_filling_up() -> None:
    """16 cores in 256 steps of 63: one of 8 cores and half an accelerator, one of 4 cores and a whole one, the second thrice
    as often."""
    mix = Shapes(*np.array([(8000, 0, 1, 500, 0), (4000, 0, 1, 1000, 0)], np.int64).T.copy())

    @cache
    def left(cores: int, idle: int) -> float:
        fits = [(w, c, g) for w, c, g in ((1, 127, 50), (3, 64, 100)) if c <= cores and g <= idle]
        return sum(w * left(cores - c, idle - g) for w, c, g in fits) / sum(w for w, _, _ in fits) if fits else 10.0 * idle

    nodes = [(16_000, 4), (16_000, 2), (7000, 4), (3000, 1), (0, 0)]
    place = machines_of(
        tuple(cpu for cpu, _ in nodes), (0,) * 5, (0,) * 5, tuple([WHOLE] * n + [0] * (4 - n) for _, n in nodes)
    )
    found = wasted(place, judged(mix, [1.0, 3.0], RUN_ONLY))
    assert found == pytest.approx([left(cpu // 63, 100 * n) for cpu, n in nodes])
    assert found[0] > found[1] > 0 and found[3] == 1000


def test_what_is_left_of_cores_and_of_accelerators_goes_together() -> None:
    """The same mix: a node with a core short for the smaller keeps both whole; whoever has no accelerator keeps all cores; and
    each demand takes of both."""
    mix = Shapes(*np.array([(8000, 0, 1, 500, 0), (4000, 0, 1, 1000, 0), (1000, 0, 0, 0, 0)], np.int64).T.copy())
    weight = np.array([1.0, 3.0, 5.0])
    left = ends(mix, weight, judged(mix, weight.tolist()))

    @cache
    def end(cores: int, idle: int) -> tuple[float, float]:
        fits = [(w, *end(cores - c, idle - g)) for w, c, g in ((1, 127, 50), (3, 64, 100)) if c <= cores and g <= idle]
        often = sum(w for w, _, _ in fits)
        return tuple(sum(w * row[k] for w, *row in fits) / often for k in (0, 1)) if fits else (cores, idle)  # type: ignore[return-value]

    for cores, idle in ((254, 400), (200, 130), (63, 400), (130, 100), (254, 0)):
        of_cores, of_idle = end(cores, idle)
        assert left.cores[0, cores, idle] == pytest.approx(63 * of_cores)
        assert left.idle[0, cores, idle] == pytest.approx(of_idle / max(1, idle))
    assert left.cores[0, 254, 0] == 63 * 254 and left.idle[0, 63, 400] == 1


def test_no_weight_no_part_in_the_mix() -> None:
    mix = Shapes(*np.array([(1000, 0, 1, 500, 0), (9000, 0, 4, 1000, 0)], np.int64).T.copy())
    place = machines_of((16_000, 2000), (0, 0), (0, 1), ([500, 1000, 0, 0], [1000] * 4))
    alone = Shapes(*(column[:1] for column in mix))
    assert wasted(place, judged(mix, [2.0, 0.0])) == pytest.approx(wasted(place, judged(alone)))
