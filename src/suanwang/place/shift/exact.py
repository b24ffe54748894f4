"""The same shifting solved exactly, by HiGHS: slow, and right. What the auction is measured against.

Who splits is a column for each hour and site (a linear program); a whole job is a yes or no for each seat (a mixed one).
"""

from typing import Any

import numpy as np
from scipy.optimize import LinearConstraint, milp  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from scipy.sparse import coo_array  # pyright: ignore[reportMissingTypeStubs]

from suanwang.place.shift.hours import Hours, Jobs, Split, late_cost
from suanwang.place.shift.shift import Shift
from suanwang.world.world import Floats

_LEAST = 1e-9


def exact(jobs: Jobs, hours: Hours, time_limit_s: float = 600.0, gap: float = 1e-9) -> Shift:
    """The cheapest plan. bound: what HiGHS proved; equal to the cost but for rounding unless its time ran out. No prices."""
    cost, room, egress = hours.kwh_cost(), hours.room(), jobs.egress_cost(hours)
    late = late_cost(cost, egress)
    columns = Columns(jobs, cost, egress)
    seats, count = len(columns.at), len(jobs)
    sites, wide = cost.shape
    rows = [*columns.entries, (np.arange(count), seats + np.arange(count), np.ones(count))]
    row, column, value = (np.concatenate([part[i] for part in rows]) for i in range(3))
    height = count + sites * wide + columns.rates
    matrix = coo_array((value, (row, column)), shape=(height, seats + count))
    least = np.concatenate((jobs.kwh, np.full(height - count, -np.inf)))
    rates = np.zeros(columns.rates)
    for j, first in columns.rate_row:
        rates[first : first + columns.span[j]] = jobs.most_kwh[j]
    most = np.concatenate((jobs.kwh, room.ravel(), rates))
    answer: Any = milp(
        np.concatenate((columns.cost, np.full(count, late))),
        constraints=LinearConstraint(matrix.tocsr(), least, most),  # pyright: ignore[reportArgumentType]
        integrality=np.concatenate((columns.whole, np.zeros(count))),
        options={"time_limit": time_limit_s, "mip_rel_gap": gap},
    )
    found: Floats = np.zeros(seats + count) if answer.x is None else np.asarray(answer.x)
    split, money = columns.split(jobs, found[:seats], sites)
    proved = float(answer.mip_dual_bound if columns.whole.any() else answer.fun)
    return Shift(split, money, np.maximum(0.0, found[seats:]), late, proved, np.zeros(cost.shape))


class Columns:
    """Columns of the program. at: (job, site, hour) of each; entries: (row, column, value) of the matrix; rows are jobs, then
    sites by hours, then the hours of each job that splits (its rate)."""

    def __init__(self, jobs: Jobs, cost: Floats, egress: Floats) -> None:
        sites, wide = cost.shape
        self.at: list[tuple[int, int, int]] = []
        self.span: dict[int, int] = {}
        self.rate_row: list[tuple[int, int]] = []
        self.rates = 0
        money: list[float] = []
        row: list[int] = []
        column: list[int] = []
        value: list[float] = []
        for j in range(len(jobs)):
            first, last = max(0, int(jobs.first[j])), min(wide, int(jobs.last[j]))
            self.span[j] = max(0, last - first)
            if not jobs.whole[j]:
                self.rate_row.append((j, self.rates))
            for t in range(first, last):
                for s in np.flatnonzero(np.isfinite(egress[j])).tolist():
                    run = seat_kwh(jobs, j) if jobs.whole[j] else np.ones(1)
                    if t + len(run) > last:
                        continue
                    k = len(self.at)
                    self.at.append((j, s, t))
                    money.append(float(np.sum(run * (cost[s, t : t + len(run)] + egress[j, s]))))
                    cells = [len(jobs) + s * wide + t + u for u in range(len(run))]
                    row += [j, *cells]
                    column += [k] * (1 + len(run))
                    value += [float(run.sum()), *run.tolist()]
                    if not jobs.whole[j]:
                        row.append(len(jobs) + sites * wide + self.rates + t - first)
                        column.append(k)
                        value.append(1.0)
            if not jobs.whole[j]:
                self.rates += self.span[j]
        self.cost = np.array(money)
        self.whole = np.array([int(jobs.whole[j]) for j, _, _ in self.at], np.int64)
        self.entries = [(np.array(row, np.int64), np.array(column, np.int64), np.array(value))]

    def split(self, jobs: Jobs, x: Floats, sites: int) -> tuple[Split, float]:
        """What a solution means, and what it costs."""
        parts: list[tuple[int, int, int, float]] = []
        for (j, s, t), amount in zip(self.at, x.tolist(), strict=True):
            if jobs.whole[j] and amount > 0.5:
                parts += [(j, s, t + u, kwh) for u, kwh in enumerate(seat_kwh(jobs, j).tolist())]
            elif not jobs.whole[j] and amount > _LEAST:
                parts.append((j, s, t, amount))
        parts.sort(key=lambda part: (part[0], part[2], part[1]))
        columns = list(zip(*parts, strict=True)) if parts else [(), (), (), ()]
        job, site, hour = (np.array(columns[i], np.int64) for i in range(3))
        return Split(job, site, hour, np.array(columns[3], np.float64)), float(np.sum(self.cost * x))


def seat_kwh(jobs: Jobs, j: int) -> Floats:
    """A whole job's energy, hour by hour from its beginning."""
    most = float(jobs.most_kwh[j])
    span = int(np.ceil(float(jobs.kwh[j]) / most - 1e-9))
    return np.minimum(most, float(jobs.kwh[j]) - most * np.arange(span))
