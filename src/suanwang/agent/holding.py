"""What the agent holds until the brain has heard of it: orders, outcomes that are not told yet, and what is written of both.

An outcome is counted when it has ended, told, and only then forgotten; so whoever tells may fail as often as it likes. What is
new is written down together, half a second later at most.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

import msgspec

from suanwang.agent.cache import Cache
from suanwang.agent.work import Live, OrderRun
from suanwang.model.fault import LogFault
from suanwang.model.job import Outcome
from suanwang.store.outbox import Key, Outbox

OUTCOMES_PER_REPORT = 500
OUTCOME_BYTES_PER_REPORT = 8 << 20
RETURNED_PER_REPORT = 100
RUNNING_MAX, ENDING_MAX = 1000, 1000
"""Tasks and orders that a reading names."""


@dataclass
class Held:
    """An order that the agent has; let go once the brain names it no more, it has ended, and all its outcomes are told.

    run: while it is under way. untold: outcomes that the brain does not have yet. why: it could not be run, and is to be
    given back.
    """

    id: str
    named: bool = True
    run: OrderRun | None = None
    untold: int = 0
    why: str = ""


class Holding:
    """orders: by id, until they are let go. untold: outcomes that the brain does not have. news: set when there is something to
    tell."""

    def __init__(self, outbox: Outbox, cache: Cache) -> None:
        self._outbox, self._cache = outbox, cache
        self.orders: dict[str, Held] = {}
        self.untold = 0
        self.news = asyncio.Event()
        self._recent: list[Outcome] = []
        self._fresh: dict[Key, Outcome] = {}
        self._told: list[Key] = []
        self._dropped: list[str] = []
        self._unwritten: dict[str, str] = {}  # what cannot be written down now -> the code of why

    def resume(self, untold: tuple[Outcome, ...]) -> None:
        """What the last run of this agent had not told; its orders have begun again already."""
        for placement, count in Counter(o.placement_id for o in untold).items():
            self.orders.setdefault(placement, Held(placement)).untold = count
        self.untold = len(untold)
        self.news.set()

    def ended(self, outcome: Outcome) -> None:
        """A task has ended."""
        self.orders[outcome.placement_id].untold += 1
        self.untold += 1
        self._recent.append(outcome)
        self._fresh[outcome.placement_id, outcome.task] = outcome
        self.news.set()

    def heard(self, outcome: Outcome) -> None:
        """The brain has it, or does not want it."""
        held = self.orders[outcome.placement_id]
        held.untold -= 1
        self.untold -= 1
        self._told.append((outcome.placement_id, outcome.task))
        self._fresh.pop((outcome.placement_id, outcome.task), None)
        self._cache.release(f.sha256 for f in outcome.files)
        self.let_go(held)

    def over(self, held: Held, why: str = "") -> None:
        """Its run is. why: it could not be run."""
        held.run, held.why = None, why or held.why
        self.news.set()
        self.let_go(held)

    def stop(self, held: Held) -> None:
        """The brain names it no more."""
        held.named = False
        if held.run is not None:
            held.run.cancel.set()
        self.let_go(held)

    def let_go(self, held: Held) -> None:
        """Forget it, if nothing more comes of it."""
        if not held.named and held.run is None and not held.untold:
            del self.orders[held.id]
            self._dropped.append(held.id)

    def returned(self) -> list[Held]:
        """Orders to give back, as many as a report takes."""
        return [h for h in self.orders.values() if h.why and h.named and not h.untold][:RETURNED_PER_REPORT]

    def given_back(self, helds: Iterable[Held]) -> None:
        """The brain knows that they are."""
        for held in helds:
            held.why = ""
            self._dropped.append(held.id)

    # what is written down

    @property
    def stuck(self) -> str:
        """The code of why no orders are taken here now; "" if they are."""
        return next(iter(self._unwritten.values()), "")

    def record(self) -> None:
        """Write down what is new since the last time, in one transaction."""
        if self._recent or self._told or self._dropped:
            dropped = frozenset(self._dropped)
            ended = [o for o in self._recent if o.placement_id not in dropped]
            told = [key for key in self._told if key[0] not in dropped]
            self.write("outcomes", lambda: self._outbox.write(ended, told, self._dropped))
            self._recent, self._told, self._dropped = [], [], []
            self._fresh.clear()

    def write(self, what: str, write: Callable[[], None]) -> None:
        """Write to the outbox; while that cannot be, the brain is told that no orders are taken here."""
        try:
            write()
        except LogFault as fault:
            self._unwritten[what] = fault.code
            raise
        self._unwritten.pop(what, None)

    def next(self, *, waits: bool) -> tuple[Outcome, ...]:
        """The outcomes to tell next: those that were written down long ago, else those that have just ended.

        waits: LogFault SUAN-L006 while there are only such as cannot be read.
        """
        try:
            if self.untold > len(self._fresh):
                self.record()  # also which of them were told meanwhile
                return self._outbox.untold(OUTCOMES_PER_REPORT, OUTCOME_BYTES_PER_REPORT)
        except LogFault:
            if waits and not self._fresh:
                raise
        room, outcomes = OUTCOME_BYTES_PER_REPORT, list[Outcome]()
        for outcome in islice(self._fresh.values(), OUTCOMES_PER_REPORT):
            room -= len(msgspec.json.encode(outcome))
            if outcomes and room < 0:
                break
            outcomes.append(outcome)
        return tuple(outcomes)

    # what runs

    def runs(self) -> list[OrderRun]:
        """Those that are under way."""
        return [h.run for h in self.orders.values() if h.run is not None]

    def lives(self) -> list[tuple[str, int, Live]]:
        """(job, task, its run) of tasks that run now, as many as a reading names."""
        lives = ((run.order.job_id, task, live) for run in self.runs() for task, live in run.running.items())
        return list(islice(lives, RUNNING_MAX))

    def running(self) -> tuple[Key, ...]:
        """(job, task) of these."""
        return tuple((job_id, task) for job_id, task, _ in self.lives())

    def ending(self) -> tuple[str, ...] | None:
        """Orders that are named no more but not over. None if they are too many."""
        ending = tuple(islice((held.id for held in self.orders.values() if not held.named), ENDING_MAX + 1))
        return ending if len(ending) <= ENDING_MAX else None
