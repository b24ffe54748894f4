"""Cores beside idle accelerators are kept for those who ask for accelerators, as soon as it is known what is asked for."""

import random
from dataclasses import replace

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.place.test_place import GIB, ask_for, decide, node, random_ask, random_node, random_world

from suanwang.model.demand import AcceleratorNeed, Command, Demand, Needs
from suanwang.model.explanation import Finalist
from suanwang.model.node import Accelerator, Capacity, Node
from suanwang.model.plan import Placement, Plan
from suanwang.place.idle import TASKS_LEAST, added, anew, judge_of
from suanwang.world.asked import NOTHING, Asked, Want, noted
from suanwang.world.fold import empty, joined, left, placed, released
from suanwang.world.world import World

BUSY = noted(NOTHING, Want(4000, GIB, 1, ()), TASKS_LEAST)


def machine(name: str, devices: int, cores: int = 16) -> Node:
    kinds = (Accelerator(kind="a100", vendor="nvidia", name="x", count=devices),) if devices else ()
    return node(name, capacity=Capacity(cpu_milli=cores * 1000, memory_bytes=64 * GIB, accelerators=kinds))


def fleet(asked: Asked) -> World:
    """One node without accelerators and two of four; all alike but for that."""
    return replace(joined(empty(), machine("plain", 0), machine("one", 4), machine("two", 4)), asked=asked)


def demand(cores: int = 2, devices: int = 0) -> Demand:
    need = AcceleratorNeed(count=devices) if devices else None
    return Demand(
        name="job", work=Command(argv=("true",)), needs=Needs(cpu_milli=cores * 1000, memory_bytes=GIB, accelerator=need)
    )


def went(world: World, wanted: Demand, seed: int) -> str:
    plan = decide(world, ask_for(wanted), seed=seed)
    assert isinstance(plan, Plan)
    return plan.placements[0].node_id


def best(world: World, wanted: Demand) -> Finalist:
    plan = decide(world, ask_for(wanted))
    assert isinstance(plan, Plan)
    return plan.explanation.finalists[0]


def test_who_needs_no_accelerator_leaves_their_cores_alone() -> None:
    assert {went(fleet(NOTHING), demand(), seed) for seed in range(40)} == {"node-plain", "node-one", "node-two"}
    assert {went(fleet(BUSY), demand(), seed) for seed in range(40)} == {"node-plain"}


def test_it_goes_there_all_the_same_where_there_is_nothing_else() -> None:
    full = placed(fleet(BUSY), [held("node-plain", 16)])
    assert went(full, demand(), 1) in {"node-one", "node-two"}


def test_who_needs_one_takes_that_which_has_few_cores_left_for_others() -> None:
    """Beside the accelerators of node one are cores for three more; of two, for four."""
    world = placed(fleet(BUSY), [held("node-one", 6)])
    assert {went(world, demand(2, 1), seed) for seed in range(20)} == {"node-one"}


def test_the_term_is_in_the_explanation_and_adds_up() -> None:
    full = placed(fleet(BUSY), [held("node-plain", 16)])
    for wanted in (demand(), demand(6, 1)):
        finalist = best(full, wanted)
        (waste,) = (term for term in finalist.terms if term.name == "waste")
        assert waste.value != 0 and waste.unit == "accelerator h"
        assert finalist.score == sum(term.contribution for term in finalist.terms)


def test_a_price_outweighs_it() -> None:
    """A node that asks ten times as much is not taken for the sake of accelerators that others may want."""
    dear = msgspec.structs.replace(machine("plain", 0).offer, price_micro_per_tfuel=5_000_000)
    world = joined(fleet(BUSY), msgspec.structs.replace(machine("plain", 0), offer=dear))
    assert went(world, demand(), 1) != "node-plain"


def held(node_id: str, cores: int) -> Placement:
    return Placement(
        id=f"other/{node_id}", job_id="other", node_id=node_id, tasks=(0,), attempt=1, width=1, runtime="wasm",
        cpu_milli=cores * 1000, memory_bytes=GIB, price_micro_per_tfuel=1, fuel_max=1, hold_micro=1, latency_ms=0.0,
        finish_s=1.0, carbon_g=0.0, price_micro=1,
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**64), st.integers(0, 2**63), st.lists(st.integers(0, 2**32), max_size=12))
def test_what_is_remembered_is_what_would_be_worked_out(where: int, what: int, steps: list[int]) -> None:
    """Nodes fill, empty, come and go between decisions of a few shapes."""
    world, asks = random_world(where), [random_ask(what + k) for k in range(3)]
    for step in steps:
        chance = random.Random(step)
        judge, ask = judge_of(world), chance.choice(asks)
        rows = np.array(sorted(chance.sample(range(len(world.ids)), chance.randint(0, len(world.ids)))), np.int64)
        expected = anew(judge.tables, world, ask, rows) if judge else np.zeros(len(rows))
        assert np.array_equal(added(world, ask, rows), expected)
        plan = decide(world, ask, seed=step)
        if isinstance(plan, Plan) and chance.random() < 0.8:
            world = placed(world, plan.placements)
        if world.held and chance.random() < 0.4:
            world = released(world, chance.choice(sorted(world.held)))
        if chance.random() < 0.2:
            world = joined(world, random_node(chance, chance.choice(["n1", "n2", "new"])))
        if world.ids and chance.random() < 0.1:
            world = left(world, chance.choice(world.ids))
