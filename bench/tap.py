"""What a tap costs: everything between asking for compute and having the result, on a real brain and a real node.

    python bench/tap.py [--peers FOLDER]        FOLDER: a virtual environment with ray and distributed; the same no-op on those

The network is started with `suan up` and `suan join` in a temporary folder. All jobs do nothing, so what is measured is ours.
Times are wall time as the client sees it, p50 and p99; rates are the median of a few runs.
"""

import argparse
import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import uvloop

import decide
import report
from network import SUAN, Network, children, memory_mib
from peers import TASKS as PEER_TASKS
from sandbox import NOOP_PYTHON, NOOP_WASM, WARM
from suanwang.api.client import Client
from suanwang.drivers.clock import new_id
from suanwang.model.demand import Demand, Item, Needs, Python, Wasm
from suanwang.model.file import FileRef
from suanwang.model.job import Job
from suanwang.model.view import TokenAsk

ROUND_TRIPS, ARRAY_RUNS, STARTS = 300, 3, 5
ARRAY_WASM, ARRAY_PYTHON = 10_000, 1_000
CALLERS, ACCEPT_WARM_S, ACCEPT_S = 100, 2.0, 10.0
SLEEPER = b"import time\ntime.sleep(3600)\n"
PEERS = {
    "ray": "no durable log, sandbox, fuel, price or bill; a call inside one session, not an API; workers hold the function",
    "dask": "the same; and its scheduler is Python as ours is",
}
"""What is compared with, and what each leaves out that ours does."""


class Row(msgspec.Struct, kw_only=True):
    """One figure. p99 is None where there is one value or a few runs only."""

    name: str
    what: str
    unit: str
    p50: float
    p99: float | None = None
    n: int = 1


def spread(name: str, what: str, unit: str, samples: Sequence[float]) -> Row:
    """A row of samples; with fewer than 100 of them there is no p99 to speak of."""
    found = report.spread(samples)
    return Row(
        name=name, what=what, unit=unit, p50=found["p50"], p99=found["p99"] if len(samples) >= 100 else None, n=len(samples)
    )


def noop(client: Client, kind: str, tasks: int = 1, content: bytes | None = None, cpu_milli: int = 1000) -> Demand:
    """A job of no-op tasks, its file brought. Its fuel is stated, so that the plan does not depend on history."""
    content = content or (NOOP_WASM if kind == "wasm" else NOOP_PYTHON)
    sha256 = hashlib.sha256(content).hexdigest()
    client.put_bytes(sha256, content)
    path = "noop.wasm" if kind == "wasm" else "noop.py"
    return Demand(
        name=f"noop-{kind}",
        work=Wasm(file=path) if kind == "wasm" else Python(file=path),
        files=(FileRef(path=path, sha256=sha256, size=len(content)),),
        items=tuple(Item(value=str(i)) for i in range(tasks)) if tasks > 1 else (),
        needs=Needs(cpu_milli=cpu_milli, memory_bytes=(64 if kind == "wasm" else 256) << 20),
        fuel_per_task=10**6 if kind == "wasm" else 10**8,
    )


def followed(client: Client, demand: Demand) -> float:
    """Submit and watch to the end: seconds until it was seen."""
    began = time.perf_counter()
    job = client.submit(demand, new_id("key"))
    for progress in client.events(job.id):
        job = progress.job
    if job.state != "done":
        raise RuntimeError(f"{job.id} is {job.state}: {job.reason}")
    return time.perf_counter() - began


def round_trips(client: Client, kind: str) -> list[Row]:
    """One job after the other, each submitted when the one before came back with its end."""
    demand = noop(client, kind)
    for _ in range(WARM):
        round_trip(client, demand)
    taken = [round_trip(client, demand) for _ in range(ROUND_TRIPS)]
    parts = [stages(client, *one) for one in taken]
    says = {
        "total": f"no-op {kind} job, API to result",
        "request": "  - call to brain",
        "order": "  - brain to node: decide, fsync, tell, files",
        "run": "  - run in the sandbox",
        "report": "  - node to brain: outcome",
        "notice": "  - brain to caller: fsync, answer",
    }
    return [spread(f"round_trip.{kind}.{s}", what, "ms", [t[s] for t in parts]) for s, what in says.items()]


def round_trip(client: Client, demand: Demand) -> tuple[float, float, Job]:
    """Submit and wait for the end in one call. Gives when it was called and answered (seconds since 1970), and the job."""
    called = time.time()
    job = client.submit(demand, new_id("key"), wait_s=60.0)
    answered = time.time()
    if job.state != "done":
        raise RuntimeError(f"{job.id} is {job.state}: {job.reason}")
    return called, answered, job


def stages(client: Client, called: float, answered: float, job: Job) -> dict[str, float]:
    """Milliseconds of one round trip and its parts, by the clocks of caller, brain and node, which are one here."""
    outcome = client.tasks(job.id).items[0].outcome
    assert outcome is not None
    ran = outcome.started_at + outcome.wall_s
    took = {
        "total": answered - called,
        "request": job.accepted_at - called,
        "order": outcome.started_at - job.accepted_at,
        "run": outcome.wall_s,
        "report": job.ended_at - ran,
        "notice": answered - job.ended_at,
    }
    return {stage: 1000 * s for stage, s in took.items()}


def array(client: Client, kind: str, tasks: int) -> Row:
    """One job of many tasks, from submitting to the end seen."""
    demand = noop(client, kind, tasks)
    rates = [tasks / followed(client, demand) for _ in range(ARRAY_RUNS)]
    return spread(f"array.{kind}", f"array of {tasks:,} no-op {kind} tasks, end to end", "tasks/s", rates)


def accepted(network: Network) -> list[Row]:
    """Jobs written down per second while the only node is full, so that each is accepted, decided and kept waiting.

    Every caller is a user of its own, since one alone may not ask so often. They share the machine with the brain.
    """
    with network.client() as client:
        cpu_milli = client.nodes().items[0].node.capacity.cpu_milli
        sleeper = client.submit(noop(client, "python", content=SLEEPER, cpu_milli=cpu_milli), new_id("key"))
        tokens = [client.make_token(TokenAsk(kind="user", user=f"caller-{i}"), new_id("key")).token for i in range(CALLERS)]
        bodies = [msgspec.json.encode(brought(network, token)) for token in tokens]
        taken = uvloop.run(posted(network, dict(zip(tokens, bodies, strict=True))))
        waiting = client.jobs(state="queued", limit=1).items
        client.cancel(sleeper.id, new_id("key"))
    assert waiting, "they were to wait"
    return [
        Row(name="accepted.rate", what=f"durable accepted jobs, {CALLERS} callers", unit="jobs/s", p50=len(taken) / ACCEPT_S),
        spread("accepted.answer", "  call to durable answer", "ms", taken),
    ]


def brought(network: Network, token: str) -> Demand:
    """The no-op job of one user, who has brought its file: nobody may run what only others have."""
    with network.client(token) as client:
        return noop(client, "wasm")


async def posted(network: Network, asked: Mapping[str, bytes]) -> list[float]:
    """Milliseconds of each answer within ACCEPT_S, after warming up. asked: token of each caller -> what it posts."""
    start = time.perf_counter() + ACCEPT_WARM_S
    callers = [post(network, token, body, start, start + ACCEPT_S) for token, body in asked.items()]
    return [ms for taken in await asyncio.gather(*callers) for ms in taken]


async def post(network: Network, token: str, body: bytes, start: float, end: float) -> list[float]:
    """One caller on one connection; as little client as will do, since it shares the machine with the brain."""
    reader, writer = await network.connect()
    head = f"POST /v1/jobs HTTP/1.1\r\nHost: brain\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\nIdempotency-Key: "
    clock, taken, number = time.perf_counter, list[float](), 0
    while (called := clock()) < end:
        number += 1
        writer.write(f"{head}{number}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(answer.decode())
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        if start <= called and clock() < end:
            taken.append(1000 * (clock() - called))
    writer.close()
    return taken


def decisions() -> list[Row]:
    """One decision, as bench/decide.py measures it."""
    says = {"decide": "the choice alone", "full": "with every reason"}
    return [
        Row(
            name=f"decide.{part}.{size}",
            what=f"decision over {size:,} nodes, {says[part]}",
            unit="us",
            p50=found["p50"],
            p99=found["p99"],
            n=int(found["n"]),
        )
        for size in (1, 1_000, 10_000)
        for part, found in decide.measured(decide.a_world(size), tuple(says)).items()
    ]


def sandboxes() -> list[Row]:
    """The sandbox without brain and agent."""
    program = Path(__file__).with_name("sandbox.py")
    found = json.loads(subprocess.run([sys.executable, program], check=True, capture_output=True).stdout)
    says = {
        "instantiate": "wasm instantiate, module in memory",
        "load": "  load the compiled module from the cache",
        "execute": "  whole no-op task inside a worker",
        "wasm": "  the same from the agent, over pipes",
        "python": "no-op Python task from the agent, over pipes",
    }
    return [spread(f"sandbox.{part}", what, "us", found[part]) for part, what in says.items()]


def starts(folder: Path) -> list[Row]:
    """From typing a command to being served; not the first time, so compiled code and folders are there."""
    with Network(folder) as network:
        network.up()
        network.join()
        helps = [timed(lambda: network.suan("--help")) for _ in range(4 * STARTS)]
        joins, ups = list[float](), list[float]()
        for _ in range(STARTS):
            network.stop("node")
            joins.append(timed(network.join))
        network.stop("node")
        for _ in range(STARTS):
            network.stop("brain")
            ups.append(timed(network.up))
    return [
        spread("start.help", f"{SUAN.name} --help", "ms", helps),
        spread("start.up", f"{SUAN.name} up, to the first answered call", "ms", ups),
        spread("start.join", f"{SUAN.name} join, measured anew, to ready for work", "ms", joins),
    ]


def timed(what: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    what()
    return 1000 * (time.perf_counter() - began)


def memory(network: Network, when: str) -> list[Row]:
    """Resident memory of each process; of the workers the largest."""
    workers = max((memory_mib(p) for p in children(network.pid("node"))), key=lambda m: m["pss"], default=None)
    found = {"brain": memory_mib(network.pid("brain")), "agent": memory_mib(network.pid("node")), "worker": workers}
    return [
        Row(name=f"memory.{when}.{who}.{kind}", what=f"{who} {when}, {kind.upper()}", unit="MiB", p50=mib[kind])
        for who, mib in found.items()
        if mib is not None
        for kind in ("pss", "rss")
    ]


def fsync(folder: Path) -> Row:
    """What the disk takes to make 4 KiB durable: the floor under every acceptance."""
    with (folder / "fsync").open("wb", buffering=0) as file:

        def once() -> None:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())

        return spread("fsync", "fdatasync of 4 KiB, this disk", "ms", [timed(once) for _ in range(200)])


def peer(name: str, environment: Path) -> list[Row]:
    """The same no-op on a peer; empty if the environment does not have it."""
    program, python = Path(__file__).with_name("peers.py"), environment / "bin" / "python"
    done = subprocess.run([python, program, name], capture_output=True, text=True)
    if done.returncode:
        print(done.stderr.strip().rpartition("\n")[2], file=sys.stderr)
        return []
    found = json.loads(done.stdout.strip().rpartition("\n")[2])
    title = f"{name} {found['version']}"
    return [
        spread(f"{name}.round_trip", f"{title}: no-op call and its result", "ms", found["round_trip_ms"]),
        spread(f"{name}.tasks", f"{title}: {PEER_TASKS:,} no-op calls at once", "tasks/s", found["tasks_per_s"]),
        Row(name=f"{name}.start", what=f"{title}: start of its cluster", unit="ms", p50=1000 * found["start_s"]),
    ]


def ratios(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Ours divided by theirs, of the medians."""
    by_name = {r.name: r.p50 for r in rows}
    pairs = {
        "round_trip": ("round trip, ms/ms: less is better", ("round_trip.wasm.total", "round_trip.python.total")),
        "tasks": ("many tasks, rate/rate: more is better", ("array.wasm", "array.python")),
    }
    return [
        {
            "ours": ours,
            "theirs": f"{name}.{what}",
            "says": says,
            "ratio": by_name[ours] / by_name[f"{name}.{what}"],
            "leaves_out": left_out,
        }
        for name, left_out in PEERS.items()
        for what, (says, all_ours) in pairs.items()
        for ours in all_ours
        if f"{name}.{what}" in by_name
    ]


def ours(folder: Path) -> Iterator[list[Row]]:
    """Everything about us, each part on as fresh a network as it needs."""
    yield [fsync(folder)]
    yield sandboxes()
    yield decisions()
    yield starts(fresh(folder, "starts"))
    with Network(fresh(folder, "jobs")) as network, prepared(network) as client:
        yield round_trips(client, "wasm")
        yield round_trips(client, "python")
        yield memory(network, "after 700 jobs")
        yield [array(client, "wasm", ARRAY_WASM)]
        yield [array(client, "python", ARRAY_PYTHON)]
        yield memory(network, "after the arrays")
    with Network(fresh(folder, "accepted")) as network, prepared(network):
        yield accepted(network)


def fresh(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def prepared(network: Network) -> Client:
    """A brain and a node that lends the whole machine, and a client of theirs."""
    network.up()
    network.join()
    return network.client()


def shown(rows: Sequence[Row], compared: Sequence[dict[str, object]]) -> str:
    """The table, and under it how we compare."""
    cells = [[r.what, report.figure(r.p50), "" if r.p99 is None else report.figure(r.p99), r.unit, f"{r.n:,}"] for r in rows]
    lines = [f"{r['ours']} / {r['theirs']} = {r['ratio']:.2f}   ({r['says']})" for r in compared]
    left_out = [f"{name} leaves out: {what}" for name, what in PEERS.items() if any(name in str(r["theirs"]) for r in compared)]
    return "\n".join([report.table(["what ", "p50", "p99", "unit ", "n"], cells), *lines, *left_out])


def main() -> None:
    parser = argparse.ArgumentParser(description="what a tap costs")
    parser.add_argument("--peers", type=Path, help="a virtual environment with ray and distributed")
    peers = parser.parse_args().peers
    facts, rows = report.machine(), list[Row]()
    with tempfile.TemporaryDirectory(prefix="tap") as name:
        for more in ours(Path(name)):
            rows += more
            print(more[0].what, report.figure(more[0].p50), more[0].unit, file=sys.stderr, flush=True)
    absent = {name: "no --peers given" for name in PEERS}
    for name in PEERS if peers else ():
        rows += (found := peer(name, peers))
        absent[name] = "" if found else "it could not be run"
    absent = {name: why for name, why in absent.items() if why}
    compared = ratios(rows)
    print(report.line(facts), shown(rows, compared), *(f"absent: {name}, {why}" for name, why in absent.items()), sep="\n")
    report.save("tap", facts, rows=[msgspec.to_builtins(r) for r in rows], ratios=compared, absent=absent)


if __name__ == "__main__":
    main()
