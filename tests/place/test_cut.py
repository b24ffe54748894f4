"""The best split against every split there is, on small graphs; and along a chain against the shortest way through it."""

import math
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.graph import Graph, GraphFile, GraphTask, parents
from suanwang.model.split import Layers, Tier, Way
from suanwang.place.cut import Case, split
from suanwang.place.flow import Cutter

GOALS = ("latency", "energy", "money")
some = st.sampled_from([0.0, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1])
rates = st.sampled_from([1.0, 5.0, 10.0, 100.0, 1000.0])


@st.composite
def layered(draw: st.DrawFn, most: int = 7) -> Layers:
    """A graph in which each layer reads the input or what earlier ones wrote; whatever nobody reads is asked for."""
    count = draw(st.integers(1, most))
    tasks, read = list[GraphTask](), set[str]()
    for at in range(count):
        there = ["x", *(f"t{i}" for i in range(at))]
        reads = draw(st.lists(st.sampled_from(there), min_size=0 if at else 1, max_size=3, unique=True))
        read |= set(reads)
        tasks.append(GraphTask(name=f"l{at}", work_s=draw(some), reads=tuple(reads), writes=(f"t{at}",)))
    sizes = st.sampled_from([0, 100, 4_000, 40_000, 1_000_000])
    files = tuple(GraphFile(name=name, size_bytes=draw(sizes)) for name in ("x", *(f"t{i}" for i in range(count))))
    extra = draw(st.sets(st.integers(0, count - 1), max_size=1))
    outputs = tuple(f"t{i}" for i in range(count) if f"t{i}" not in read or i in extra)
    return Layers(graph=Graph(name="g", tasks=tuple(tasks), files=files), outputs=outputs, basis="measured")


@st.composite
def lines(draw: st.DrawFn, most: int = 3) -> tuple[tuple[Tier, ...], tuple[Way, ...]]:
    count = draw(st.integers(1, most))
    few = st.sampled_from([0.0, 0.5, 1.0, 3.0])
    tiers = tuple(
        Tier(
            name=f"tier{i}",
            speed=draw(st.sampled_from([0.1, 0.5, 1.0, 4.0])),
            watts_busy=draw(few),
            watts_waiting=draw(few),
            price_micro_per_s=draw(st.sampled_from([0.0, 10.0, 200.0])),
        )
        for i in range(count)
    )
    ways = tuple(
        Way(
            up_mbit=draw(rates),
            down_mbit=draw(rates),
            round_trip_ms=draw(st.sampled_from([0.0, 1.0, 20.0])),
            watts_up=draw(few),
            watts_down=draw(few),
            price_micro_per_gb=draw(st.sampled_from([0.0, 1e5])),
        )
        for _ in range(count - 1)
    )
    return tiers, ways


def every(case: Case, faster: float = 1.0) -> float:
    """The least cost of all splits in which data only move away from the device."""
    above = parents(case.layers.graph)
    ways = product(range(len(case.tiers)), repeat=len(case.layers.graph.tasks))
    fit = (at for at in ways if all(at[p] <= at[k] for k, own in enumerate(above) for p in own))
    return min(case.figures(at, faster).cost for at in fit)


def near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


@given(layered(), lines(), st.sampled_from(GOALS), st.sampled_from([0.01, 1.0, 30.0]))
def test_no_split_is_better(layers, line, goal, faster):
    case = Case(layers, *line, goal)
    assert near(case.best(faster).cost, every(case, faster))


@given(layered(5), lines(), st.sampled_from(GOALS))
def test_at_a_flip_both_are_best_and_before_it_the_first_is(layers, line, goal):
    tiers, ways = line
    found, case = split(layers, tiers, ways, goal), Case(layers, tiers, ways, goal)
    for flip, far in ((found.slower, 1e-6), (found.faster, 1e6)):
        if not ways:
            assert flip is None
            continue
        here = case.figures(found.best.at, far).cost
        if flip is None:
            assert near(here, every(case, far))
            continue
        scale = flip.up_mbit / ways[0].up_mbit
        assert (scale <= 1.0 + 1e-9) if far < 1 else (scale >= 1.0 - 1e-9)
        assert near(flip.instead.cost, every(case, scale)) and near(case.figures(found.best.at, scale).cost, every(case, scale))
        between, beyond = math.sqrt(scale), scale * (0.99 if far < 1 else 1.01)
        assert near(case.figures(found.best.at, between).cost, every(case, between))
        assert case.figures(found.best.at, beyond).cost > every(case, beyond) * (1 - 1e-12)


@given(st.lists(st.tuples(some, st.integers(0, 10**6)), min_size=1, max_size=30), lines())
def test_along_a_chain_it_is_the_shortest_way(steps, line):
    """Neurosurgeon's own case. The way is through (layer, tier), by dynamic programming."""
    tiers, ways = line
    layers = chain(steps)
    case = Case(layers, tiers, ways, "latency")
    sizes = [file.size_bytes for file in layers.graph.files]
    cost = [sum(ways[w].round_trip_ms / 1e3 + byte_s(sizes[0], ways[w].up_mbit) for w in range(t)) for t in range(len(tiers))]
    for at, task in enumerate(layers.graph.tasks):
        ran = [c + task.work_s / tier.speed for c, tier in zip(cost, tiers, strict=True)]
        if at + 1 == len(steps):
            back = [sum(byte_s(sizes[-1], ways[w].down_mbit) for w in range(t)) for t in range(len(tiers))]
            assert near(case.best(1.0).latency_s, min(c + b for c, b in zip(ran, back, strict=True)))
            return
        gone = list(ran)
        for way, over in enumerate(ways):
            gone[way + 1] = min(gone[way + 1], gone[way] + over.round_trip_ms / 1e3 + byte_s(sizes[at + 1], over.up_mbit))
        cost = gone


def chain(steps: list[tuple[float, int]], size: int = 1_000_000) -> Layers:
    tasks = tuple(
        GraphTask(name=f"l{i}", work_s=work, reads=(f"t{i}",), writes=(f"t{i + 1}",)) for i, (work, _) in enumerate(steps)
    )
    sizes = (size, *(of for _, of in steps))
    files = tuple(GraphFile(name=f"t{i}", size_bytes=of) for i, of in enumerate(sizes))
    return Layers(graph=Graph(name="chain", tasks=tasks, files=files), outputs=(f"t{len(steps)}",), basis="measured")


def byte_s(size: int, mbit: float) -> float:
    return size / (mbit * 125_000.0)


DEVICE, CLOUD = Tier(name="device", speed=0.25), Tier(name="cloud", speed=2.0)
SLOW = Way(up_mbit=8.0, down_mbit=8.0, round_trip_ms=10.0)


def test_it_cuts_where_little_is_left_to_send():
    """1 MB in, 10 kB after the first layer, where the work begins."""
    found = split(chain([(0.01, 10_000), (0.2, 5_000), (0.2, 1_000)]), (DEVICE, CLOUD), (SLOW,))
    assert found.best.at == (0, 1, 1)
    assert found.best.up_bytes == (10_000,) and found.best.down_bytes == (1_000,)
    assert found.best.latency_s == pytest.approx(0.01 / 0.25 + 0.4 / 2.0 + 0.010 + 0.010 + 0.001)
    assert [w.latency_s for w in found.whole] == pytest.approx([0.41 / 0.25, 0.41 / 2.0 + 1.0 + 0.011])


def test_the_flips_are_where_two_splits_cost_the_same():
    found = split(chain([(0.01, 10_000), (0.2, 5_000), (0.2, 1_000)]), (DEVICE, CLOUD), (SLOW,))
    assert found.slower is not None and found.faster is not None
    assert found.faster.instead.at == (1, 1, 1) and found.faster.up_mbit == pytest.approx(990_000 / 0.035 / 125_000)
    assert found.slower.instead.at == (0, 0, 0) and found.slower.up_mbit == pytest.approx(8.0 * 0.011 / 1.39)


def test_a_tensor_that_two_read_is_sent_once():
    tasks = (
        GraphTask(name="a", work_s=0.0, reads=("x",), writes=("t",)),
        GraphTask(name="b", work_s=1.0, reads=("t",), writes=("u",)),
        GraphTask(name="c", work_s=1.0, reads=("t", "u"), writes=("y",)),
    )
    files = tuple(GraphFile(name=n, size_bytes=s) for n, s in (("x", 10**9), ("t", 1_000_000), ("u", 10), ("y", 10)))
    layers = Layers(graph=Graph(name="g", tasks=tasks, files=files), outputs=("y",), basis="measured")
    assert split(layers, (DEVICE, CLOUD), (SLOW,)).best.up_bytes == (1_000_000,)


def test_of_equal_splits_the_one_that_stays_near():
    found = split(chain([(0.1, 10), (0.1, 10)]), (CLOUD, CLOUD), (msgspec.structs.replace(SLOW, round_trip_ms=0.0),))
    assert found.best.at == (0, 0)


def test_money_and_energy_may_say_otherwise_than_latency():
    dear = msgspec.structs.replace(CLOUD, price_micro_per_s=1e6)
    radio = msgspec.structs.replace(SLOW, watts_up=5.0, watts_down=1.0)
    thrifty = msgspec.structs.replace(DEVICE, watts_busy=0.01)
    layers = chain([(0.01, 10_000), (0.2, 5_000), (0.2, 1_000)])
    assert {goal: split(layers, (thrifty, dear), (radio,), goal).best.at for goal in GOALS} == {
        "latency": (0, 1, 1),
        "energy": (0, 0, 0),
        "money": (0, 0, 0),
    }


def test_the_cheapest_cut_of_a_small_graph():
    cutter = Cutter()
    a, b = cutter.node(), cutter.node()
    for tail, head, cost in ((0, a, 3), (0, b, 2), (a, b, 5), (a, 1, 2), (b, 1, 3)):
        cutter.arc(tail, head, cost)
    assert cutter.cut() == (5, [False, True, False, False])
