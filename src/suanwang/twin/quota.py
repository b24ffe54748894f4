"""One process under a CPU quota, as Linux keeps it: a MODEL of a control group whose time is refilled at every period.

    pool        |2..........|2..........|2....      ms that are refilled at every period, and not carried over
                 \\ slices of up to 5 ms    / what is more than 1 ms, when nobody runs
    each core    |#####------|##---------|####-     what the process may run there: up to 1 ms stays for whoever comes back

So a request at an idle process takes its CPU time and no more, and one that comes after others waits for whole periods: neither
a fixed nor an exponential time. What a core keeps is not lost when the process goes on elsewhere: it finds what it left there
before. What was overdrawn on a core holds whoever runs there until a refill has paid it. Sources: the kernel's
Documentation/scheduler/sched-bwc.rst and kernel/sched/fair.c. Where cores are modelled (twin.cores), a process waits for one
when it is woken and when its quota is refilled, and may be woken on another core than before.
"""

import math
from typing import NamedTuple

import numpy as np

from suanwang.steer.columns import Floats
from suanwang.twin.chance import LOOK, PHASE, TICK, uniform
from suanwang.twin.cores import moved, pace, waited
from suanwang.world.compiled import compiled

QUOTA, PERIOD, BEGAN, TICKED, POOL, TURN, OTHERS, AFTER, WOKEN, TORN, USED, CORE, HELD = range(13)
"""Columns: ms of CPU in each period, its length, when one began, when a tick was, what nobody has taken of this period's, its
number; the part of a core that goes to other work of the process; of a request, ms of CPU that follow its answer, and that it
takes more if it wakes the process, and each time that it is held; what all took; the core that the process ran on last. From
HELD on, of each core, ms that it may run there; it does not where that is nothing or less."""
PERIOD_MS, PERIOD_MS_LONG, QUOTA_MS_MIN = 10.0, 100.0, 1.0
"""As drivers.cgroup sets them: the kernel refuses a smaller quota, so that a small part of a core comes in long periods."""
TICK_MS = 4.0
"""The kernel looks at its ticks (250 a second), and when a process is put aside for another, whether what a core has is used
up: it runs on until then, and pays afterwards."""
SLICE_MS = 5.0
"""What a core takes of the pool at a time, if there is as much (sched_cfs_bandwidth_slice)."""
KEPT_MS = 1.0
"""What a core keeps when nobody runs there any more (min_cfs_rq_runtime)."""
PAID_MS, NOTHING_MS = 1e-6, 1e-9
"""A refill pays what is overdrawn, and so much more (1 ns). Less than NOTHING_MS is nothing, by rounding."""
_FIRST = 8  # turns before this one are the client's
_LOOKS = 8


class Costs(NamedTuple):
    """Of a request, ms of CPU: after_ms: of what it takes, after its answer. woken_ms, torn_ms: more, if it wakes the process,
    and each time that it is held, since caches have forgotten it by then."""

    after_ms: float = 0.0
    woken_ms: float = 0.0
    torn_ms: float = 0.0


PLAIN = Costs()


def quotas(cores: Floats, others: Floats, seed: int, costs: Costs = PLAIN, on: int = 1) -> Floats:
    """Rows as the loop reads them, of idle processes that may use such parts of a core, of which others are gone already, on a
    machine of so many cores; ticks and periods begin at times drawn from the seed."""
    rows = np.zeros((len(cores), HELD + on))
    rows[:, OTHERS], rows[:, TICKED] = others, -TICK_MS * uniform(seed, 0, TICK)
    rows[:, [AFTER, WOKEN, TORN]] = costs
    for s, part in enumerate(cores.tolist()):
        bound(rows, s, part)
        rows[s, BEGAN] = -rows[s, PERIOD] * uniform(seed, s, PHASE)
    return rows


def bound(rows: Floats, site: int, cores: float, at: float = 0.0) -> None:
    """From then on this part of a core; a period begins where one of before would have, and nothing is overdrawn."""
    row = rows[site]
    before, period = row[PERIOD], PERIOD_MS if cores * PERIOD_MS >= QUOTA_MS_MIN else PERIOD_MS_LONG
    row[BEGAN] += math.floor((at - row[BEGAN]) / before) * before if before else 0.0
    row[PERIOD], row[TURN] = period, 0.0
    row[QUOTA] = max(QUOTA_MS_MIN, cores * period) - row[OTHERS] * period
    row[POOL], row[HELD:] = row[QUOTA], PAID_MS


@compiled
def throttled(
    at: float, free: float, needs: float, site: int, rows: Floats, shared: Floats, seed: int, number: int
) -> tuple[float, float]:
    """(when a request has its answer that reaches a process at `at`, which is done with those before it at `free`; when it is
    done). needs: ms of CPU until its answer, if it follows another. shared: of twin.cores. seed, number: of the request, for
    its waits and breaks. The row of its site is brought to the time when it is done."""
    row, now, turn, looks, answered, runs = rows[site], at, _FIRST, 0, -1.0, at <= free
    if not runs:
        _rested(row)
        at = max(free, at + waited(now, seed, number, turn, shared))
        needs += row[WOKEN]
        if moved(now, seed, number, shared):
            row[CORE] = (row[CORE] + 1.0) % (len(row) - HELD)
    at, core = max(at, free), HELD + int(row[CORE])
    slow, gap = pace(shared)
    while True:
        _refilled(row, math.floor((at - row[BEGAN]) / row[PERIOD]))
        if not runs and row[core] <= NOTHING_MS:
            turn, needs = turn + 1, needs + _torn(row)
            at = _paid(row, core) + waited(now, seed, number, turn, shared)
            continue
        refill = row[BEGAN] + (row[TURN] + 1.0) * row[PERIOD]
        out = at + max(0.0, row[core]) * slow
        end, look = at + needs * slow, _look(out, gap, row[TICKED], uniform(seed, (number << _LOOKS) + looks, LOOK))
        until = min(end, refill, look)
        ran = (until - at) / slow
        row[core], row[USED] = row[core] - ran, row[USED] + ran
        at, needs, runs = until, needs - ran, True
        if until == end and answered >= 0.0:
            return answered, at
        if until == end:
            answered, needs = at, row[AFTER]
        elif until == refill:
            _refilled(row, row[TURN] + 1.0)
        else:
            looks += 1
            _taken(row, core)
            runs = row[core] > NOTHING_MS


@compiled
def _paid(row: Floats, core: int) -> float:
    """When what was overdrawn on a core is paid; the row is brought there."""
    while row[core] <= NOTHING_MS:
        _refilled(row, row[TURN] + 1.0)
    return row[BEGAN] + row[TURN] * row[PERIOD]


@compiled
def _torn(row: Floats) -> float:
    """CPU time more of who was held; who was for one of the long periods finds as little as who was woken."""
    return row[TORN] + (row[WOKEN] if row[PERIOD] > PERIOD_MS else 0.0)


@compiled
def _look(out: float, gap: float, ticked: float, lot: float) -> float:
    """When it is seen that a core has had nothing left since `out`: at the next tick, or at a break before it, by its lot."""
    tick = ticked + (math.floor((out - ticked) / TICK_MS) + 1.0) * TICK_MS
    return min(tick, out - math.log(1.0 - lot) * gap) if gap < math.inf else tick


@compiled
def _taken(row: Floats, core: int) -> None:
    """A slice of the pool, of which what was overdrawn is paid first."""
    some = min(SLICE_MS - row[core], row[POOL])
    row[core], row[POOL] = row[core] + some, row[POOL] - some


@compiled
def _rested(row: Floats) -> None:
    """Nobody ran any more: what a core need not keep goes back; what was overdrawn is paid, if there is as much."""
    core = HELD + int(row[CORE])
    if row[core] <= NOTHING_MS:
        _taken(row, core)
    more = max(0.0, row[core] - KEPT_MS)
    row[core], row[POOL] = row[core] - more, row[POOL] + more


@compiled
def _refilled(row: Floats, turn: float) -> None:
    """It is the period of this number: what was overdrawn is paid, from period to period until it is."""
    while row[TURN] < turn:
        row[TURN], row[POOL] = row[TURN] + 1.0, row[QUOTA]
        for core in range(HELD, len(row)):
            if row[core] <= NOTHING_MS:
                some = min(PAID_MS - row[core], row[POOL])
                row[core], row[POOL] = row[core] + some, row[POOL] - some
        if row[POOL] == row[QUOTA]:
            row[TURN] = turn
