"""How many may be together, and who beside whom: exactly as bounded, against all sharings of small cases."""

import itertools
import random

import msgspec
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.place.test_place import GIB, SITES, ask_for, decide, node

from suanwang.market.price import cost_micro
from suanwang.model.demand import Demand, Item, Limits, Spread, Wasm
from suanwang.model.node import Capacity, Offer, Speed
from suanwang.model.plan import Plan, Refusal
from suanwang.place.ask import Ask
from suanwang.place.crowd import GROUP
from suanwang.world.fold import empty, joined
from suanwang.world.world import World

FUEL = 20 * 10**9


def small(chance: random.Random) -> tuple[World, Ask]:
    """Up to five nodes of four sites and two owners, up to six tasks, some bounds."""
    pick = chance.choice
    there = [
        node(
            f"n{i}",
            owner=pick(["li", "wang"]),
            site=pick(SITES),
            capacity=Capacity(cpu_milli=pick([1000, 2000, 4000]), memory_bytes=64 * GIB),
            speed=Speed(fuel_per_cpu_s=1e9, fuel_per_s=pick([1e9, 2e9])),
            offer=Offer(price_micro_per_tfuel=pick([200_000, 500_000, 900_000])),
        )
        for i in range(chance.randint(1, 5))
    ]
    spread = Spread(by=pick(["site", "node", "owner", "region"]), most=pick([1, 2, 3, 4]))
    groups = sorted({GROUP[spread.by](n) for n in there})
    limits = Limits(finish_s_max=pick([None, None, 20.0, 40.0]), budget_micro=pick([None, None, 30_000, 60_000]))
    demand = Demand(
        name="job",
        work=Wasm(file="a"),
        items=tuple(Item(value=str(i)) for i in range(chance.randint(2, 6))),
        limits=limits,
        prefer=pick(["price", "speed"]),
        spread=spread,
    )
    held = tuple((group, pick([0, 1, 2])) for group in groups if chance.random() < 0.3)
    return joined(empty(), *there), ask_for(demand, there=held)


def sharings(world: World, ask: Ask) -> list[tuple[int, ...]]:
    """All that keep every bound."""
    count, spread, limits = ask.demand.task_count, ask.demand.spread, ask.demand.limits
    found = []
    for shares in itertools.product(range(count + 1), repeat=len(world.nodes)):
        if sum(shares) != count:
            continue
        groups = dict(ask.there)
        for n, share in zip(world.nodes, shares, strict=True):
            if share:
                groups[GROUP[spread.by](n)] = groups.get(GROUP[spread.by](n), 0) + share
        used = {GROUP[spread.by](n) for n, share in zip(world.nodes, shares, strict=True) if share}
        in_time = limits.finish_s_max is None or finish(world, shares) <= limits.finish_s_max
        paid = limits.budget_micro is None or cost(world, shares) <= limits.budget_micro
        if all(groups[g] <= spread.most for g in used) and in_time and paid:
            found.append(shares)
    return found


def finish(world: World, shares: tuple[int, ...]) -> float:
    slots = [n.capacity.cpu_milli // 1000 for n in world.nodes]
    return max(-(-s // k) * FUEL / n.speed.fuel_per_s for n, s, k in zip(world.nodes, shares, slots, strict=True) if s)


def cost(world: World, shares: tuple[int, ...]) -> int:
    return sum(cost_micro(s * FUEL, n.offer.price_micro_per_tfuel) for n, s in zip(world.nodes, shares, strict=True))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64))
def test_as_many_together_as_may_be_and_no_sharing_is_missed(seed: int) -> None:
    world, ask = small(random.Random(seed))
    possible, plan = sharings(world, ask), decide(world, ask)
    event(f"{type(plan).__name__}, by {ask.demand.spread.by}")
    if isinstance(plan, Refusal):
        assert not possible
        assert plan.explanation.change is None or plan.explanation.change.field
        return
    row = {n.id: i for i, n in enumerate(world.nodes)}
    shares = [0] * len(world.nodes)
    for p in plan.placements:
        shares[row[p.node_id]] += len(p.tasks)
    assert tuple(shares) in possible
    if ask.demand.prefer == "price":
        assert cost(world, tuple(shares)) == min(cost(world, s) for s in possible)


def pair(**more: object) -> World:
    return joined(empty(), node("a", site=SITES[0]), node("b", site=SITES[2], offer=Offer(price_micro_per_tfuel=1)), **more)


def test_a_full_site_is_left_out_and_says_so() -> None:
    demand = Demand(name="j", work=Wasm(file="a"), spread=Spread(by="site", most=2))
    plan = decide(pair(), ask_for(demand, there=(("gy", 2), ("sz", 1))))
    assert isinstance(plan, Plan) and plan.explanation.winner == "a"
    (out,) = plan.explanation.ruled_out
    assert [(r.rule, r.need, r.have, r.passing) for r in out.reasons] == [("spread", "2 by site", "2 at site gy", True)]
    no = decide(pair(), ask_for(demand, there=(("gy", 2), ("sz", 2))))
    assert isinstance(no, Refusal) and no.passing


def test_more_than_all_groups_may_take_is_refused_by_name() -> None:
    items = tuple(Item(value=str(i)) for i in range(5))
    demand = Demand(name="j", work=Wasm(file="a"), items=items, spread=Spread(by="site", most=2))
    no = decide(pair(), ask_for(demand))
    assert isinstance(no, Refusal) and (no.code, no.passing) == ("SUAN-P013", False)
    assert no.explanation.rules[0].rule == "spread"
    assert {r.have for out in no.explanation.ruled_out for r in out.reasons} == {"5 at site sz", "5 at site gy"}


@pytest.mark.parametrize(
    ("company", "winner", "rule"),
    [
        ({"beside": frozenset({"sz"})}, "a", "beside"),
        ({"apart": frozenset({"node-b"})}, "a", "apart"),
        ({"beside": None, "apart": frozenset({"node-gone"})}, "b", ""),
    ],
)
def test_beside_and_apart(company: dict[str, object], winner: str, rule: str) -> None:
    demand = Demand(name="j", work=Wasm(file="a"), beside="x", apart="y")
    plan = decide(pair(), ask_for(demand, **company))
    assert isinstance(plan, Plan) and plan.explanation.winner == winner
    assert [r.rule for out in plan.explanation.ruled_out for r in out.reasons] == [rule] * bool(rule)


def test_who_is_to_stand_beside_one_that_is_nowhere_yet_waits() -> None:
    demand = Demand(name="j", work=Wasm(file="a"), beside="x")
    no = decide(pair(), ask_for(demand, beside=frozenset()))
    assert isinstance(no, Refusal) and no.passing
    elsewhere = decide(pair(), ask_for(demand, beside=frozenset({"bj"})))
    assert isinstance(elsewhere, Refusal) and not elsewhere.passing


def test_replicas_count_as_tasks() -> None:
    world = joined(empty(), *(node(f"n{o}{s}", owner=o, site=SITES[s]) for o in ("li", "wang") for s in (0, 2)))
    demand = Demand(name="j", work=Wasm(file="a"), spread=Spread(by="site", most=1))
    plan = decide(world, msgspec.structs.replace(ask_for(demand), replicas=2, quorum=2))
    assert isinstance(plan, Plan)
    nodes = [world.node(p.node_id) for p in plan.placements]
    assert len({n.owner for n in nodes}) == len({n.site.name for n in nodes}) == 2
