"""Any history folds into the same columns as its outcome built in one go."""

from collections import Counter
from dataclasses import fields

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from suanwang.model.node import Accelerator, Capacity, Node, Offer, Reading, Speed
from suanwang.model.plan import Placement
from suanwang.model.where import Place, Site
from suanwang.world.distance import distance_km, rtt_ms
from suanwang.world.fold import COLUMNS, empty, heard, joined, left, placed, released, silent
from suanwang.world.gazetteer import find
from suanwang.world.shelf import Shelf
from suanwang.world.world import World

IDS = [f"node-{c}" for c in "abcdef"]


def node(node_id: str, cpu: int = 4, devices: int = 1, site: int = 0) -> Node:
    place = Place(name=f"p{site}", region=f"r{site % 3}", latitude=20.0 + site, longitude=110.0)
    return Node(
        id=node_id,
        name=node_id[5:],
        public_key="",
        owner=f"owner{site % 2}",
        site=Site(name=f"s{site}", place=place),
        capacity=Capacity(
            cpu_milli=cpu * 1000,
            memory_bytes=cpu * 2**30,
            accelerators=(Accelerator(kind="a100", vendor="nvidia", name="x", count=devices),) if devices else (),
        ),
        arch="x86_64",
        runtimes=("wasm",),
        speed=Speed(fuel_per_cpu_s=1e9, fuel_per_s=1e9),
        offer=Offer(price_micro_per_tfuel=500_000),
    )


def placement(number: int, node_id: str, cpu: int, devices: tuple[int, ...], share: int = 1000) -> Placement:
    return Placement(
        id=f"j/{number}",
        job_id="j",
        node_id=node_id,
        tasks=(0,),
        attempt=1,
        width=1,
        runtime="wasm",
        cpu_milli=cpu * 1000,
        memory_bytes=cpu * 2**29,
        accelerators=("a100", len(devices)) if devices else ("", 0),
        devices=devices,
        share_milli=share,
        price_micro_per_tfuel=1,
        fuel_max=1,
        hold_micro=1,
        latency_ms=0.0,
        finish_s=1.0,
        carbon_g=0.0,
        price_micro=1,
    )


class Histories(RuleBasedStateMachine):
    """A world folded event by event, held against plain dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.world = empty()
        self.nodes: dict[str, Node] = {}
        self.held: dict[str, Placement] = {}
        self.alive: dict[str, bool] = {}
        self.steps = 0

    def step(self, world: World) -> None:
        self.steps += 1
        self.world = world

    @rule(
        ids=st.lists(st.sampled_from(IDS), min_size=1), cpu=st.integers(1, 8), devices=st.integers(0, 3), site=st.integers(0, 9)
    )
    def join(self, ids, cpu, devices, site):
        fresh = [node(node_id, cpu, devices, site) for node_id in ids]
        self.nodes |= {n.id: n for n in fresh}
        self.alive |= dict.fromkeys(ids, True)
        self.step(joined(self.world, *fresh, now=float(self.steps)))

    @rule(node_id=st.sampled_from(IDS))
    def leave(self, node_id):
        self.nodes.pop(node_id, None)
        self.alive.pop(node_id, None)
        self.step(left(self.world, node_id))

    @rule(
        numbers=st.lists(st.integers(0, 20)),
        node_id=st.sampled_from(IDS),
        cpu=st.integers(0, 6),
        devices=st.lists(st.integers(0, 3), max_size=3),
        share=st.sampled_from((100, 500, 700, 1000)),
    )
    def place(self, numbers, node_id, cpu, devices, share):
        fresh = [placement(n, node_id, cpu, tuple(devices), share) for n in numbers]
        self.held = {p.id: p for p in fresh} | self.held
        self.step(placed(self.world, fresh))

    @rule(numbers=st.lists(st.integers(0, 20)))
    def release(self, numbers):
        for n in numbers:
            self.held.pop(f"j/{n}", None)
        self.step(released(self.world, *(f"j/{n}" for n in numbers)))

    @rule(ids=st.lists(st.sampled_from(IDS)), queued=st.integers(0, 3))
    def hear(self, ids, queued):
        self.alive |= {node_id: True for node_id in ids if node_id in self.nodes}
        readings = [Reading(node_id=node_id, generation=1, queued=queued) for node_id in ids]
        self.step(heard(self.world, readings, now=float(self.steps)))
        assert all(self.world.queued[self.world.row(i)] == queued for i in ids if i in self.nodes)

    @rule(node_id=st.sampled_from(IDS))
    def fall_silent(self, node_id):
        self.alive |= {node_id: False} if node_id in self.nodes else {}
        self.step(silent(self.world, [node_id]))

    @invariant()
    def columns_are_those_of_the_outcome(self):
        world = self.world
        assert world.version == self.steps
        assert world.ids == tuple(sorted(self.nodes)) == tuple(n.id for n in world.nodes)
        assert dict(world.held) == self.held and len(world.held) == len(self.held)
        for i, node_id in enumerate(world.ids):
            self.row_is_right(i, self.nodes[node_id], [p for p in self.held.values() if p.node_id == node_id])

    def row_is_right(self, i: int, n: Node, mine: list[Placement]) -> None:
        world = self.world
        assert world.nodes[i] == n and world.sites.all[world.site[i]] == n.site
        assert world.regions[n.site.place.region] == world.region[i] and world.owners[n.owner] == world.owner[i]
        assert world.alive[i] == self.alive[n.id] and world.everyone[i]
        assert world.cpu_milli_free[i] == max(0, n.capacity.cpu_milli - sum(p.cpu_milli for p in mine))
        assert world.memory_bytes_free[i] == max(0, n.capacity.memory_bytes - sum(p.memory_bytes for p in mine))
        devices = sum(a.count for a in n.capacity.accelerators)
        held = Counter({d: 0 for d in range(devices)})
        for p in mine:
            held.update({d: p.devices.count(d) * p.share_milli for d in set(p.devices)})
        idle = [max(0, 1000 - held[d]) for d in range(devices)]
        supply = world.accelerators.get("a100")
        if supply is None:
            assert not devices
            return
        assert supply.idle[i, :devices].tolist() == idle and not supply.idle[i, devices:].any()
        assert (supply.free[i], supply.total[i]) == (idle.count(1000), devices)
        assert (supply.most[i], supply.left[i]) == (max(idle, default=0), sum(idle))


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestHistories = Histories.TestCase


def changed_columns(before: World, after: World) -> set[str]:
    return {f.name for f in fields(World) if getattr(before, f.name) is not getattr(after, f.name)} - {"version"}


def test_unchanged_columns_are_shared():
    world = joined(empty(), *(node(node_id) for node_id in IDS))
    one = placed(world, [placement(1, IDS[0], 1, ())])
    assert changed_columns(world, one) == {"held"} | {
        f"{what}_{kind}" for what in ("cpu_milli", "memory_bytes") for kind in ("held", "free")
    }
    same = heard(world, [Reading(node_id=IDS[0], generation=1)], now=0.0)
    assert changed_columns(world, same) == {"readings"}
    assert changed_columns(world, joined(world, node(IDS[0]))) == {"nodes", "accelerators"}


def test_columns_cannot_be_written():
    world = placed(joined(empty(), node(IDS[0])), [placement(1, IDS[0], 1, (0,))])
    for name in COLUMNS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(world, name)[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        world.accelerators["a100"].free[0] = 9


def test_a_node_that_comes_back_smaller_is_full_until_enough_is_released():
    world = placed(joined(empty(), node(IDS[0], cpu=4)), [placement(1, IDS[0], 2, ()), placement(2, IDS[0], 2, ())])
    world = joined(left(world, IDS[0]), node(IDS[0], cpu=3))
    assert world.cpu_milli_free.tolist() == [0]
    world = released(world, "j/1", "j/1")
    assert world.cpu_milli_free.tolist() == [1000] and world.held_on(IDS[0])[0].id == "j/2"


def test_latency_is_the_estimate_to_the_site_plus_its_access():
    shenzhen, beijing = find("shenzhen"), find("beijing")
    away = msgspec.structs.replace(node("node-far"), site=Site(name="bj", place=beijing, access_ms=2.0))
    home = msgspec.structs.replace(node("node-home"), site=Site(name="sz", place=shenzhen, access_ms=0.5))
    world = joined(empty(), home, away)
    assert world.latency_ms(shenzhen).tolist() == pytest.approx([rtt_ms(distance_km(shenzhen, beijing)) + 2.0, 0.5])


def test_carbon_per_fuel_is_energy_times_pue_times_the_grid():
    """4 W for 1000 CPU seconds are 4000 J; at PUE 1.3 and 582.3 g/kWh that is 0.841 g for one Tfuel at 10^9 fuel per second."""
    world = joined(empty(), node(IDS[0]))
    assert world.carbon_g_per_fuel[0] * 1e12 == pytest.approx(4000 * 1.3 * 582.3 / 3.6e6)


def test_sites_nobody_stands_on_are_forgotten():
    world = empty()
    for site in range(300):
        world = joined(world, node(IDS[0], site=site))
    assert len(world.sites.all) < 80 and world.sites.all[world.site[0]].name == "s299"


def test_unheard_finds_who_fell_silent():
    world = joined(empty(), node(IDS[0]), node(IDS[1]), now=10.0)
    world = heard(world, [Reading(node_id=IDS[1], generation=1)], now=20.0)
    assert world.unheard(15.0) == (IDS[0],) and silent(world, world.unheard(15.0)).unheard(15.0) == ()


def test_a_shelf_shares_what_did_not_change():
    shelf = Shelf[int]().changed({str(i): i for i in range(1000)})
    more = shelf.changed({"7": 8, "new": 1}, ("3", "absent"))
    assert (shelf["7"], more["7"], len(shelf), len(more), "3" in more, "3" in shelf) == (7, 8, 1000, 1000, False, True)
    assert sorted(more) == sorted({*shelf, "new"} - {"3"})
