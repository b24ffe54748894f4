"""A year of four grids, hour by hour in UTC: power price, carbon, PUE. Real where the data sets are (SUAN_DATA), else made up.

Price and weather are of 2023; hourly carbon there is only of 2022, so the carbon of an hour is that of 364 days before:
weekday, hour, season and the change of clocks match, the weather of the day does not.
"""

import csv
import datetime
import gzip
import itertools
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from suanwang.world.pue import Cooling, pue

DATA = Path(os.environ.get("SUAN_DATA", Path(__file__).parents[1] / "../shared/data"))
SITES: dict[str, tuple[str, str, Cooling]] = {
    "California": ("CISO", "US-CAL-CISO", "evaporative"),
    "Mid-Atlantic": ("PJM", "US-MIDA-PJM", "free"),
    "New York": ("NYIS", "US-NY-NYIS", "free"),
    "Texas": ("ERCO", "US-TEX-ERCO", "chiller"),
}
"""Name -> carbon series, price and weather series, cooling (ours: nobody says how they are cooled)."""
DAYS = 364


@dataclass(frozen=True)
class Year:
    """Columns of shape (sites, hours): USD/kWh, gCO2e/kWh, PUE."""

    power: np.ndarray
    carbon: np.ndarray
    pue: np.ndarray
    real: bool


def real_year() -> Year:
    """2023 from its first hour (UTC), 364 days; carbon of 2022, 364 days earlier."""
    power, carbon, halls = [], [], []
    for grid, market, cooling in SITES.values():
        price = column(DATA / "power-price-hourly-2023" / f"{market}_electricity_prices_2023.csv.gz", "price_usd_per_mwh")
        power.append(price[: DAYS * 24] / 1000)
        carbon.append(column(DATA / "carbon-hourly-us-eia-2022" / f"{grid}_NG_avgCI.csv.gz", "avg_CI")[24 : 24 + DAYS * 24])
        halls.append(pue(cooling, *weather(DATA / "weather-hourly-2023" / f"{market}_2023.json.gz")))
    return Year(np.array(power), np.array(carbon), np.array(halls), True)


def column(file: Path, name: str) -> np.ndarray:
    """A column of hourly figures in UTC, checked to be one an hour; an empty cell is NaN."""
    with gzip.open(file, "rt") as text:
        rows = list(csv.DictReader(text))
    first = next(iter(rows[0]))
    times = [datetime.datetime.fromisoformat(row[first]) for row in rows]
    assert all(b - a == datetime.timedelta(hours=1) for a, b in itertools.pairwise(times)), file
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


def weather(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Degrees Celsius and relative humidity from UTC midnight of 1 January on; before the file begins, as a day later."""
    told = json.loads(gzip.decompress(file.read_bytes()))
    late = told["utc_offset_seconds"] // 3600
    found = []
    for name in ("temperature_2m", "relative_humidity_2m"):
        local = np.array(told["hourly"][name], np.float64)
        utc = np.roll(local, -late)
        utc[: max(0, -late)] = utc[24 : 24 + max(0, -late)]
        found.append(utc[: DAYS * 24])
    return found[0], found[1]


def made_up_year() -> Year:
    chance, hour = np.random.default_rng(1), np.arange(DAYS * 24)
    rows = range(len(SITES))
    day = np.array([np.sin(2 * np.pi * (hour - 4 * s) / 24) for s in rows])
    slow = np.array([np.convolve(chance.normal(0, 1, len(hour) + 47), np.ones(48) / 7, "valid") for _ in rows])
    air = 14 + 10 * np.sin(2 * np.pi * hour / 8736) + 6 * day
    halls = np.array([pue(cooling, air[s]) for s, (_, _, cooling) in enumerate(SITES.values())])
    return Year(np.maximum(-0.02, 0.045 + 0.02 * day + 0.012 * slow), 320 + 70 * day + 40 * slow, halls, False)
