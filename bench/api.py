"""The HTTP API under load: a real brain with a thousand simulated agents and ten thousand jobs, at a fixed rate and at most.

    python bench/api.py [--nodes 1000] [--jobs 10000] [--reads 3000] [--submits 1000] [--seconds 20]

The brain is started with `suan up`; agents join, keep a session each and send a heartbeat a second. Their cores are full, so
every job that is submitted is decided, refused for now with all reasons, and kept waiting. Caller and brain share the machine.

At a fixed rate each request has a time at which it is to be sent, whether or not those before it have been answered, and its
latency counts from then: a brain that stops for a second is charged with all that would have come in that second. At most: so
many connections, each of which asks again as soon as it has its answer.
"""

import argparse
import asyncio
import random
import re
import resource
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import uvloop

import report
from beats import Door, opened, used_s
from network import Network, memory_mib
from suanwang.drivers.clock import new_id
from suanwang.drivers.session import Session
from suanwang.drivers.tls import client_context
from suanwang.model.job import Job
from suanwang.model.node import Reading
from suanwang.model.view import Report, TokenAsk
from tap import noop

USERS, CONNECTIONS, JOINERS = 100, 64, 8
WARM_S, AT_MOST_S, TICK_S, BEAT_S = 3.0, 8.0, 0.001, 1.0
LOST_S = 20.0
"""What has no answer so long after the last request was due is lost."""
MIX = {"jobs": 25, "job": 30, "why": 15, "nodes": 10, "services": 10, "bill": 10}
"""Of a hundred reads: a page of 20 jobs, one job, why it was decided so, a page of 20 nodes, services, its bill."""


class User(NamedTuple):
    """A user: what it sends with each request, what it submits, and the ids of its jobs."""

    head: str
    body: bytes
    jobs: list[str]


class Request(NamedTuple):
    """What is sent, its kind, and whether only a new answer is asked for."""

    kind: str
    text: bytes


class Line(asyncio.Protocol):
    """One connection, one request at a time. told: called with (kind, status, planned) when the answer is whole."""

    def __init__(self, told: Callable[["Line", str, int, float], None]) -> None:
        self._told, self.kind, self._planned, self._have, self._need = told, "", 0.0, b"", 0
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def ask(self, request: Request, planned: float) -> None:
        self.kind, self._planned, self._have, self._need = request.kind, planned, b"", 0
        self.transport.write(request.text)

    def data_received(self, data: bytes) -> None:
        self._have = have = self._have + data if self._have else data
        if not self._need:
            end = have.find(b"\r\n\r\n")
            if end < 0:
                return
            at = have.find(b"content-length: ", 0, end)
            self._need = end + 4 + (int(have[at + 16 : have.find(b"\r", at)]) if at > 0 else 0)
        if len(have) >= self._need:
            self._told(self, self.kind, int(have[9:12]), self._planned)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.kind:
            self._told(self, self.kind, 0, self._planned)


class Load:
    """Sends and counts. taken: kind -> seconds of each answer in the measured time; wrong: (kind, status) -> how often."""

    def __init__(self) -> None:
        self._free: deque[Line] = deque()
        self._due: deque[tuple[Request, float]] = deque()
        self._next: Callable[[], Request] | None = None
        self.since, self.until, self.open = 0.0, float("inf"), 0
        self.taken: dict[str, list[float]] = {}
        self.wrong: Counter[str] = Counter()

    async def connect(self, network: Network) -> None:
        url, context = urlsplit(network.config().url), client_context(network.config().peer)
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            _, line = await loop.create_connection(lambda: Line(self._told), str(url.hostname), url.port or 443, ssl=context)
            self._free.append(line)

    def begin(self, since: float, until: float) -> None:
        """Measure what is planned from then to then."""
        self.since, self.until, self.taken, self.wrong = since, until, {}, Counter()

    async def at_rate(self, plan: Sequence[tuple[float, Request]]) -> None:
        """Send each at its time, by the clock of `time.perf_counter`; returns when all are answered or lost."""
        at, clock = 0, time.perf_counter
        while at < len(plan):
            now = clock()
            while at < len(plan) and plan[at][0] <= now:
                self._ask(plan[at][1], plan[at][0])
                at += 1
            await asyncio.sleep(TICK_S)
        end = clock() + LOST_S
        while (self.open or self._due) and clock() < end:
            await asyncio.sleep(TICK_S)

    async def at_most(self, make: Callable[[], Request]) -> None:
        """Every connection asks on and on until the end."""
        self._next = make
        while self._free:
            self._ask(make(), time.perf_counter())
        await asyncio.sleep(self.until - time.perf_counter())
        self._next = None
        while self.open:
            await asyncio.sleep(TICK_S)

    def close(self) -> None:
        for line in self._free:
            line.transport.abort()

    def _ask(self, request: Request, planned: float) -> None:
        if self._free:
            self.open += 1
            self._free.popleft().ask(request, planned)
        else:
            self._due.append((request, planned))

    def _told(self, line: Line, kind: str, status: int, planned: float) -> None:
        now, line.kind = time.perf_counter(), ""
        self.open -= 1
        if self.since <= planned < self.until:
            self.taken.setdefault(kind, []).append(now - planned)
            if status not in (200, 201, 304):
                self.wrong[f"{kind} {status}"] += 1
        if status == 0:
            return  # it was hung up: one connection less
        self._free.append(line)
        if self._due:
            self._ask(*self._due.popleft())
        elif self._next is not None:
            self._ask(self._next(), now)


class Requests:
    """Made-up requests of all users in turn. Each submit has a key of its own."""

    def __init__(self, users: Sequence[User], seed: int = 1) -> None:
        self._users, self._chance, self._number = users, random.Random(seed), count()
        self.kinds, self._weights = list(MIX), list(MIX.values())

    def read(self) -> Request:
        user = self._chance.choice(self._users)
        kind = self._chance.choices(self.kinds, self._weights)[0]
        one = self._chance.choice(user.jobs)
        paths = {"jobs": "jobs?limit=20", "job": f"jobs/{one}", "why": f"jobs/{one}/why", "bill": f"jobs/{one}/bill",
                 "nodes": "nodes?limit=20", "services": "services"}  # fmt: skip
        return Request(kind, f"GET /v1/{paths[kind]} HTTP/1.1\r\n{user.head}\r\n".encode())

    def submit(self) -> Request:
        user = self._chance.choice(self._users)
        head = f"POST /v1/jobs HTTP/1.1\r\n{user.head}Idempotency-Key: load-{next(self._number)}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(user.body)}\r\n\r\n"
        return Request("submit", head.encode() + user.body)

    def mixed(self, reads: float, submits: float) -> Request:
        return self.read() if self._chance.random() * (reads + submits) < reads else self.submit()

    def plan(self, reads: float, submits: float, begin: float, seconds: float) -> list[tuple[float, Request]]:
        """Poisson arrivals: exponential pauses, as of many callers who know nothing of each other."""
        made, at = list[tuple[float, Request]](), begin
        while (at := at + self._chance.expovariate(reads + submits)) < begin + seconds:
            made.append((at, self.mixed(reads, submits)))
        return made


def prepared(network: Network, nodes: int, jobs: int) -> list[User]:
    """Users with their jobs: the first take all cores, the others wait."""
    users = list[User]()
    with network.client() as operator:
        for i in range(USERS):
            token = operator.make_token(TokenAsk(kind="user", user=f"caller-{i}"), new_id("key")).token
            with network.client(token) as client:
                body = msgspec.json.encode(noop(client, "wasm"))
            users.append(User(f"Host: brain\r\nAuthorization: Bearer {token}\r\n", body, []))
    return users


async def accepted(network: Network, users: Sequence[User], jobs: int) -> None:
    """Submit so many jobs, each user in turn, and keep their ids."""
    todo = deque(enumerate(users[i % len(users)] for i in range(jobs)))

    async def some() -> None:
        reader, writer = await network.connect()
        while todo:
            number, user = todo.popleft()
            head = f"POST /v1/jobs HTTP/1.1\r\n{user.head}Idempotency-Key: first-{number}\r\n"
            head += f"Content-Type: application/json\r\nContent-Length: {len(user.body)}\r\n\r\n"
            writer.write(head.encode() + user.body)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = next(line for line in answer.split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(int(length.partition(b":")[2]))
            if not answer.startswith(b"http/1.1 201"):
                raise RuntimeError(body.decode())
            user.jobs.append(msgspec.json.decode(body, type=Job).id)
        writer.close()

    await asyncio.gather(*(some() for _ in range(CONNECTIONS)))


async def beating(agents: Sequence[str], sessions: Sequence[Session]) -> None:
    """Each agent tells once a second that it lives."""
    turns = 100
    for turn in count():
        for number in range(turn % turns, len(agents), turns):
            await sessions[number].tell(Report(reading=Reading(node_id=agents[number], generation=0)))
        await asyncio.sleep(BEAT_S / turns)


class Seen(NamedTuple):
    """One row. cores: CPU seconds of the brain, and of the caller, in a second."""

    name: str
    rate: float
    taken: dict[str, list[float]]
    wrong: Counter[str]
    cores: tuple[float, float]


async def scenes(network: Network, users: Sequence[User], agents: Sequence[Any], given: argparse.Namespace) -> list[Seen]:
    sessions = await opened(network, list(agents))
    beats = asyncio.create_task(beating([a.id for a in agents], sessions))
    await accepted(network, users, given.jobs)
    await asyncio.sleep(WARM_S)
    print(f"loaded: {len(sessions):,} sessions, {given.jobs:,} jobs", flush=True)
    requests, seen = Requests(users), list[Seen]()
    for name, reads, submits in (
        ("reads alone", given.reads, 0.0),
        ("submits alone", 0.0, given.submits),
        ("both", given.reads, given.submits),
    ):
        if not re.search(given.only, name):
            continue
        begin = time.perf_counter() + 0.5
        plan = requests.plan(reads, submits, begin, WARM_S + given.seconds)
        seen.append(
            await measured(
                network, f"{name}, {reads + submits:,.0f}/s", begin, given.seconds, lambda load, p=plan: load.at_rate(p)
            )
        )
    for name, make in (
        ("at most: reads", requests.read),
        ("at most: submits", requests.submit),
        ("at most: 3 reads, 1 submit", lambda: requests.mixed(3, 1)),
    ):
        if not re.search(given.only, name):
            continue
        begin = time.perf_counter()
        seen.append(await measured(network, name, begin, AT_MOST_S, lambda load, m=make: load.at_most(m)))
    beats.cancel()
    for session in sessions:
        session.close()
    return seen


async def measured(network: Network, name: str, begin: float, seconds: float, work: Callable[[Load], Any]) -> Seen:
    load = Load()
    await load.connect(network)
    load.begin(begin + WARM_S, begin + WARM_S + seconds)
    pid = network.pid("brain")
    before, began = (used_s(pid), time.process_time()), time.perf_counter()
    await work(load)
    took = time.perf_counter() - began
    load.close()
    cores = ((used_s(pid) - before[0]) / took, (time.process_time() - before[1]) / took)
    total = sum(map(len, load.taken.values()))
    seen = Seen(name, total / seconds, load.taken, load.wrong, cores)
    print(report.table(HEADER, list(rows(seen))), flush=True)
    return seen


HEADER = ["what ", "1/s", "p50 ms", "p99 ms", "most ms", "wrong", "brain", "caller"]


def rows(seen: Seen) -> Iterator[list[str]]:
    everything = [s for taken in seen.taken.values() for s in taken]
    if not everything:
        yield [seen.name, "0", "", "", "", f"{sum(seen.wrong.values())}", *(f"{c:.2f}" for c in seen.cores)]
        return
    for name, taken in ((seen.name, everything), *((f"  {k}", v) for k, v in seen.taken.items() if len(seen.taken) > 1)):
        found = report.spread(1000 * s for s in taken)
        whole = name == seen.name
        wrong = sum(seen.wrong.values()) if whole else sum(n for k, n in seen.wrong.items() if k.startswith(name.strip() + " "))
        yield [name, report.figure(seen.rate * len(taken) / len(everything)), report.figure(found["p50"]),
               report.figure(found["p99"]), report.figure(1000 * max(taken)), f"{wrong}",
               *((f"{c:.2f}" for c in seen.cores) if whole else ("", ""))]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="the HTTP API under load")
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--reads", type=float, default=3000.0)
    parser.add_argument("--submits", type=float, default=1000.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--only", default="", help="scenes whose name has this pattern in it")
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    facts = report.machine()
    with tempfile.TemporaryDirectory(prefix="api") as folder, Network(Path(folder)) as network:
        network.up()
        print(f"brain {network.pid('brain')}", flush=True)
        door = Door(network)
        with ThreadPoolExecutor(JOINERS) as pool:
            agents = list(pool.map(door.join, range(given.nodes)))
        users = prepared(network, given.nodes, given.jobs)
        seen = uvloop.run(scenes(network, users, agents, given))
        with network.client() as client:
            counted = client.domain().jobs
        brain = memory_mib(network.pid("brain"))
    cells = [cell for one in seen for cell in rows(one)]
    print(report.line(facts), report.table(HEADER, cells), f"{counted:,} jobs, brain {brain['rss']:.0f} MiB", sep="\n")
    found = {one.name: {"rate": one.rate, "brain": one.cores[0], "caller": one.cores[1], "wrong": dict(one.wrong),
                        **{k: report.spread(1000 * s for s in v) for k, v in one.taken.items()}} for one in seen}  # fmt: skip
    report.save("api", facts, given=vars(given), jobs=counted, memory_mib=brain, found=found)


if __name__ == "__main__":
    main()
