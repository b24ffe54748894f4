"""Room for urgent work: the cheapest set against every set, and what a plan on it must keep."""

from itertools import combinations

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from tests.brain.sample import a_demand, a_node

from suanwang.market.price import cost_micro
from suanwang.model.demand import AcceleratorNeed, Needs
from suanwang.model.node import Accelerator, Capacity
from suanwang.model.plan import Placement, Plan
from suanwang.place import preempt as place
from suanwang.place.ask import Ask
from suanwang.place.choose import How, choose
from suanwang.place.preempt import Cost, Holding, cheapest, preempt
from suanwang.world.fold import empty, joined, placed

HOW = How(job_id="job-u", seed=1, number=1, attempt=1, tasks=(0,))
sizes = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 4), st.integers(1, 4)), max_size=8)


def every_set(count: int) -> list[tuple[int, ...]]:
    return [chosen for size in range(count + 1) for chosen in combinations(range(count), size)]


def total(costs: list[Cost], chosen: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sum(costs[at][k] for at in chosen) for k in range(4))


@given(sizes, st.integers(0, 12))
def test_no_set_that_is_enough_is_cheaper(made: list[tuple[int, int, int, int]], wanted: int) -> None:
    costs: list[Cost] = [(own, micro, 1, fuel) for own, micro, fuel, _ in made]
    enough = {chosen for chosen in every_set(len(made)) if sum(made[at][3] for at in chosen) >= wanted}
    found = tuple(sorted(cheapest(costs, lambda chosen: tuple(sorted(chosen)) in enough)))
    if () in enough or not enough:
        assert found == ()
    else:
        assert found in enough and total(costs, found) == min(total(costs, chosen) for chosen in enough)


def test_where_there_are_too_many_sets_what_is_not_needed_stays() -> None:
    costs: list[Cost] = [(0, 1 + at % 3, 1, 0) for at in range(40)]
    found = cheapest(costs, lambda chosen: len(chosen) >= 20 and 5 in chosen)
    assert len(found) == 20 and 5 in found


def a_placement(number: int, node_id: str, *, milli: int = 1000, price: int = 400) -> Placement:
    return Placement(
        id=f"job-{number}/1", job_id=f"job-{number}", node_id=node_id, tasks=(0,), attempt=1, width=1, runtime="wasm",
        cpu_milli=milli, memory_bytes=64 << 20, price_micro_per_tfuel=30_000, fuel_max=10**12, hold_micro=30_000,
        latency_ms=0.0, finish_s=1.0, carbon_g=0.0, price_micro=price,
    )  # fmt: skip


def holding(placement: Placement, *, own: bool = False, fuel: int = 10**10) -> Holding:
    return Holding(placement=placement, tasks=1, fuel_max=fuel, own=own)


def asked(budget: int = 1_000_000) -> Ask:
    return Ask(demand=a_demand(priority="urgent"), user="ann", fuel_per_task=10**9, budget_micro=budget)


NODES = [a_node(name) for name in ("n1", "n2")]
HELD = [a_placement(k, NODES[k % 2].id, price=400 + 100 * k) for k in range(4)]
FULL = placed(joined(empty(), *NODES), HELD)


def moved(plan: Plan | None) -> list[str]:
    return [given.placement_id for given in plan.preempted] if plan else []


def test_the_cheapest_gives_way_and_the_plan_says_what_it_costs() -> None:
    assert not isinstance(choose(FULL, asked(), **HOW), Plan)
    plan = preempt(FULL, asked(), [holding(p) for p in HELD], **HOW)
    assert plan is not None and moved(plan) == ["job-0/1"] and plan.placements[0].node_id == NODES[0].id
    assert plan.world_version == FULL.version
    terms = plan.preempted[0]
    assert terms.compensation_micro == 400 // place.COMPENSATED and terms.node == "n1"
    assert terms.hold_micro == terms.compensation_micro + cost_micro(terms.fuel_max, 30_000)


def test_ones_own_gives_way_only_if_nobody_else_can() -> None:
    held = [holding(p, own=p is not HELD[3]) for p in HELD]
    assert moved(preempt(FULL, asked(), held, **HOW)) == ["job-3/1"]
    plan = preempt(FULL, asked(), held[:3], **HOW)
    assert plan is not None and len(moved(plan)) == 1 and plan.preempted[0].compensation_micro == 0


def test_what_giving_way_costs_is_within_the_budget_or_nothing_happens() -> None:
    held = [holding(p) for p in HELD]
    least = held[0].hold_micro + cost_micro(10**9, 30_000)
    plan = preempt(FULL, asked(least), held, **HOW)
    assert plan is not None and plan.hold_micro + plan.preempted[0].hold_micro <= least
    assert preempt(FULL, asked(least - 1), held, **HOW) is None


def test_who_is_kept_out_by_more_than_room_is_left_alone() -> None:
    held = [holding(p) for p in HELD]
    ask = msgspec.structs.replace(asked(), excluded=frozenset({NODES[0].id}))
    assert moved(preempt(FULL, ask, held, **HOW)) == ["job-1/1"]
    assert preempt(FULL, ask, [h for h in held if h.placement.node_id == NODES[0].id], **HOW) is None


def test_a_bound_that_one_task_at_a_time_breaks_takes_more_room() -> None:
    demand = a_demand(2, priority="urgent")
    limits = msgspec.structs.replace(demand.limits, finish_s_max=0.6)  # a task takes half a second
    ask = msgspec.structs.replace(asked(), demand=msgspec.structs.replace(demand, limits=limits))
    plan = preempt(FULL, ask, [holding(p) for p in HELD], **{**HOW, "tasks": (0, 1)})
    assert plan is not None and sorted(moved(plan)) == ["job-0/1", "job-2/1"]


def test_a_share_of_a_device_is_made_room_for_on_that_device() -> None:
    card = Accelerator(kind="a100", vendor="nvidia", name="A100", count=2)
    node = msgspec.structs.replace(
        a_node("n1", cores=8), capacity=Capacity(cpu_milli=8000, memory_bytes=4 << 30, accelerators=(card,))
    )
    holders = [
        msgspec.structs.replace(a_placement(k, node.id, milli=100), accelerators=("a100", 1), devices=(k % 2,), share_milli=500)
        for k in range(4)
    ]
    world = placed(joined(empty(), node), holders)
    held = [holding(p) for p in holders]
    need = AcceleratorNeed(count=1, share_milli=400)
    half = msgspec.structs.replace(asked(), demand=a_demand(priority="urgent", needs=Needs(cpu_milli=100, accelerator=need)))
    assert len(moved(preempt(world, half, held, **HOW))) == 1
    whole = msgspec.structs.replace(
        asked(), demand=a_demand(priority="urgent", needs=Needs(cpu_milli=100, accelerator=AcceleratorNeed()))
    )
    gone = moved(preempt(world, whole, held, **HOW))
    assert gone in (["job-0/1", "job-2/1"], ["job-1/1", "job-3/1"])  # both of one device
