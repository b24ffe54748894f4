"""When and where work that can wait is cheapest: every hour of every site has one price in money, and every job its own reach.

    cost of a kWh = PUE x (power price + carbon price x gCO2e/kWh) + egress price x GB / kWh of the job

Everything a job costs is a sum of three terms: power, carbon, egress. Columns have a row a site and a column an hour.
"""

from dataclasses import dataclass

import numpy as np

from suanwang.world.world import Bools, Floats, Ints

TERMS: tuple[str, ...] = ("power", "carbon", "egress")
LATE_TIMES = 4.0
"""What is not done in time counts as so many times the dearest kWh that any hour asks: a last resort, never a saving."""


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """What the hours ask; hour 0 is the first column. Money in one currency; energy is the machines' own, before PUE.

    power: money per kWh, below 0 where the grid pays; carbon_g: per kWh; pue; room_kwh: what the site can take in that hour,
    all of shape (sites, hours). egress: money per GB from site to site, shape (sites, sites). carbon_price: money per gCO2e.
    An hour for which a figure is missing (NaN) has no room.
    """

    power: Floats
    carbon_g: Floats
    pue: Floats
    room_kwh: Floats
    egress: Floats
    carbon_price: float

    def kwh_cost(self) -> Floats:
        """Shape (sites, hours): money for one kWh of work, without egress; 0 where there is no room for want of figures."""
        cost = self.pue * (self.power + self.carbon_price * self.carbon_g)
        return np.where(np.isfinite(cost), cost, 0.0)

    def room(self) -> Floats:
        """Shape (sites, hours): kWh, 0 where a figure is missing."""
        told = np.isfinite(self.pue * (self.power + self.carbon_price * self.carbon_g)) & ~np.isnan(self.room_kwh)
        return np.where(told, np.maximum(self.room_kwh, 0.0), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Jobs:
    """Work that can wait, a row a job. It may run in hours `first` to `last` - 1.

    kwh: the machines' energy in all; most_kwh: in one hour, all sites together; first, last: hours; home: the site where its
    data lies; gigabytes: to be moved if it runs elsewhere, in proportion to the part that does; may: shape (jobs, sites);
    whole: once begun it runs at `most_kwh` on one site to its end (the last hour may be less). Others split over hours and
    sites.
    """

    kwh: Floats
    most_kwh: Floats
    first: Ints
    last: Ints
    home: Ints
    gigabytes: Floats
    may: Bools
    whole: Bools

    def __len__(self) -> int:
        return len(self.kwh)

    def some(self, rows: Ints) -> "Jobs":
        """Only these rows, in this order."""
        return Jobs(
            self.kwh[rows],
            self.most_kwh[rows],
            self.first[rows],
            self.last[rows],
            self.home[rows],
            self.gigabytes[rows],
            self.may[rows],
            self.whole[rows],
        )

    def egress_cost(self, hours: Hours) -> Floats:
        """Shape (jobs, sites): money per kWh for the data, infinite where the job may not run."""
        each = hours.egress[self.home] * (self.gigabytes / np.maximum(self.kwh, 1e-12))[:, None]
        return np.where(self.may, each, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Who runs how much, where and when: four arrays of equal length, sorted by job, hour, site; energies above 0."""

    job: Ints
    site: Ints
    hour: Ints
    kwh: Floats

    def used(self, sites: int, hours: int) -> Floats:
        """Shape (sites, hours): kWh."""
        total = np.zeros((sites, hours))
        np.add.at(total, (self.site, self.hour), self.kwh)
        return total

    def done(self, jobs: int) -> Floats:
        """Shape (jobs,): kWh."""
        return np.bincount(self.job, self.kwh, jobs).astype(np.float64)


def terms(jobs: Jobs, hours: Hours, split: Split) -> dict[str, Floats]:
    """What every job costs by a split, term by term, shape (jobs,), money; their sum is the cost."""
    at = (split.site, split.hour)
    drawn = split.kwh * hours.pue[at]
    moved = split.kwh * (
        hours.egress[jobs.home[split.job], split.site] * (jobs.gigabytes / np.maximum(jobs.kwh, 1e-12))[split.job]
    )
    parts = (drawn * hours.power[at], drawn * hours.carbon_g[at] * hours.carbon_price, moved)
    return {name: np.bincount(split.job, part, len(jobs)).astype(np.float64) for name, part in zip(TERMS, parts, strict=True)}


def emitted_g(hours: Hours, split: Split) -> float:
    """gCO2e of a split."""
    at = (split.site, split.hour)
    return float(np.sum(split.kwh * hours.pue[at] * hours.carbon_g[at]))


def drawn_kwh(hours: Hours, split: Split) -> float:
    """kWh at the meter of the hall: with PUE."""
    return float(np.sum(split.kwh * hours.pue[split.site, split.hour]))


def late_cost(cost: Floats, egress: Floats) -> float:
    """Money for a kWh that is not done in time, from `kwh_cost` and `egress_cost`."""
    dearest = float(np.max(np.abs(cost), initial=0.0))
    return LATE_TIMES * max(1e-6, dearest + float(np.max(egress[np.isfinite(egress)], initial=0.0)))
