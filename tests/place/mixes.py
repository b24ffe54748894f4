"""Small mixes of demands, and nodes to put them on."""

import numpy as np
from hypothesis import strategies as st

from suanwang.place.cutting import worth
from suanwang.place.pack import Machines
from suanwang.place.waste import Shapes, Waste, Weights, waste
from suanwang.world.supply import WHOLE

CPU_MOST, DEVICES_MOST, KINDS = 16_000, 4, 2

shape = st.one_of(
    st.tuples(st.integers(0, 9000), st.integers(0, 8), st.just(0), st.just(0), st.just(0)),
    st.tuples(st.integers(0, 9000), st.integers(0, 8), st.just(1), st.integers(1, WHOLE), st.integers(0, 3)),
    st.tuples(st.integers(0, 9000), st.integers(0, 8), st.integers(2, DEVICES_MOST), st.just(WHOLE), st.integers(0, 3)),
)
shapes = st.lists(shape, min_size=1, max_size=6, unique=True).map(lambda rows: Shapes(*np.array(rows, np.int64).T.copy()))
node = st.tuples(
    st.integers(0, CPU_MOST),
    st.integers(0, 32),
    st.integers(0, KINDS - 1),
    st.lists(st.sampled_from((0, 190, 400, 530, 1000, 1000)), min_size=DEVICES_MOST, max_size=DEVICES_MOST),
)
machines = st.lists(node, min_size=1, max_size=8).map(lambda rows: machines_of(*zip(*rows, strict=True)))


def machines_of(cpu: tuple[int, ...], memory: tuple[int, ...], kind: tuple[int, ...], idle: tuple[list[int], ...]) -> Machines:
    """In columns."""
    return Machines(np.array(cpu, np.int64), np.array(memory, np.int64), np.array(kind, np.int64), np.array(idle, np.int16))


def judged(mix: Shapes, weight: list[float] | None = None, by: Weights = Weights()) -> Waste:  # noqa: B008
    """The tables for a mix in which all shapes are asked for alike, if no weight is given."""
    often = np.ones(len(mix.devices)) if weight is None else np.array(weight, float)
    return waste(mix, often, kinds=KINDS, cpu_most=CPU_MOST, devices_most=DEVICES_MOST, worth=worth, by=by)
