"""A simulated week of work that can wait, through the brain's own loop: fewer grams than at once, and no deadline missed."""

import random
from dataclasses import dataclass

import msgspec
import numpy as np
import pytest

from suanwang.brain.replay import restore
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Limits, Needs
from suanwang.model.node import Node
from suanwang.model.where import Place, Site
from suanwang.place.shift.defer import DOUBT
from tests.brain.sample import a_demand, a_node
from tests.twin.week import DAY_S, HOUR_S, Week
from tests.twin.whole import picture

HISTORY_H, BEGIN_H, DAYS = 10 * 24, 480_000, 4
REGIONS = ("windy", "sunny")


def carbon(seed: int) -> dict[str, np.ndarray]:
    """Two grids: one that is clean at noon, one that is clean at night, with weather; a few hours are missing."""
    chance, hour = np.random.default_rng(seed), np.arange(HISTORY_H + (DAYS + 3) * 24)
    weather = np.repeat(chance.uniform(0.5, 1.0, len(hour) // 24), 24)
    sunny = 500 - 350 * weather * np.maximum(0, np.sin(np.pi * ((hour % 24) - 6) / 12)) + chance.normal(0, 10, len(hour))
    windy = 400 + 200 * np.sin(2 * np.pi * (hour - 8) / 24) * weather + chance.normal(0, 15, len(hour))
    for row in (sunny, windy):
        row[chance.integers(0, HISTORY_H, 12)] = np.nan
    return {"sunny": sunny, "windy": windy}


def nodes() -> list[Node]:
    def at(name: str, region: str) -> Node:
        place = Place(name=region, region=region, latitude=30.0, longitude=110.0)
        return msgspec.structs.replace(a_node(name, owner=name, cores=4), site=Site(name=f"{region}-1", place=place))

    return [at("n1", "windy"), at("n2", "sunny"), at("n3", "sunny")]


def demands(seed: int, count: int, priority: str) -> list[tuple[float, Demand]]:
    """(seconds after the beginning, demand): 10 minutes to 5 hours of work, 4 to 30 hours to spare; a quarter cannot wait."""
    chance, found = random.Random(seed), []
    for k in range(count):
        takes_s, spare_s = chance.uniform(600, 5 * HOUR_S), chance.uniform(4 * HOUR_S, 30 * HOUR_S)
        limits = Limits(
            budget_micro=10**9, finish_s_max=takes_s + spare_s, regions=REGIONS if k % 3 else (chance.choice(REGIONS),)
        )
        one = a_demand(fuel=int(takes_s * 2e9), needs=Needs(cpu_milli=1000, memory_bytes=64 << 20), prefer="carbon")
        urgent = chance.random() < 0.25
        found.append((chance.uniform(0, DAYS * DAY_S), msgspec.structs.replace(
            one, limits=limits, priority="normal" if urgent else priority)))  # fmt: skip
    return found


@dataclass
class Lived:
    week: Week
    grams: float
    missed: set[str]
    waited: int


def lived(priority: str, seed: int, count: int) -> Lived:
    week = Week(nodes(), carbon(seed), BEGIN_H, HISTORY_H)
    for k, (at_s, demand) in enumerate(demands(seed, count, priority)):
        week.at(at_s, lambda id=f"job-{k:03}", demand=demand: week.submit(id, demand))
    week.run((DAYS + 2) * DAY_S)
    state = week.brain.state
    assert not state.unfinished and not state.deferred
    missed = {
        id for id, job in state.jobs.items() if job.state != "done"
        or job.ended_at > job.accepted_at + (job.demand.limits.finish_s_max or 0.0)
    }  # fmt: skip
    grams = sum(h.emitted_g for job in state.jobs.values() for h in job.placements.values())
    return Lived(week, grams, missed, sum(isinstance(e, ev.JobDeferred) for e in week.events))


@pytest.fixture(scope="module", params=[(1, 80), (2, 160)], ids=["some work", "much work"])
def both(request: pytest.FixtureRequest) -> tuple[Lived, Lived]:
    seed, count = request.param
    return lived("normal", seed, count), lived("deferrable", seed, count)


def test_waiting_saves_grams_and_misses_no_deadline_that_starting_at_once_keeps(both: tuple[Lived, Lived]) -> None:
    at_once, waiting = both
    assert at_once.waited == 0 and waiting.waited > 10
    assert waiting.missed <= at_once.missed
    assert waiting.grams < 0.95 * at_once.grams


def test_every_wait_says_what_it_gains_and_what_the_deadline_leaves(both: tuple[Lived, Lived]) -> None:
    state, first = both[1].week.brain.state, dict[str, ev.JobDeferred]()
    for event in both[1].week.events:
        if isinstance(event, ev.JobDeferred):
            told, job = event.deferral, state.jobs[event.job_id]
            assert event.at < told.start_at <= told.latest_at < told.due_at and told.start_at % HOUR_S == 0
            assert told.due_at == pytest.approx(job.accepted_at + (job.demand.limits.finish_s_max or 0.0))
            parts = sum(t.contribution for t in told.now) - sum(t.contribution for t in told.then)
            assert told.saved == pytest.approx(parts) and told.error >= 0.0 and not told.told
            first.setdefault(event.job_id, event)
    sure = [e for e in first.values() if e.deferral.saved > DOUBT * e.deferral.error]
    assert len(sure) > 0.8 * len(first), "the others found no room"


def test_the_log_tells_the_same_state(both: tuple[Lived, Lived]) -> None:
    week = both[1].week
    assert picture(restore(week.disk).state) == picture(week.brain.state)  # type: ignore[arg-type]
