"""How many agents one brain can listen to: simulated agents, each with a key, a certificate and a session of its own, all
sending a heartbeat a second to one real brain on one core, and how soon what they say is visible there.

    python bench/beats.py [--agents 10000] [--seconds 30]

The agents share a process on the other core, which keeps a schedule; were it late itself, the table would say so. What one of
them says is asked for again and again until it is there. Decisions are asked for meanwhile, by a caller of the API.
"""

import argparse
import asyncio
import hashlib
import os
import resource
import ssl
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
import uvloop

import report
from network import Network, memory_mib
from suanwang.drivers.clock import new_id, now
from suanwang.drivers.line import Line
from suanwang.drivers.session import Session, open_session
from suanwang.drivers.tls import client_context, present
from suanwang.model.demand import Demand, Wasm
from suanwang.model.fault import QuotaFault
from suanwang.model.file import FileRef
from suanwang.model.node import Capacity, Node, Offer, Reading, Speed
from suanwang.model.view import Joined, Joining, NodeView, Report, Svid, TokenAsk
from suanwang.model.where import Place, Site
from suanwang.trust.identity import id_of
from suanwang.trust.key import pem_of, public_of
from suanwang.trust.request import sign_request

T = TypeVar("T")
BEAT_S, TICK_S = 1.0, 0.01
JOINERS, OPENERS, OWNERS = 8, 16, 50
PROBE_S = 0.1
WARM_S = 3.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Agent(NamedTuple):
    """One that has joined. certificate: PEM, on its key."""

    key: bytes
    id: str
    certificate: str


class Heard(NamedTuple):
    """sent: heartbeats; late_ms: how late each left; visible_ms, decided_ms: of each probe; cpu: share of the brain's core."""

    sent: int
    late_ms: list[float]
    visible_ms: list[float]
    decided_ms: list[float]
    cpu: float


def particulars(key: bytes, number: int) -> Node:
    public = public_of(key)
    place = Place(name="shenzhen", name_zh="深圳", region="guangdong", latitude=22.5, longitude=114.1)
    return Node(
        id=id_of("node", public),
        name=f"agent-{number}",
        public_key=public.hex(),
        owner="",
        site=Site(name=f"site-{number % 100}", place=place),
        capacity=Capacity(cpu_milli=4000, memory_bytes=8 << 30),
        arch="x86_64",
        runtimes=("wasm", "python"),
        speed=Speed(fuel_per_cpu_s=2e9, fuel_per_s=2e9),
        offer=Offer(price_micro_per_tfuel=30_000 + number),
    )


class Door:
    """The brain's door as a joining agent uses it, over connections that are kept."""

    def __init__(self, network: Network) -> None:
        self._config = network.config()
        self._line = Line(self._config.url, client_context(self._config.peer))
        self._operator = network.client()

    def join(self, number: int) -> Agent:
        """Make an agent: a token from its owner, joining, a certificate."""
        key = os.urandom(32)
        node = particulars(key, number)
        asked = TokenAsk(kind="join", user=f"owner-{number % OWNERS}")
        token = patiently(lambda: self._operator.make_token(asked, new_id("key")))
        self._post(key, "/v1/nodes", msgspec.json.encode(Joining(node=node, token=token.token)), Joined)
        svid = self._post(key, f"/v1/nodes/{node.id}/svid", b"", Svid)
        return Agent(key, node.id, svid.certificate)

    def _post(self, key: bytes, path: str, body: bytes, shape: type[T]) -> T:
        def ask() -> T:
            audience = "" if path == "/v1/nodes" else self._config.peer.brain_id  # who joins does not know it yet
            digest = hashlib.sha256(body).hexdigest()
            signed = sign_request(key, method="POST", path=path, body_sha256=digest, audience=audience, now=now())
            headers = {"authorization": f"Node {signed}", "content-type": "application/json"}
            answer = self._line.ask("POST", path, headers, body)
            if answer.status == 429:
                raise QuotaFault("SUAN-U053", "too often")
            if answer.status >= 400:
                raise RuntimeError(answer.body.decode())
            return msgspec.json.decode(answer.body, type=shape)

        return patiently(ask)


def patiently(call: Callable[[], T]) -> T:
    """Again, when it was too often."""
    while True:
        try:
            return call()
        except QuotaFault:
            time.sleep(0.1)


async def opened(network: Network, agents: list[Agent]) -> list[Session]:
    """A session for each, some at a time."""
    config, waiting, sessions = network.config(), list(enumerate(agents)), dict[int, Session]()

    async def open_some() -> None:
        context = client_context(config.peer)
        while waiting:
            number, agent = waiting.pop()
            present(context, agent.certificate, pem_of(agent.key))  # a connection keeps what is shown when it begins
            sessions[number] = await session_of(config.url, config.peer.brain_id, agent, context)

    await asyncio.gather(*(open_some() for _ in range(OPENERS)))
    return [sessions[number] for number in range(len(agents))]


async def session_of(url: str, brain_id: str, agent: Agent, context: ssl.SSLContext) -> Session:
    path, nothing = f"/v1/nodes/{agent.id}/session?after=0", hashlib.sha256(b"").hexdigest()
    signed = sign_request(agent.key, method="GET", path=path, body_sha256=nothing, audience=brain_id, now=now())
    return await open_session(url, path, f"Node {signed}", context)


async def beaten(network: Network, agents: list[Agent], sessions: list[Session], seconds: float) -> Heard:
    """Let them beat, each at a moment of its own in every second, and measure once it has become usual."""
    late_ms, pid = list[float](), network.pid("brain")
    probe = Probe(network, agents[0], sessions[0])
    await probe.connect()
    begin = time.perf_counter() + 0.1
    measured, end = begin + WARM_S, begin + WARM_S + seconds
    turns = round(BEAT_S / TICK_S)
    probing, cpu_s, turn = None, 0.0, 0
    while (due := begin + turn * TICK_S) < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if probing is None and due >= measured:
            probing, cpu_s = asyncio.create_task(probe.run(end)), used_s(pid)
        for number in range(1 + turn % turns, len(agents), turns):
            await sessions[number].tell(Report(reading=Reading(node_id=agents[number].id, generation=0)))
            if probing is not None:
                late_ms.append(1000 * (time.perf_counter() - due))
        turn += 1
    share = (used_s(pid) - cpu_s) / seconds
    assert probing is not None
    await probing
    dead = [s.over for s in sessions if s.over is not None]
    if dead:
        raise RuntimeError(f"{len(dead)} sessions ended: {dead[0]}")
    return Heard(len(late_ms), late_ms, probe.visible_ms, probe.decided_ms, share)


class Probe:
    """Says something new now and then as one of the agents, and asks until it is there; then asks for a decision."""

    def __init__(self, network: Network, agent: Agent, session: Session) -> None:
        self._network, self._agent, self._session = network, agent, session
        self.visible_ms, self.decided_ms = list[float](), list[float]()

    async def connect(self) -> None:
        self._reader, self._writer = await self._network.connect()
        with self._network.client() as client:
            content = b"\0asm\1\0\0\0"
            sha256 = hashlib.sha256(content).hexdigest()
            client.put_bytes(sha256, content)
        files = (FileRef(path="x.wasm", sha256=sha256, size=len(content)),)
        self._demand = msgspec.json.encode(Demand(name="probe", work=Wasm(file="x.wasm"), files=files, fuel_per_task=10**9))

    async def run(self, end: float) -> None:
        clock, number = time.perf_counter, 0
        while clock() < end:
            number += 1
            began = clock()
            await self._session.tell(Report(reading=Reading(node_id=self._agent.id, generation=0, queued=number)))
            while True:
                shown = msgspec.json.decode(await self._asked("GET", f"/v1/nodes/{self._agent.id}"), type=NodeView)
                if shown.reading is not None and shown.reading.queued == number:
                    break
            self.visible_ms.append(1000 * (clock() - began))
            began = clock()
            await self._asked("POST", "/v1/jobs?dry_run=true", self._demand, f"probe-{number}")
            self.decided_ms.append(1000 * (clock() - began))
            await asyncio.sleep(PROBE_S)

    async def _asked(self, method: str, path: str, body: bytes = b"", key: str = "") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: brain", f"Authorization: Bearer {self._network.config().token}",
                 f"Content-Length: {len(body)}", "Content-Type: application/json"]  # fmt: skip
        lines += [f"Idempotency-Key: {key}"] if key else []
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        content = await self._reader.readexactly(int(length.partition(b":")[2]))
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(content.decode())
        return content


def used_s(pid: int) -> float:
    """CPU seconds of a process since it began."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def ready(network: Network) -> int:
    """How many nodes the brain counts as heard."""
    found, cursor = 0, ""
    with network.client() as client:
        while True:
            page = client.nodes(1000, cursor)
            found += sum(item.state == "ready" for item in page.items)
            if not (cursor := page.next):
                return found


def main() -> None:
    parser = argparse.ArgumentParser(description="how many agents one brain can listen to")
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    facts, cores = report.machine(), sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="beats") as folder, Network(Path(folder)) as network:
        os.sched_setaffinity(0, cores[:1])
        network.up()
        os.sched_setaffinity(0, cores[1:2] or cores)
        began = time.monotonic()
        door = Door(network)
        with ThreadPoolExecutor(JOINERS) as pool:
            agents = list(pool.map(door.join, range(given.agents)))
        joined = time.monotonic()

        async def scene() -> tuple[float, Heard, int]:
            sessions = await opened(network, agents)
            stood = time.monotonic()
            heard = await beaten(network, agents, sessions, given.seconds)
            return stood, heard, ready(network)

        stood, heard, alive = uvloop.run(scene())
        brain = memory_mib(network.pid("brain"))
    rows = {
        "agents": given.agents,
        "counted as ready at the end": alive,
        "joined, agents/s": given.agents / (joined - began),
        "sessions opened, 1/s": given.agents / (stood - joined),
        "heartbeats/s": heard.sent / given.seconds,
        "share of one core": heard.cpu,
        "brain, MiB resident": brain["rss"],
    }
    spreads = {
        "heartbeat left late, ms": report.spread(heard.late_ms),
        "what an agent says is visible after, ms": report.spread(heard.visible_ms),
        "dry run decided over all of them, ms": report.spread(heard.decided_ms),
    }
    cells = [[name, report.figure(value), ""] for name, value in rows.items()]
    cells += [[name, report.figure(s["p50"]), report.figure(s["p99"])] for name, s in spreads.items()]
    print(report.line(facts), report.table(["what", "p50", "p99"], cells), sep="\n")
    report.save("beats", facts, rows=rows, spreads=spreads)


if __name__ == "__main__":
    main()
