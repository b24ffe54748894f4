"""One process under a CPU quota, as Linux keeps it: a MODEL of a control group whose time is refilled at every period.

    period      |#####------|##---------|########----|--#####----|      # the process runs, - it waits or is held
    left         2 .. 0      2 .. 1      2 .. -1      1 .. 0            ms of CPU; what was not used is not carried over, what
                                                                        was overdrawn is taken from what comes

So a request at an idle process takes its CPU time and no more, and one that comes after others waits for whole periods: neither
a fixed nor an exponential time. Source: the kernel's Documentation/scheduler/sched-bwc.rst. Where cores are modelled
(twin.cores), a process waits for one when it is woken and when its quota is refilled; woken on another core than before, it
leaves up to a millisecond of its quota behind. Left out: that a core keeps this millisecond for whoever comes back in a later
period.
"""

import math

import numpy as np

from suanwang.steer.columns import Floats
from suanwang.twin.chance import PHASE, uniform
from suanwang.twin.cores import moved, pace, waited
from suanwang.world.compiled import compiled

QUOTA, PERIOD, BEGAN, LEFT, TURN, OTHERS, AFTER = range(7)
"""Columns: ms of CPU in each period, its length, when one began, what is left in this one, its number since then; the part of a
core that goes to other work of the process; ms of a request's CPU time that follow its answer."""
PERIOD_MS, PERIOD_MS_LONG, QUOTA_MS_MIN = 10.0, 100.0, 1.0
"""As drivers.cgroup sets them: the kernel refuses a smaller quota, so that a small part of a core comes in long periods."""
TICK_MS = 4.0
"""The kernel looks at its ticks (250 a second) whether a quota is used up: a process runs on until then, and pays
afterwards."""
KEPT_MS = 1.0
"""What a core keeps of what a process took there, when it goes on elsewhere (min_cfs_rq_runtime)."""
NOTHING_MS = 1e-6
"""Less than this is nothing, so that rounding cannot leave what never gets used."""
_FIRST = 8  # turns before this one are the client's


def quotas(cores: Floats, others: Floats, seed: int, after_ms: float = 0.0) -> Floats:
    """Rows as the loop reads them, of idle processes that may use such parts of a core, of which others are gone already;
    periods begin at times drawn from the seed."""
    rows = np.zeros((len(cores), 7))
    rows[:, OTHERS], rows[:, AFTER] = others, after_ms
    for s, part in enumerate(cores.tolist()):
        bound(rows, s, part)
        rows[s, BEGAN] = -rows[s, PERIOD] * uniform(seed, s, PHASE)
        rows[s, LEFT] = rows[s, QUOTA]
    return rows


def bound(rows: Floats, site: int, cores: float) -> None:
    """From now on this part of a core; what is left stays, and what is overdrawn."""
    period = PERIOD_MS if cores * PERIOD_MS >= QUOTA_MS_MIN else PERIOD_MS_LONG
    before = rows[site, PERIOD]
    rows[site, QUOTA] = max(QUOTA_MS_MIN, cores * period) - rows[site, OTHERS] * period
    rows[site, PERIOD] = period
    if before not in (0.0, period):
        rows[site, TURN] = math.floor(rows[site, TURN] * before / period)


@compiled
def throttled(
    at: float, free: float, needs: float, late: float, site: int, rows: Floats, shared: Floats, seed: int, number: int
) -> float:
    """When a request that reaches a process at `at`, which is done with those before it at `free`, is done. needs: ms of CPU;
    late: 0 to 1, how far off the next tick is. shared: of twin.cores. seed, number: of the request, for how long it waits for a
    core. The row of its site is brought to that time."""
    quota, period, began, left, turn = (
        rows[site, QUOTA],
        rows[site, PERIOD],
        rows[site, BEGAN],
        rows[site, LEFT],
        rows[site, TURN],
    )
    now, held, lost = at, _FIRST, 0.0
    slow, late = pace(late, shared)
    if at > free:
        at += waited(now, seed, number, held, shared)
        lost = KEPT_MS if moved(now, seed, number, shared) else 0.0
    at = max(at, free)
    while True:
        passed = math.floor((at - began) / period)
        if passed > turn:
            left, turn = min(quota, left + (passed - turn) * quota), passed
        left, lost = left - min(lost, max(0.0, left)), 0.0
        if left < NOTHING_MS:
            turn += 1.0
            at, left = max(at, began + turn * period), left + quota
            if left >= NOTHING_MS:
                held += 1
                at += waited(now, seed, number, held, shared)
            continue
        end, out = began + (turn + 1.0) * period, at + left * slow + late * TICK_MS
        if at + needs * slow <= min(end, out):
            break
        ran = (min(end, out) - at) / slow
        at, needs, left = min(end, out), needs - ran, left - ran
        if end <= out:
            turn, left = turn + 1.0, min(quota, left + quota)
    rows[site, LEFT], rows[site, TURN] = left - needs, turn
    return at + needs * slow
