"""One after the other by machine code is one after the other by `choose`: the same nodes, on any world, whatever is placed."""

import random
from dataclasses import replace

import msgspec
import numpy as np
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.place.test_place import ASKED, node, random_ask, random_world

from suanwang.model.demand import Demand, Limits
from suanwang.model.node import Accelerator, Capacity
from suanwang.model.plan import Plan
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.place.stream import NOWHERE, board, covers, decided, give_back, hold, in_turn, turns
from suanwang.world.fold import empty, joined, placed, released
from suanwang.world.world import World

SEEDS = st.integers(0, 2**63)


def shapes(seed: int) -> list[Ask]:
    """Random asks of one task."""
    chance = random.Random(seed)
    found: list[Ask] = []
    while len(found) < 3:
        ask = random_ask(chance.randrange(2**32))
        found.append(msgspec.structs.replace(ask, reservation="", demand=msgspec.structs.replace(ask.demand, items=())))
    return found


def a_world(seed: int) -> World:
    """Random, without reservations."""
    return replace(random_world(seed), reserved={})


def one_by_one(world: World, asks: list[Ask], of: list[int], seeds: list[int]) -> list[int]:
    """The oracle: each decided by `choose` on the world in which those before it are placed."""
    rows: list[int] = []
    for k, s in enumerate(of):
        plan = choose(world, asks[s], job_id=f"j{k}", seed=seeds[k], number=1, attempt=1, tasks=(0,), listed=0, change=False)
        rows.append(NOWHERE)
        if isinstance(plan, Plan):
            row = world.row(plan.placements[0].node_id)
            assert row is not None
            rows[-1] = row
            world = placed(world, plan.placements)
    return rows


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**64), SEEDS, st.lists(st.tuples(st.integers(0, 2), SEEDS), min_size=1, max_size=25))
def test_all_in_turn_is_each_by_itself(where: int, what: int, come: list[tuple[int, int]]) -> None:
    world, asks = a_world(where), shapes(what)
    of, seeds = [s for s, _ in come], [seed for _, seed in come]
    assert all(covers(ask) for ask in asks)
    expected = one_by_one(world, asks, of, seeds)
    assert in_turn(world, asks, of, seeds).tolist() == expected
    event(f"waste counts: {bool(world.accelerators) and world.asked is not ASKED[0]}")
    event(f"placed {min(3, sum(row >= 0 for row in expected))} or more")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**64), SEEDS, st.lists(st.tuples(st.integers(0, 2), st.booleans(), SEEDS), min_size=1, max_size=40))
def test_what_ends_gives_back(where: int, what: int, happens: list[tuple[int, bool, int]]) -> None:
    world, asks = a_world(where), shapes(what)
    here, live = board(world, asks), list[tuple[int, int, int, int, str]]()
    for k, (s, ends, seed) in enumerate(happens):
        if ends and live:
            *what_it_held, placement = live.pop(seed % len(live))
            give_back(here, *what_it_held)
            world = released(world, placement)
            continue
        row = decided(here, s, turns([seed])[0])
        plan = choose(world, asks[s], job_id=f"j{k}", seed=seed, number=1, attempt=1, tasks=(0,), listed=0, change=False)
        assert (world.ids[row] if row >= 0 else None) == (plan.placements[0].node_id if isinstance(plan, Plan) else None)
        if isinstance(plan, Plan):
            world, (placement,) = placed(world, plan.placements), plan.placements
            kind, bits = hold(here, s, row)
            assert (sorted(world.accelerators)[kind] if kind >= 0 else "") == placement.accelerators[0]
            assert bits == sum(1 << device for device in placement.devices)
            live.append((s, row, kind, bits, placement.id))


def test_across_blocks_and_many_equals() -> None:
    """300 nodes in two kinds, which fill up: ties within and across blocks, and changes that outnumber the nodes."""
    kinds = (Accelerator(kind="a100", vendor="nvidia", name="x", count=2),)
    sizes = [Capacity(cpu_milli=(2000, 4000)[i % 2], memory_bytes=2**35, accelerators=kinds * (i % 3 == 0)) for i in range(300)]
    world = replace(joined(empty(), *(node(f"{i:03}", capacity=size) for i, size in enumerate(sizes))), asked=ASKED[1])
    asks = [msgspec.structs.replace(ask, budget_micro=None, demand=_unlimited(ask.demand)) for ask in shapes(11)]
    of = np.random.default_rng(1).integers(0, 3, 700).tolist()
    seeds = list(range(700))
    found = in_turn(world, asks, of, seeds).tolist()
    assert found == one_by_one(world, asks, of, seeds)
    assert len(set(found)) > 200


def _unlimited(demand: Demand) -> Demand:
    return msgspec.structs.replace(demand, limits=Limits())
