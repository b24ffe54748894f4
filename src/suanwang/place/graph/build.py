"""A list schedule: tasks in a given order, each as early as what it reads and a gap on the cores allow, on the host that is
given or on the one where it ends first.

Earliest finish with insertion is that of HEFT (Topcuoglu, Hariri and Wu, IEEE TPDS 13(3), 2002); that a transfer takes the
first common gap of the links on its way is from Sinnen and Sousa (IEEE TPDS 16(6), 2005). A bundle goes to a site once, from
whichever site that has it gets it there first, and stays. What a core or link does is a list from its last entry backwards,
so that the search for a gap ends at what lies before the time in question.
"""

from typing import NamedTuple

import numpy as np

from suanwang.place.graph.columns import Case, Floats, Ground, Ints, Work
from suanwang.world.compiled import compiled

INF = np.inf


class Table(NamedTuple):
    """What is taken on which lane: cores first, then directed links. last: (lanes,) entry, -1 for none.

    begin, end: seconds of each entry. before: the entry before it on its lane, -1 for none; after: the one after it when it
    was put in. whose: the task that it is, or is sent for. cargo: of a transfer, bundle * S + site that it goes to. fresh:
    bundles sent for the task in hand. Entries: one for each core that a task takes (Work.lane), then one for each link that a
    transfer takes.
    """

    last: Ints
    begin: Floats
    end: Floats
    before: Ints
    after: Ints
    whose: Ints
    cargo: Ints
    fresh: Ints


class Made(NamedTuple):
    """The schedule. start, finish, host: (n,). core: (lanes of tasks,), counted through all hosts.

    there, source, sent, entry: (m, S) when a bundle is at a site, from which site, when it left, and the entry of its first
    link.
    """

    start: Floats
    finish: Floats
    host: Ints
    core: Ints
    there: Floats
    source: Ints
    sent: Floats
    entry: Ints


class Fixed(NamedTuple):
    """What cannot be changed any more. begun, where: (n,) seconds when a task began and its host, -1 for not yet. now_s:
    nothing new begins before. origin: see Case."""

    begun: Floats
    where: Ints
    now_s: float
    origin: Floats


def blank(case: Case) -> tuple[Table, Made]:
    """Room for one schedule."""
    work, ground = case.work, case.ground
    n, (m, s), taken = len(work.work_s), case.origin.shape, int(work.lane[-1])
    hops = int(np.diff(ground.route_at).max())
    entries = taken + m * max(0, s - 1) * hops
    lanes = int(ground.core_at[-1]) + len(ground.link_rate)
    most = int(np.diff(work.read_at).max(initial=0))
    table = Table(
        last=np.full(lanes, -1, np.int64),
        begin=np.zeros(entries),
        end=np.zeros(entries),
        before=np.zeros(entries, np.int64),
        after=np.zeros(entries, np.int64),
        whose=np.zeros(entries, np.int64),
        cargo=np.zeros(entries, np.int64),
        fresh=np.zeros(most, np.int64),
    )
    made = Made(
        start=np.zeros(n),
        finish=np.zeros(n),
        host=np.full(n, -1, np.int64),
        core=np.zeros(taken, np.int64),
        there=np.zeros((m, s)),
        source=np.zeros((m, s), np.int64),
        sent=np.zeros((m, s)),
        entry=np.zeros((m, s), np.int64),
    )
    return table, made


def free(case: Case) -> Fixed:
    """Nothing has begun."""
    tasks = len(case.work.work_s)
    return Fixed(np.full(tasks, -1.0), np.full(tasks, -1, np.int64), 0.0, case.origin)


@compiled
def build(
    order: Ints, where: Ints, ahead: Floats, least: Floats, limit: float, look: Floats,
    work: Work, ground: Ground, fixed: Fixed, table: Table, made: Made,
) -> float:  # fmt: skip
    """The makespan in seconds, inf as soon as it must pass `limit` or a task fits nowhere; table and made are written anew.

    order: (n,) each task after its parents. where: (n,) host; -1 for the one with the least finish + ahead of all, -2 - site
    for that of a site. ahead: (n, S) seconds that are thought to follow after the task if it is done at the site. least: (n,
    S) seconds that follow in any plan (rank.follows), (0, 0) if not known. look: (n, H) takes the finish on every host, (0,
    0) if not wanted.
    """
    table.last[:] = -1
    for bundle in range(fixed.origin.shape[0]):
        for site in range(fixed.origin.shape[1]):
            made.there[bundle, site] = fixed.origin[bundle, site]
            if fixed.origin[bundle, site] < INF:
                made.source[bundle, site] = site
    used, makespan = work.lane[-1], 0.0
    for task in order:
        if fixed.begun[task] >= 0:
            host, begin, core = int(fixed.where[task]), float(fixed.begun[task]), -1
        else:
            host = int(where[task])
            if host == -1 or look.shape[0] > 0:
                best = _best(task, ahead, look, work, ground, fixed.now_s, table, made, used)
                host = best if host == -1 else host
            if host == -1:
                return INF
            site = ground.site[host] if host >= 0 else -2 - host
            ready, used, _ = _bring(task, site, work, ground, fixed.now_s, table, made, used)
            host = host if host >= 0 else _within(task, site, ready, work, ground, table)
            if host < 0 or not work.may[task, host]:
                return INF
            begin, core = _seat(int(work.cores[task]), host, ready, work.work_s[task] / ground.speed[host], ground, table)
            if begin == INF:
                return INF
        length = work.work_s[task] / ground.speed[host]
        finish = begin + length
        _sit(task, host, core, begin, length, work, ground, table, made)
        made.start[task], made.finish[task], made.host[task] = begin, finish, host
        site = ground.site[host]
        for k in range(work.write_at[task], work.write_at[task + 1]):
            bundle = work.write[k]
            if finish < made.there[bundle, site]:
                made.there[bundle, site], made.source[bundle, site], made.sent[bundle, site] = finish, site, finish
        makespan = max(makespan, finish)
        if finish + (least[task, site] if least.shape[0] > 0 and fixed.begun[task] < 0 else 0.0) > limit:
            return INF
    return makespan


@compiled
def fit(table: Table, lane: int, ready: float, length: float) -> tuple[float, float]:
    """(earliest begin from `ready` on at which the lane is free for so long, for how long it was idle before)."""
    begin, idle, bound = INF, INF, INF
    entry = table.last[lane]
    while True:
        since = float(table.end[entry]) if entry >= 0 else 0.0
        first = max(since, ready)
        if first + length <= bound:
            begin, idle = first, first - since
        if since <= ready:
            return begin, idle
        bound = float(table.begin[entry])
        entry = table.before[entry]


@compiled
def _put(table: Table, lane: int, entry: int, task: int, begin: float, end: float) -> None:
    after, before = -1, table.last[lane]
    while before >= 0 and table.end[before] > begin:
        after, before = before, table.before[before]
    table.begin[entry], table.end[entry], table.whose[entry] = begin, end, task
    table.before[entry], table.after[entry] = before, after
    if after >= 0:
        table.before[after] = entry
    else:
        table.last[lane] = entry


@compiled
def _send(
    bundle: int, site: int, task: int, work: Work, ground: Ground, now: float, table: Table, made: Made, used: int
) -> int:  # fmt: skip
    """Send a bundle to a site for a task, as early as can be; entries used afterwards. It stays away if there is no way."""
    sites, cores = ground.rate.shape[0], ground.core_at[-1]
    there, source, sent = INF, -1, INF
    for other in range(sites):
        rate = ground.rate[other, site]
        if made.there[bundle, other] == INF or rate <= 0.0:
            continue
        begin, route = max(now, made.there[bundle, other]), other * sites + site
        while ground.shared:
            later = begin
            for k in range(ground.route_at[route], ground.route_at[route + 1]):
                link = ground.route[k]
                later = fit(table, cores + link, later, work.size[bundle] / ground.link_rate[link])[0]
            if later == begin:
                break
            begin = later
        end = begin + work.size[bundle] / rate + ground.latency_s[other, site]
        if end < there:
            there, source, sent = end, other, begin
    if source < 0:
        return used
    made.there[bundle, site], made.source[bundle, site] = there, source
    made.sent[bundle, site], made.entry[bundle, site] = sent, used
    if ground.shared:
        route = source * sites + site
        for k in range(ground.route_at[route], ground.route_at[route + 1]):
            link = ground.route[k]
            table.cargo[used] = bundle * sites + site
            _put(table, cores + link, used, task, sent, sent + work.size[bundle] / ground.link_rate[link])
            used += 1
    return used


@compiled
def _bring(
    task: int, site: int, work: Work, ground: Ground, now: float, table: Table, made: Made, used: int
) -> tuple[float, int, int]:  # fmt: skip
    """Send all that a task reads to a site: (when it is there, entries used, bundles that had to be sent: table.fresh)."""
    ready, count = now, 0
    for k in range(work.read_at[task], work.read_at[task + 1]):
        bundle = work.read[k]
        if made.there[bundle, site] == INF:
            used = _send(bundle, site, task, work, ground, now, table, made, used)
            table.fresh[count] = bundle
            count += 1
        ready = max(ready, made.there[bundle, site])
    return ready, used, count


@compiled
def _unbring(site: int, ground: Ground, table: Table, made: Made, entries: int, used: int, count: int) -> None:
    """As it was before `_bring`: the last entry first, so that each finds its neighbours as they were."""
    sites, cores = ground.rate.shape[0], ground.core_at[-1]
    for back in range(count):
        bundle = table.fresh[count - 1 - back]
        if made.there[bundle, site] == INF:
            continue
        if ground.shared:
            route = made.source[bundle, site] * sites + site
            first, last = ground.route_at[route], ground.route_at[route + 1]
            for step in range(last - first):
                used -= 1
                if table.after[used] >= 0:
                    table.before[table.after[used]] = table.before[used]
                else:
                    table.last[cores + ground.route[last - 1 - step]] = table.before[used]
        made.there[bundle, site] = INF
    assert used == entries


@compiled
def _best(
    task: int, ahead: Floats, look: Floats, work: Work, ground: Ground, now: float, table: Table, made: Made, entries: int
) -> int:  # fmt: skip
    """The host with the least finish + ahead, the first of equals; -1 if none can take the task."""
    best, least, host = -1, INF, 0
    hosts = ground.site.shape[0]
    while host < hosts:
        site = ground.site[host]
        ready, used, count = _bring(task, site, work, ground, now, table, made, entries)
        while host < hosts and ground.site[host] == site:
            length = work.work_s[task] / ground.speed[host]
            later = length + ahead[task, site]
            finish = INF
            if work.may[task, host] and (look.shape[0] > 0 or ready + later < least):
                finish = _seat(work.cores[task], host, ready, length, ground, table)[0] + length
            if look.shape[0] > 0:
                look[task, host] = finish
            if finish + ahead[task, site] < least:
                best, least = host, finish + ahead[task, site]
            host += 1
        _unbring(site, ground, table, made, entries, used, count)
    return best


@compiled
def _within(task: int, site: int, ready: float, work: Work, ground: Ground, table: Table) -> int:
    """The host of a site on which a task ends first, the first of equals; -1 if none can take it."""
    best, least = -1, INF
    for host in range(ground.site.shape[0]):
        length = work.work_s[task] / ground.speed[host]
        if ground.site[host] == site and work.may[task, host] and ready + length < least:
            finish = _seat(work.cores[task], host, ready, length, ground, table)[0] + length
            if finish < least:
                best, least = host, finish
    return best


@compiled
def _seat(
    cores: int, host: int, ready: float, length: float, ground: Ground, table: Table
) -> tuple[float, int]:  # fmt: skip
    """(earliest begin at which so many cores of a host are free together, which one if one is all). The begin is inf if it
    has not so many, or nothing is ready. Of cores that are free the one that was idle for the shortest time: the others keep
    their gaps."""
    first, last = ground.core_at[host], ground.core_at[host + 1]
    if cores == 1:
        return _first(first, last, ready, length, table)
    begin = ready
    while last - first >= cores and begin < INF:
        count, later = 0, INF
        for core in range(first, last):
            at = fit(table, core, begin, length)[0]
            if at <= begin:
                count += 1
            else:
                later = min(later, at)
        if count >= cores:
            return begin, -1
        begin = later
    return INF, -1


@compiled
def _first(first: int, last: int, ready: float, length: float, table: Table) -> tuple[float, int]:
    """(earliest begin on one of some cores, which): of equals the one that was idle for the shortest time."""
    begin, least, best = INF, INF, -1
    for core in range(first, last):
        at, idle = fit(table, core, ready, length)
        if at < begin or (at == begin and idle < least):
            begin, least, best = at, idle, core
    return begin, best


@compiled
def _sit(
    task: int, host: int, core: int, begin: float, length: float, work: Work, ground: Ground, table: Table, made: Made
) -> None:  # fmt: skip
    """Take the core, or, if it is -1, as many as the task needs of those free."""
    lane = work.lane[task]
    for k in range(work.cores[task]):
        best, least, late = core, INF, INF
        for other in range(ground.core_at[host], ground.core_at[host + 1] if core < 0 else 0):
            taken = False
            for j in range(k):
                taken = taken or made.core[lane + j] == other
            at, idle = fit(table, other, begin, length)
            if not taken and (best < 0 or at < late or (at == late and idle < least)):
                best, late, least = other, at, idle
        made.core[lane + k] = best
        _put(table, best, lane + k, task, begin, begin + length)
