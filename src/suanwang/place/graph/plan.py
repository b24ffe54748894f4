"""Plans for a job graph: of list schedules by several ranks the best, made better by bounded search; and HEFT to compare with.

    graph, hosts, network --columns--> case --ranks x look-ahead--> list schedules --the best few--> search --> plan

What is counted: cores, whole; files, that go to a site once and wait for the links on their way, each of which carries one
bundle at a time, in each direction. What is not: what a site's own network and disks take, other traffic on the links, and
the way of the last results to anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from suanwang.model.graph_plan import GraphPlan, Run, Sending
from suanwang.place.graph.build import INF, Fixed, Made, Table, blank, build, free
from suanwang.place.graph.columns import Case, Floats, Ints
from suanwang.place.graph.explain import choices
from suanwang.place.graph.rank import bound_s, downward, follows, mean_pace, mean_way, nearest, optimistic, ordered, upward
from suanwang.place.graph.search import improve

STEPS = 6_000
PLACED = 680_000
"""Changes times tasks, at most: the one bound on a search, a second or two, however many hosts there are."""
STARTS = 6
ROUNDS = ((2, 0.15, True), (1, 0.6, True), (1, 0.7, False))
"""(so many go on to the next, part of the steps tried from each, whether tasks keep to sites or to hosts): short searches from
the best list schedules that are not alike, longer ones from what was best."""
_NOTHING = np.zeros((0, 0))
_LEANS = (0.0, 0.5, 1.0)
_CLOSE = 1e-6
"""A plan that is longer than the bound by no more than this part is the best there is."""


class Draft(NamedTuple):
    """An order and a host for each task; `build` makes a schedule of it. where: -1 for the host with the earliest finish."""

    makespan_s: float
    order: Ints
    where: Ints
    policy: str


def schedule(
    case: Case, *, steps: int = STEPS, seed: int = 0, fixed: Fixed | None = None, before: GraphPlan | None = None
) -> GraphPlan | None:
    """The best plan found; None where a task has no host with enough cores that its files can get to.

    steps: changes tried, times what ROUNDS come to; 0 for list schedules alone. fixed: what has begun already (again.py).
    before: a plan that is tried as well, so that what is found is no longer than what it comes to now.
    """
    room, held = blank(case), fixed or free(case)
    drafts = sorted(_drafts(case, held, before, room), key=lambda draft: draft.makespan_s)
    if drafts[0].makespan_s == INF:
        return None
    goal = bound_s(case.work, case.edges, case.ground, case.origin) * (1 + _CLOSE) if fixed is None else 0.0
    ahead = optimistic(case.work, case.edges, case.ground), follows(case.work, case.edges, nearest(case.ground))
    found = list({f"{draft.makespan_s:.4g}": draft for draft in drafts if draft.makespan_s < INF}.values())[:STARTS]
    steps = min(steps, PLACED // len(case.graph.tasks))
    for keep, part, loose in ROUNDS:
        tries = int(part * steps)
        tried = [_searched(case, draft, ahead, held, room, tries, seed + k, goal, loose) for k, draft in enumerate(found)]
        found = sorted(tried, key=lambda draft: draft.makespan_s)[:keep]
    return _plan(case, found[0], held, room)


def heft(case: Case) -> GraphPlan | None:
    """Heterogeneous earliest finish time (Topcuoglu, Hariri and Wu 2002): upward rank with mean costs, insertion, earliest
    finish; here with what the case counts of links, which in the original is nothing but time (`shared` false)."""
    draft = Draft(0.0, _by_upward(case), _anywhere(case), "heft")
    return _made(case, draft)


def carried_out(case: Case, plan: GraphPlan, policy: str = "") -> GraphPlan | None:
    """The same tasks on the same hosts in the order of their begins, under what this case counts: what becomes of a plan that
    was made without counting it."""
    return _made(case, Draft(0.0, *_as_in(case, plan), policy or plan.policy))


def scattered(case: Case, where: Iterable[int]) -> GraphPlan | None:
    """By upward rank, each task on a host that somebody else chose: index into case.hosts."""
    return _made(case, Draft(0.0, _by_upward(case), np.array(list(where), np.int64), "given"))


def _as_in(case: Case, plan: GraphPlan) -> tuple[Ints, Ints]:
    """The order of begins, and the hosts."""
    host = {h.name: at for at, h in enumerate(case.hosts)}
    start = np.array([run.start_s for run in plan.runs])
    order = np.lexsort((np.argsort(case.edges.order), start))  # of those that begin together, parents first
    return order, np.array([host[run.host] for run in plan.runs], np.int64)


def _by_upward(case: Case) -> Ints:
    return ordered(case.edges, upward(case.work, case.edges, mean_pace(case.ground), *mean_way(case.ground)))


def _anywhere(case: Case) -> Ints:
    return np.full(len(case.work.work_s), -1, np.int64)


def _drafts(case: Case, held: Fixed, before: GraphPlan | None, room: tuple[Table, Made]) -> Iterator[Draft]:
    """List schedules by every rank and leaning, each with the hosts that it took; and the plan from before."""
    work, ground = case.work, case.ground
    optimism, level = optimistic(work, case.edges, ground), np.zeros((len(work.work_s), len(case.sites)))
    tried = [(name, ordered(case.edges, rank), _anywhere(case)) for name, rank in _priorities(case, optimism).items()]
    if before is not None:
        tried.append(("as before", *_as_in(case, before)))
    if ground.shared:
        tried.append(("upward, links not counted", *_not_counting(case, tried[0][1], held, room)))
    for name, order, where in tried:
        order = _begun_first(order, held)
        for lean in _LEANS if where[0] < 0 else (0.0,):
            makespan = build(
                order, where, lean * optimism if lean else level, _NOTHING, INF, _NOTHING, work, ground, held, *room
            )
            yield Draft(makespan, order, room[1].host.copy(), f"{name}, ahead {lean:g}")


def _not_counting(case: Case, order: Ints, held: Fixed, room: tuple[Table, Made]) -> tuple[Ints, Ints]:
    """The order of begins and the hosts if links are not counted, as in HEFT: by luck better at times."""
    level = np.zeros((len(order), len(case.sites)))
    alone = case.ground._replace(shared=False)
    build(_begun_first(order, held), _anywhere(case), level, _NOTHING, INF, _NOTHING, case.work, alone, held, *room)
    return np.lexsort((np.argsort(case.edges.order), room[1].start)), room[1].host.copy()


def _priorities(case: Case, optimism: Floats) -> Mapping[str, Floats]:
    """By name; higher comes first."""
    work, edges, pace, way = case.work, case.edges, mean_pace(case.ground), mean_way(case.ground)
    above = upward(work, edges, pace, *way)
    return {
        "upward": above,
        "upward, transfers twice": upward(work, edges, pace, 2 * way[0], 2 * way[1]),
        "upward, no transfers": upward(work, edges, pace, 0.0, 0.0),
        "optimistic": np.where(np.isfinite(optimism), optimism, 0.0).mean(axis=1),
        "through": above + downward(work, edges, pace, *way),
    }


def _begun_first(order: Ints, held: Fixed) -> Ints:
    """What has begun, by when, then the rest as it was."""
    begun = held.begun[order]
    return order[np.argsort(np.where(begun >= 0, begun, INF), kind="stable")]


def _searched(
    case: Case, draft: Draft, ahead: tuple[Floats, Floats], held: Fixed, room: tuple[Table, Made],
    steps: int, seed: int, goal: float, loose: bool,
) -> Draft:  # fmt: skip
    order, where = draft.order.copy(), draft.where.copy()
    makespan = improve(order, where, *ahead, steps, seed, goal, loose, case.work, case.edges, case.ground, held, *room)
    better = makespan < draft.makespan_s and not draft.policy.endswith(", searched")
    return Draft(makespan, order, where, f"{draft.policy}, searched" if better else draft.policy)


def _made(case: Case, draft: Draft) -> GraphPlan | None:
    return _plan(case, draft, free(case), blank(case))


def _plan(case: Case, draft: Draft, held: Fixed, room: tuple[Table, Made]) -> GraphPlan | None:
    look = np.full((len(case.graph.tasks), len(case.hosts)), INF)
    ahead = np.zeros((len(case.graph.tasks), len(case.sites)))
    makespan = build(draft.order, draft.where, ahead, _NOTHING, INF, look, case.work, case.ground, held, *room)
    if makespan == INF:
        return None
    made = room[1]
    return GraphPlan(
        graph=case.graph.name,
        runs=tuple(_run(case, made, at) for at in range(len(case.graph.tasks))),
        sendings=tuple(sorted(_sendings(case, made), key=lambda sending: (sending.start_s, sending.there_s))),
        makespan_s=makespan,
        bound_s=bound_s(case.work, case.edges, case.ground, case.origin),
        policy=draft.policy,
        choices=choices(case, look, *room),
    )


def _run(case: Case, made: Made, at: int) -> Run:
    host, lanes = int(made.host[at]), case.work.lane
    cores = made.core[lanes[at] : lanes[at + 1]] - case.ground.core_at[host]
    return Run(
        task=case.graph.tasks[at].name,
        host=case.hosts[host].name,
        cores=tuple(sorted(cores.tolist())),
        start_s=float(made.start[at]),
        finish_s=float(made.finish[at]),
    )


def _sendings(case: Case, made: Made) -> Iterator[Sending]:
    for bundle, site in np.argwhere(np.isfinite(made.there)).tolist():
        source, maker = int(made.source[bundle, site]), int(case.work.maker[bundle])
        if source == site or np.isfinite(case.origin[bundle, site]):
            continue
        yield Sending(
            files=case.files[bundle],
            source=case.sites[source],
            target=case.sites[site],
            start_s=float(made.sent[bundle, site]),
            there_s=float(made.there[bundle, site]),
            after=case.graph.tasks[maker].name if maker >= 0 and not case.files[bundle] else "",
        )
