"""What shifting work in time and place saves: `python bench/green.py [--weeks N] [--seeds N]`, tables, results/green.json.

Four sites of 1 MW in four US grids (grids.py: the years of carbon and price differ). Nothing is known of the future: at the
beginning of an hour its price, carbon and weather are known, all later hours only by forecasts from hours before, and of jobs
only those that have come; "jobs expected" are those of a week before, another draw of the same habits. (Day-ahead markets
publish tomorrow's prices at noon; that is not used.)
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

import report
from grids import DATA, DAYS, SITES, Year, made_up_year, real_year
from suanwang.place.park import Fleet, Load, fleet_watts, park
from suanwang.place.shift.exact import Columns, exact
from suanwang.place.shift.hours import Hours, Jobs, Split, drawn_kwh, emitted_g, terms
from suanwang.place.shift.roll import at_once, roll
from suanwang.place.shift.shift import shift
from suanwang.world.forecast import Foreseen, foreseen
from suanwang.world.power import SERVER_IDLE_SHARE, SERVER_PEAK_W_PER_CORE
from suanwang.world.sci import embodied_g, sci_g

T = TypeVar("T")
WEEK, WAIT_H, AHEAD = 168, 48, 96
ROOM_KWH, EGRESS, CARBON_PRICE = 1000.0, 0.02, 100e-6
"""kWh in an hour of one site; USD per GB between regions of one US cloud (its list price); USD per gCO2e, 100 USD/t."""
CORE_KWH = SERVER_PEAK_W_PER_CORE / 1000


def week_of(year: Year, begin: int, carbon_price: float = CARBON_PRICE) -> Hours:
    """A week, and the hours after it in which its last jobs may still run."""
    span = slice(begin, begin + WEEK + 2 * WAIT_H)
    power, carbon, halls = (figures[:, span] for figures in (year.power, year.carbon, year.pue))
    return Hours(power, carbon, halls, np.full(power.shape, ROOM_KWH), EGRESS * (1 - np.eye(len(SITES))), carbon_price)


def work_of(seed: int, load: float, whole: float = 0.3) -> Jobs:
    """Jobs of a week: more by day (of their home), 1 to 12 h at full rate, up to 48 h to spare; `load` of all room."""
    chance, sites = np.random.default_rng(seed), len(SITES)
    count = round(load * sites * ROOM_KWH * WEEK / 300)
    home = chance.integers(0, sites, count)
    hour = np.arange(WEEK)
    likely = 1 + 0.5 * np.sin(2 * np.pi * (hour - 13) / 24)
    first = chance.choice(hour, count, p=likely / likely.sum())
    kwh = chance.lognormal(0, 0.8, count)
    kwh *= load * sites * ROOM_KWH * WEEK / kwh.sum()
    most = np.maximum(kwh / chance.integers(1, 13, count), 1.0)
    last = first + np.ceil(kwh / most).astype(np.int64) + chance.integers(2, WAIT_H, count)
    gigabytes = chance.lognormal(3, 1.5, count)
    may = np.ones((count, sites), np.bool_)
    may[np.arange(count), (home + chance.integers(1, sites, count)) % sites] = chance.uniform(0, 1, count) > 0.2
    may[np.arange(count), home] = True
    return Jobs(kwh, np.minimum(most, ROOM_KWH), first, last, home, gigabytes, may, chance.uniform(0, 1, count) < whole)


class Foresight:
    """Forecasts of every series at every hour of the year, each made of hours before it."""

    def __init__(self, year: Year, begin: int, end: int, carbon_price: float) -> None:
        self.begin, self.carbon_price = begin, carbon_price
        self.year = year
        self.told = [[foreseen(row[begin:end], AHEAD) for row in figures] for figures in (year.power, year.carbon, year.pue)]

    def at(self, hour: int, wide: int) -> Hours:
        """What is known and foreseen at that hour of the year: the first column is what is."""
        columns = []
        for figures, told in zip((self.year.power, self.year.carbon, self.year.pue), self.told, strict=True):
            later = np.array([each.value[hour - self.begin, : min(wide, AHEAD) - 1] for each in told])
            columns.append(np.concatenate((figures[:, hour : hour + 1], later), axis=1))
        egress = EGRESS * (1 - np.eye(len(SITES)))
        return Hours(*columns, np.full(columns[0].shape, ROOM_KWH), egress, self.carbon_price)


def followed(jobs: Jobs, hours: Hours, split: Split) -> dict[str, float]:
    """What a way of deciding came to."""
    parts = {name: float(part.sum()) for name, part in terms(jobs, hours, split).items()}
    done, grams = float(split.kwh.sum()), emitted_g(hours, split)
    units = done / CORE_KWH
    return {"cost": sum(parts.values()), **parts, "tonnes": grams / 1e6, "kwh": drawn_kwh(hours, split),
            "late_kwh": float(jobs.kwh.sum()) - done, "sci_g": sci_g(grams, embodied_g(units), units)}  # fmt: skip


def week(year: Year, begin: int, seed: int, load: float, carbon_price: float) -> dict[str, dict[str, float]]:
    """Every way on one week of jobs."""
    jobs, hours = work_of(seed, load), week_of(year, begin, carbon_price)
    seer = Foresight(year, max(0, begin - 10 * WEEK), begin + hours.power.shape[1], carbon_price)
    began = time.perf_counter()
    best = shift(jobs, hours)
    took = time.perf_counter() - began
    before = work_of(seed + 1000, load)

    def told(t: int) -> Hours:
        return seer.at(begin + t, hours.power.shape[1] - t)

    ways = {
        "now, at home": at_once(jobs, hours, home=True),
        "now, where it is cheapest": at_once(jobs, hours, home=False),
        "online, persistence only": roll(jobs, hours, lambda t: flat(hours, t)),
        "online, with forecasts": roll(jobs, hours, told),
        "online, and jobs expected": roll(jobs, hours, told, before),
        "online, figures known": roll(jobs, hours, lambda t: later(hours, t), before),
        "clairvoyant": best.split,
    }
    found = {name: followed(jobs, hours, split) for name, split in ways.items()}
    found["bound"] = {"cost": best.bound, "gap": best.gap, "shift_s": took, "jobs": len(jobs)}
    return found


def flat(hours: Hours, t: int) -> Hours:
    """Everything stays as it is in this hour."""
    return of([np.repeat(c[:, t : t + 1], min(AHEAD, c.shape[1] - t), axis=1) for c in figures_of(hours)], hours)


def later(hours: Hours, t: int) -> Hours:
    """What will be."""
    return of([c[:, t : t + AHEAD] for c in figures_of(hours)], hours)


def figures_of(hours: Hours) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return hours.power, hours.carbon_g, hours.pue


def of(columns: list[np.ndarray], hours: Hours) -> Hours:
    return Hours(*columns, np.full(columns[0].shape, ROOM_KWH), hours.egress, hours.carbon_price)


def forecasts(year: Year) -> list[dict[str, object]]:
    """Mean absolute error over the year but its first ten weeks: of what is used, persistence, the same hour yesterday."""
    found: list[dict[str, object]] = []
    for what, figures in (("price, USD/MWh", 1000 * year.power), ("carbon, g/kWh", year.carbon), ("PUE", year.pue)):
        for site, row in zip(SITES, figures, strict=True):
            told = foreseen(row, 48)
            for lead in (1, 6, 24, 48):
                at = np.arange(10 * WEEK, len(row) - lead)
                then, yesterday = row[at + lead], row[at + lead - 24 * -(-lead // 24)]
                said = {"error": told.value[at, lead - 1], "persistence": row[at], "yesterday": yesterday}
                wrong = {name: float(np.nanmean(np.abs(value - then))) for name, value in said.items()}
                helps = float(told.helps()[at, lead - 1].mean())
                found.append({"series": what, "site": site, "lead_h": lead, **wrong,
                              "said": float(told.error[at, lead - 1].mean()), "helps": helps})  # fmt: skip
    return found


def speed(year: Year) -> list[dict[str, float]]:
    """The auction (median of three) beside HiGHS (once, the building of its program apart) on the same jobs, all splitting."""
    found = []
    for load in (0.1, 0.3, 0.6):
        work, hours = work_of(1, load, whole=0.0), week_of(year, 20 * WEEK)
        shift(work, hours)
        ours, plan = timed(lambda w=work, h=hours: shift(w, h), 3)
        theirs, best = timed(lambda w=work, h=hours: exact(w, h), 1)
        building, _ = timed(lambda w=work, h=hours: Columns(w, h.kwh_cost(), w.egress_cost(h)), 1)
        cost = [p.cost + p.late_each * float(p.late_kwh.sum()) for p in (plan, best)]
        found.append({"load": load, "jobs": len(work), "ours_s": ours, "highs_s": theirs - building, "building_s": building,
                      "above": cost[0] / cost[1] - 1, "bound_below": 1 - plan.bound / cost[1],
                      "late_kwh": float(plan.late_kwh.sum())})  # fmt: skip
    return found


def timed(run: Callable[[], T], times: int) -> tuple[float, T]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = run()
        took.append(time.perf_counter() - began)
    return float(np.median(took)), answer


def parking() -> list[dict[str, float | str]]:
    """40 servers of 64 cores under a made-up load (a day, a weekend, a walk): a year but ten weeks with nobody parked, parked
    without and with the forecast, and in hindsight. All watts are modelled."""
    chance, hour = np.random.default_rng(3), np.arange(DAYS * 24)
    rhythm = 0.45 + 0.25 * np.sin(2 * np.pi * (hour - 15) / 24) - 0.1 * ((hour // 24) % 7 >= 5)
    rough = np.convolve(chance.normal(0, 0.03, len(hour) + 5), np.ones(6) / 2, "valid")
    cores = 40 * 64 * np.clip(rhythm + rough, 0.02, 0.98)
    peak = 64 * SERVER_PEAK_W_PER_CORE
    ones = np.ones(40)
    fleet = Fleet(64 * ones, SERVER_IDLE_SHARE * peak * ones, peak * ones, 5 * ones, 0.1 * ones, np.ones(40, np.int64))
    told = foreseen(cores, 24)
    ways = (
        "all stay awake",
        "parked by what was",
        "parked by the forecast",
        "parked in hindsight",
        "hindsight, all at full speed",
    )
    return [{"way": way, **lived(fleet, cores, told, way)} for way in ways]


def lived(fleet: Fleet, cores: np.ndarray, told: Foreseen, way: str) -> dict[str, float]:
    """kWh, wakings and core-hours that found no awake machine, over the year but its first ten weeks."""
    awake, idle, kwh, wakings, short = np.ones(len(fleet.cores), np.bool_), np.zeros(len(fleet.cores), np.int64), 0.0, 0, 0.0
    for t in range(10 * WEEK, len(cores) - 25):
        now = np.concatenate((cores[t : t + 1], told.value[t, :24] if "forecast" in way else cores[t + 1 : t + 25]))
        error = np.concatenate(([0.0], told.error[t, :24] if "forecast" in way else np.zeros(24)))
        believed = np.concatenate(([True], told.helps()[t, :24])) if "forecast" in way else np.full(25, "hindsight" in way)
        plan = park(fleet, awake, idle, Load(now, error, believed))
        short += max(0.0, float(cores[t]) - float(fleet.cores[awake].sum()))
        cap = np.ones(len(awake)) if "full" in way or "all" in way else plan.cap
        kwh += float(fleet_watts(fleet, awake, cap, float(cores[t])).sum()) / 1000
        state = np.array(plan.state)
        needed = fleet.before() < cores[t]
        if way != "all stay awake":
            wakings += int(np.sum(state == "wake"))
            kwh += float(fleet.wake_kwh[state == "wake"].sum())
            awake = state != "park"
        idle = np.where(awake & ~needed, idle + 1, 0)
    return {"kwh": kwh, "wakings": wakings, "short_core_h": short}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--weeks", type=int, default=6)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--load", type=float, default=0.3)
    options.add_argument("--carbon", type=float, default=100.0, help="USD for a tonne of CO2e")
    options.add_argument("--only", default="forecasts,weeks,speed,parking")
    options.add_argument("--seed", type=int, default=0, help="the first one")
    options.add_argument(
        "--keep", action="store_true", help="go on from bench/results/green.json: its other parts and weeks stay"
    )
    asked = options.parse_args()
    facts, year = report.machine(), real_year() if DATA.is_dir() else made_up_year()
    print(report.line(facts))
    if not year.real:
        print("MADE-UP YEAR: the data sets are not here (SUAN_DATA)")
    file = report.RESULTS / "green.json"
    kept = json.loads(file.read_text()) if asked.keep and file.exists() else {}
    kept.pop("machine", None)
    parts: dict[str, Callable[[], object]] = {
        "forecasts": lambda: shown_forecasts(forecasts(year)),
        "weeks": lambda: shown_weeks(kept.get("weeks", []) + weeks(year, asked), asked.load),
        "speed": lambda: shown_speed(speed(year)),
        "parking": lambda: shown_parking(parking()),
    }
    found = {**kept, **{name: part() for name, part in parts.items() if name in asked.only.split(",")}}
    report.save("green", facts, **{**found, "real_data": year.real, "load": asked.load, "carbon_usd_t": asked.carbon})


def shown_forecasts(rows: list[dict]) -> list[dict]:
    figures = ("error", "persistence", "yesterday", "said")
    cells = [[r["series"], r["site"], str(r["lead_h"]), *(f"{r[k]:.3f}" for k in figures), f"{r['helps']:.0%}"] for r in rows]
    print(report.table(("series ", "site ", "lead, h", *figures, "helps"), cells))
    return rows


def shown_speed(rows: list[dict]) -> list[dict]:
    cells = [[f"{r['load']:.1f}", str(r["jobs"]), f"{r['ours_s']:.3f}", f"{r['highs_s']:.2f}",
              f"{r['highs_s'] / r['ours_s']:.0f}", f"{r['above']:.4%}", f"{r['bound_below']:.4%}"] for r in rows]  # fmt: skip
    print(report.table(("load", "jobs", "ours, s", "HiGHS, s", "times", "above optimum", "bound below it"), cells))
    return rows


def shown_parking(rows: list[dict]) -> list[dict]:
    cells = [[r["way"], f"{r['kwh'] / 1000:.1f}", f"{r['kwh'] / rows[0]['kwh']:.1%}", str(r["wakings"]),
              f"{r['short_core_h']:.0f}"] for r in rows]  # fmt: skip
    print(report.table(("way ", "MWh", "of all awake", "wakings", "short core-h"), cells))
    return rows


def weeks(year: Year, asked: argparse.Namespace) -> list[dict]:
    """Weeks spread over the year, each with so many draws of jobs."""
    found = []
    for at in np.linspace(10, 49, asked.weeks).round().astype(int).tolist():
        for seed in range(asked.seed, asked.seed + asked.seeds):
            ways = week(year, at * WEEK, seed, asked.load, asked.carbon / 1e6)
            found.append({"week": at, "seed": seed, "ways": ways})
    return found


def shown_weeks(runs: list[dict], load: float) -> list[dict]:
    """What each way costs as a part of the clairvoyant's own, median and the whole spread, and means of all else."""
    cells = []
    for way in (way for way in runs[0]["ways"] if way != "bound"):
        told = [run["ways"][way] for run in runs]
        over = np.array([run["ways"][way]["cost"] / run["ways"]["clairvoyant"]["cost"] for run in runs])
        mean = {key: float(np.mean([each[key] for each in told])) for key in told[0]}
        cells.append([way, f"{np.median(over):.3f}", f"{over.min():.3f}-{over.max():.3f}",
                      *(f"{mean[key]:,.0f}" for key in ("cost", "power", "carbon", "egress")), f"{mean['tonnes']:.1f}",
                      f"{np.median([each['sci_g'] for each in told]):.3f}", f"{mean['late_kwh']:.0f}"])  # fmt: skip
    print(f"{len(runs)} runs, weeks {sorted({run['week'] for run in runs})}; {load:.0%} of all room asked for")
    header = ("way ", "of clairvoyant", "min-max", "USD", "power", "carbon", "egress", "tCO2e", "SCI g/core-h", "late kWh")
    print(report.table(header, cells))
    bounds = [run["ways"]["bound"] for run in runs]
    took = np.median([b["shift_s"] for b in bounds])
    print(f"the clairvoyant is at most {max(b['gap'] for b in bounds):.3%} above its own bound, and took {took:.2f} s")
    return runs


if __name__ == "__main__":
    main()
