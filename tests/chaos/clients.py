"""Clients that go on working while the network is killed under them: they ask until they are answered, each time with the same
key, and write down what they were told. What they were told is what must turn out to be true.
"""

import hashlib
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from suanwang.api.client import Client
from suanwang.model.fault import Fault
from suanwang.model.job import JOB_FINAL, Job
from suanwang.model.view import Checkpoint, TokenAsk
from tests.chaos.network import Network, Patience
from tests.chaos.work import Asked, a_job

OPEN_MAX = 8
"""Jobs of one client that are under way at the same time."""
AGAIN, WATCH, KEEP = 0.33, 0.02, 0.05
"""How often a request is repeated after its answer; of the looks at jobs, how often one is watched, or a checkpoint is kept."""


@dataclass
class Promise:
    """A job that was accepted, and what was told of it since. ids: of every answer to the same key.

    cancel_told: the answer to the request to cancel it. last: told last. contradictions: what was told otherwise before.
    """

    user: str
    asked: Asked
    ids: set[str]
    accepted_at: float
    cancel_told: Job | None = None
    last: Job | None = None
    contradictions: list[str] = field(default_factory=list[str])

    @property
    def id(self) -> str:
        return next(iter(self.ids))

    @property
    def over(self) -> bool:
        return self.last is not None and self.last.state in JOB_FINAL

    def to_be_cancelled(self) -> bool:
        """Whether it is time to."""
        cancel_s = self.asked.cancel_s
        return cancel_s is not None and self.cancel_told is None and time.monotonic() > self.accepted_at + cancel_s

    def told(self, job: Job) -> None:
        """What is final stays as it was, and what was done stays done."""
        was = self.last
        if was is not None and was.state in JOB_FINAL and (was.state, was.spent_micro) != (job.state, job.spent_micro):
            self.contradictions.append(f"{self.id} was {was.state}, then {job.state}")
        if was is not None and job.tasks_done < was.tasks_done:
            self.contradictions.append(f"{self.id} had {was.tasks_done} tasks done, then {job.tasks_done}")
        self.last = job


class Crowd:
    """Some clients, each with a user, a thread and jobs of its own."""

    def __init__(self, network: Network, seed: int, users: int) -> None:
        self.promises: list[Promise] = []
        self.checkpoints: list[Checkpoint] = []
        self._waited: dict[str, tuple[Callable[[], None], threading.Event]] = {}
        self.patience = Patience()
        self._network, self._seed = network, seed
        self.tokens = {name: self._token(name) for name in (f"user-{n}" for n in range(users))}
        self._enough = threading.Event()
        self._pool = ThreadPoolExecutor(users, "client")
        self._work: list[Future[None]] = []

    def _token(self, user: str) -> str:
        with self._network.client() as client:
            return client.make_token(TokenAsk(kind="user", user=user), user).token

    def begin(self) -> None:
        self._work = [self._pool.submit(self._live, user) for user in self.tokens]

    def enough(self) -> None:
        """No new jobs from now on; those that were accepted are looked after until they are over."""
        self._enough.set()

    def over(self) -> bool:
        """Whether all clients are through. Raises what one of them met that it cannot go on after."""
        ended = [one for one in self._work if one.done()]
        for one in ended:
            one.result()
        return len(ended) == len(self._work)

    def heard(self, what: str, most_s: float, at_once: Callable[[], None]) -> None:
        """Wait a bounded while for the next answer of this kind; the client that has it does `at_once` before all else."""
        event = threading.Event()
        self._waited[what] = (at_once, event)
        event.wait(most_s)
        if self._waited.pop(what, None) is None:
            event.wait()  # a client has it, and may still be at it

    def _hear(self, what: str) -> None:
        waited = self._waited.pop(what, None)
        if waited is not None:
            waited[0]()
            waited[1].set()

    def _live(self, user: str) -> None:
        chance, count, mine = random.Random(f"{self._seed} {user}"), 0, list[Promise]()
        with self._network.client(self.tokens[user]) as client:
            while mine or not self._enough.is_set():
                if len(mine) < OPEN_MAX and not self._enough.is_set():
                    mine.append(self._accepted(client, chance, user, f"{user}-{count}"))
                    count += 1
                self._look(client, chance, mine)
                mine = [promise for promise in mine if not promise.over]

    def _accepted(self, client: Client, chance: random.Random, user: str, name: str) -> Promise:
        """Bring the files and ask for the job; now and then once more with the same key."""
        asked = a_job(chance, name)
        for data in asked.files:
            self.patience(lambda data=data: client.put_bytes(hashlib.sha256(data).hexdigest(), data))
        job = self.patience(lambda: client.submit(asked.demand, name))
        self._hear("accept")
        promise = Promise(user, asked, {job.id}, time.monotonic())
        self.promises.append(promise)
        if chance.random() < AGAIN:
            promise.ids.add(self.patience(lambda: client.submit(asked.demand, name)).id)
        return promise

    def _look(self, client: Client, chance: random.Random, mine: list[Promise]) -> None:
        for promise in mine:
            self._ask_after(client, promise)
        if mine and chance.random() < WATCH:
            self._watch(client, mine[-1])
        if chance.random() < KEEP:
            self.checkpoints.append(self.patience(client.checkpoint))
        time.sleep(0.05)

    def _ask_after(self, client: Client, promise: Promise) -> None:
        """How a job is doing; it is cancelled if its time has come."""
        if promise.to_be_cancelled():
            promise.cancel_told = self.patience(lambda: client.cancel(promise.id, f"cancel {promise.id}"))
        job = self.patience(lambda: client.job(promise.id))
        promise.told(job)
        if 0 < job.tasks_done < job.tasks_total:
            self._hear("output")

    def _watch(self, client: Client, promise: Promise) -> None:
        """By its events, which go on over broken connections."""
        if promise.asked.cancel_s is None:
            try:
                for progress in client.events(promise.id):
                    promise.told(progress.job)
            except Fault as fault:
                self.patience.count(fault)
