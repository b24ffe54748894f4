"""A week of a domain in simulated time, driven by the brain's own loop without its waiting: jobs come, nodes do them in exactly
the time that was predicted, the operator tells each hour of the grid as it begins."""

import heapq
import itertools
from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np

from suanwang.brain import commands
from suanwang.brain.loop import Brain
from suanwang.model import event as ev
from suanwang.model.demand import Demand
from suanwang.model.grid import Grid
from suanwang.model.job import Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.view import Report
from suanwang.store.log import Log
from tests.twin.whole import Disk

DAY_S, HOUR_S = 86_400.0, 3_600.0


class Week:
    """begin_h: the hour, since 1970, of its beginning. carbon: by region, gCO2e per kWh from `history_h` hours before it on;
    told up to the beginning, then hour by hour, or all at once if they are `known`."""

    def __init__(
        self, nodes: Sequence[Node], carbon: Mapping[str, np.ndarray], begin_h: int, history_h: int, *, known: bool = False
    ) -> None:
        self.known, self.now, self.begin_h, self.history_h, self.carbon = known, begin_h * HOUR_S, begin_h, history_h, carbon
        self.due, self.number = list[tuple[float, int, Callable[[], None]]](), itertools.count()
        self.disk, self.events = Disk(), list[ev.Event]()
        log: Log = self.disk  # type: ignore[assignment]
        self.brain = Brain(log, lambda: self.now, silent_s=1e9)
        self.command(commands.add_user("ann", ("user",), 10**12))
        for node in nodes:
            self.command(commands.join(node, ""))
        for region, row in carbon.items():
            told = tuple(None if np.isnan(g) else float(g) for g in (row if known else row[:history_h]))
            self.command(commands.tell_grid(Grid(scope="region", where=region, first_hour=begin_h - history_h, carbon=told)))
        self.at(0.0, self._hour)

    def at(self, after_s: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.due, (self.now + after_s, next(self.number), what))

    def run(self, for_s: float) -> None:
        end = self.now + for_s
        while self.due and self.due[0][0] <= end:
            self.now, _, what = heapq.heappop(self.due)
            what()
        self.now = end

    def command(self, act: commands.Act) -> None:
        first = self.brain.state.seq + 1
        told, events = self.brain._decided([act], self.now)
        assert told == [None], told
        self.disk.append(first, [msgspec.json.encode(e) for e in events])
        self.events += events
        assert self.brain.state.ledger.total() == 0
        for event in events:
            if isinstance(event, ev.JobPlaced):
                for placement in event.plan.placements:
                    self.at(placement.finish_s, lambda p=placement: self._done(p.id, p.tasks, p.node_id, p.finish_s))

    def submit(self, job_id: str, demand: Demand) -> None:
        self.command(commands.submit(job_id, "ann", demand, job_id))

    def _done(self, placement_id: str, tasks: tuple[int, ...], node_id: str, took_s: float) -> None:
        fuel = self.brain.state.jobs[placement_id.rsplit("/", 1)[0]].demand.fuel_per_task
        outcomes = tuple(
            Outcome(placement_id=placement_id, task=task, state="done", fuel=fuel, wall_s=took_s, started_at=self.now - took_s)
            for task in tasks
        )
        reading = Reading(node_id=node_id, generation=0)
        self.command(commands.report(node_id, Report(reading=reading, outcomes=outcomes), lambda _: True, []))

    def _hour(self) -> None:
        """The operator tells the hour that begins; then the brain looks around every five minutes."""
        hour = round(self.now / HOUR_S)
        for region, row in self.carbon.items():
            if not self.known and not np.isnan(row[hour - self.begin_h + self.history_h]):
                now = (float(row[hour - self.begin_h + self.history_h]),)
                self.command(commands.tell_grid(Grid(scope="region", where=region, first_hour=hour, carbon=now)))
        for minute in range(0, 60, 5):
            self.at(60.0 * minute, lambda: self.command(self.brain._tick))
        self.at(HOUR_S, self._hour)
