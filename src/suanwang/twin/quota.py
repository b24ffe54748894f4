"""One process under a CPU quota, as Linux keeps it: a MODEL of a control group whose time is refilled at every period.

    period      |#####------|##---------|###########---|      # the process runs, - it is held until the next period
    left         2 .. 0      2 .. 1      2 .. -1  1            ms of CPU; what was not used is not carried over, what was
                                                               overdrawn is taken from what comes

So a request at an idle process takes its CPU time and no more, and one that comes after others waits for whole periods: neither
a fixed nor an exponential time. Source: the kernel's Documentation/scheduler/sched-bwc.rst. Left out: the millisecond that a
core may keep from one period to the next, and that others want the cores as well.
"""

import math

import numpy as np

from suanwang.steer.columns import Floats
from suanwang.twin.chance import PHASE, uniform
from suanwang.world.compiled import compiled

QUOTA, PERIOD, BEGAN, LEFT, TURN = range(5)
"""Columns: ms of CPU in each period, its length, when one began, what is left in this one, and its number since then."""
PERIOD_MS, PERIOD_MS_LONG, QUOTA_MS_MIN = 10.0, 100.0, 1.0
"""As drivers.cgroup sets them: the kernel refuses a smaller quota, so that a small part of a core comes in long periods."""
OVERRUN_MS = 2.0
"""The kernel looks seldom whether a quota is used up: a process runs on for up to so long, and pays for it afterwards.
Calibrated (bench/fidelity): between nothing and a tick of 4 ms."""


def quotas(cores: Floats, seed: int) -> Floats:
    """Rows as the loop reads them, of idle processes that may use such parts of a core; periods begin at times drawn from the
    seed."""
    rows = np.zeros((len(cores), 5))
    for s, part in enumerate(cores.tolist()):
        bound(rows, s, part)
        rows[s, BEGAN] = -rows[s, PERIOD] * uniform(seed, s, PHASE)
        rows[s, LEFT] = rows[s, QUOTA]
    return rows


def bound(rows: Floats, site: int, cores: float) -> None:
    """From now on this part of a core; what is left stays, and what is overdrawn."""
    period = PERIOD_MS if cores * PERIOD_MS >= QUOTA_MS_MIN else PERIOD_MS_LONG
    before = rows[site, PERIOD]
    rows[site, QUOTA], rows[site, PERIOD] = max(QUOTA_MS_MIN, cores * period), period
    if before not in (0.0, period):
        rows[site, TURN] = math.floor(rows[site, TURN] * before / period)


@compiled
def throttled(at: float, needs: float, overrun_ms: float, site: int, rows: Floats) -> float:
    """When a request that may begin at `at` and needs so much CPU is done; the row of its site is brought to that time."""
    quota, period, began, left, turn = rows[site]
    passed = math.floor((at - began) / period)
    if passed > turn:
        left, turn = min(quota, left + (passed - turn) * quota), passed
    while True:
        if left <= 0.0:
            turn += 1.0
            at, left = max(at, began + turn * period), left + quota
            continue
        end, out = began + (turn + 1.0) * period, at + left + overrun_ms
        if at + needs <= min(end, out):
            break
        ran = min(end, out) - at
        at, needs, left = at + ran, needs - ran, left - ran
        if end <= out:
            turn, left = turn + 1.0, min(quota, left + quota)
    rows[site, LEFT], rows[site, TURN] = left - needs, turn
    return at + needs
