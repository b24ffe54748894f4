"""How soon a brain serves again after kill -9, with a long log behind it, and what it then holds in memory.

    python bench/restart.py [--events 100000]

The log is made by a brain in this process: jobs accepted, decided, run by twenty played nodes, paid and ended, each with all
its events. Then a real brain is started on it with `suan up`, killed and started again; what is timed is from the start of the
new process to its first answer, and to the state of the last job. Beside it the same with an empty log.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import report
from network import SUAN, Network, memory_mib, until
from suanwang.api.client import Client
from suanwang.brain import commands
from suanwang.brain.loop import Brain
from suanwang.brain.state import State
from suanwang.model.demand import Demand, Limits, Wasm
from suanwang.model.file import FileRef
from suanwang.model.job import Outcome
from suanwang.model.node import Capacity, Node, Offer, Reading, Speed
from suanwang.model.view import Report
from suanwang.model.where import Place, Site
from suanwang.store.log import SqliteLog
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of

NODES, JOBS_AT_ONCE, TIMES = 20, 200, 5
FUEL = 10**9


def a_node(number: int) -> Node:
    public = public_of(number.to_bytes(32, "big"))
    place = Place(name="shenzhen", name_zh="深圳", region="guangdong", latitude=22.5, longitude=114.1)
    return Node(
        id=id_of("node", public),
        name=f"node-{number}",
        public_key=public.hex(),
        owner=f"owner-{number % 5}",
        site=Site(name=f"site-{number}", place=place),
        capacity=Capacity(cpu_milli=64_000, memory_bytes=256 << 30),
        arch="x86_64",
        runtimes=("wasm", "python"),
        speed=Speed(fuel_per_cpu_s=2e9, fuel_per_s=2e9),
        offer=Offer(price_micro_per_tfuel=30_000),
    )


def a_job() -> Demand:
    return Demand(
        name="job",
        work=Wasm(file="job.wasm"),
        files=(FileRef(path="job.wasm", sha256="0" * 64, size=1),),
        limits=Limits(budget_micro=10_000),
        fuel_per_task=FUEL,
    )


async def lived(log: Path, nodes: Sequence[Node], enough: Callable[[State], bool]) -> str:
    """Let a brain write its log until it is enough, all in the past; the id of the last job."""
    began, count = time.time() - 86400.0, 0
    brain = Brain(SqliteLog(log), lambda: began + count * 0.01)
    serving = asyncio.create_task(brain.run())
    await brain.command(commands.add_user("ann", ("user",), 10**14))
    for node in nodes:
        await brain.command(commands.join(node, "token"))
    while not enough(brain.state):
        asked = [commands.submit(f"job-{count + n:07d}", "ann", a_job(), f"key-{count + n}") for n in range(JOBS_AT_ONCE)]
        await asyncio.gather(*map(brain.command, asked))
        count += JOBS_AT_ONCE
        for node in nodes:
            reading = Reading(node_id=node.id, generation=0)
            brain.hear(reading)
            ended = tuple(
                Outcome(placement_id=placement, task=0, state="done", fuel=FUEL, started_at=began + count * 0.01)
                for placement in brain.state.live[node.id]
            )
            await brain.command(commands.report(node.id, Report(reading=reading, outcomes=ended), lambda _: True, []))
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    return f"job-{count - 1:07d}"


class OnePort(Network):
    """A network whose brain comes back where it was, so that clients find it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.up()
        self.port = int(self.config().url.rpartition(":")[2])
        self.stop("brain")


def started(network: OnePort, last_job: str) -> tuple[float, float, float]:
    """Start a brain and kill it again: seconds to its first answer and to the state of the last job, and MiB it holds."""
    began = time.monotonic()
    command = [str(SUAN), "up", "--no-node", "--port", str(network.port), "--dir", "brain"]
    brain = subprocess.Popen(command, cwd=network.folder, env=network.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    config = network.config()
    with Client(config.url, config.token, config.peer, pause=lambda _: time.sleep(0.005)) as client:
        until(client.domain)
        answered = time.monotonic() - began
        if last_job:
            assert client.job(last_job).state == "done"
        known = time.monotonic() - began
    held = memory_mib(brain.pid)["rss"]
    os.kill(brain.pid, signal.SIGKILL)
    brain.wait()
    return answered, known, held


def main() -> None:
    parser = argparse.ArgumentParser(description="how soon a brain serves again")
    parser.add_argument("--events", type=int, default=100_000)
    events = parser.parse_args().events
    facts, rows = report.machine(), dict[str, dict[str, float]]()
    cells = list[list[str]]()
    for name, count in (("empty log", 0), (f"{events:,} events", events)):
        with tempfile.TemporaryDirectory(prefix="restart") as folder:
            network, last, made = OnePort(Path(folder)), "", time.monotonic()
            if count:
                log = Path(folder) / "brain" / "brain" / "log.sqlite"
                for file in log.parent.glob("log.sqlite*"):
                    file.unlink()
                last = asyncio.run(lived(log, [a_node(n) for n in range(NODES)], lambda state, most=count: state.seq >= most))
            took = time.monotonic() - made
            found = [started(network, last) for _ in range(TIMES)]
            answered, known, held = (report.spread(column)["p50"] for column in zip(*found, strict=True))
            rows[name] = {"answered_s": answered, "known_s": known, "rss_mib": held, "made_s": took}
            cells.append([name, *(f"{value:.2f}" for value in (answered, known, held))])
    head = ["kill -9, and again, with", "s to the first answer", "s to the last job's state", "MiB resident"]
    print(report.line(facts), report.table(head, cells), sep="\n")
    report.save("restart", facts, rows=rows)


if __name__ == "__main__":
    main()
