"""Three owners' agents as processes, one of which lies: its runtime is wrapped so that something else comes back."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.test_life import Network

LIAR = '''
import sys
from pathlib import Path

from suanwang.api import join
from suanwang.api.cli.main import main
from suanwang.drivers.runtime import run_one


class Liar:
    """Does the work, for the fuel, and gives back something else."""

    def __init__(self, real):
        self.real = real

    async def run(self, specs, cancel):
        for spec in specs:
            result = await run_one(self.real, spec, cancel)
            Path(spec.stdout).write_text("a lie\\n")
            yield result

    async def close(self):
        await self.real.close()


honest = join.provide


async def provide(*arguments):
    ready = await honest(*arguments)
    ready.runtimes = {kind: Liar(real) for kind, real in ready.runtimes.items()}
    return ready


join.provide = provide
sys.exit(main(sys.argv[1:]))
'''


@pytest.fixture
def network(tmp_path: Path) -> Generator[Network]:
    made = Network(tmp_path)
    made.suan("up", "--no-node", "--detach", "--port", "0", "--dir", "brain")
    liar: subprocess.Popen[bytes] | None = None
    try:
        for owner in ("bob", "cat"):
            made.suan("join", *credentials(made, owner), "--detach", *options(owner))
        (tmp_path / "liar.py").write_text(LIAR)
        told = (tmp_path / "liar.log").open("wb")
        liar = subprocess.Popen(
            [sys.executable, "liar.py", "join", *credentials(made, "eve"), *options("eve", "--price", "0.01 CNY/Tfuel")],
            cwd=tmp_path,
            env=made.env,
            stdout=told,
            stderr=told,
        )
        until(lambda: len(made.get("nodes")["items"]) == 3)  # type: ignore[arg-type]
        yield made
    finally:
        for ready in tmp_path.glob("*/*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)
        if liar is not None:
            liar.terminate()
            liar.wait()


def options(owner: str, *more: str) -> tuple[str, ...]:
    return ("--dir", owner, "--name", owner, "--cpu", "1", "--memory", "1GiB", *more)


def credentials(network: Network, owner: str) -> tuple[str, ...]:
    """URL and join token with which a node of this owner joins."""
    token = network.get("token", "make", "--kind", "join", "--user", owner)["token"]
    return (network.url, "--token", str(token))


def until(true: object, limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.2)


def test_a_lie_is_outvoted_unpaid_and_shown(network: Network) -> None:
    (network.folder / "sum.py").write_text("import sys\nprint(sum(i * i for i in range(100_000 * int(sys.argv[1]))))\n")
    alone = network.suan("run", "--name", "alone", "sum.py", "1").stdout
    assert alone == "a lie\n", "the cheapest node lies, and alone nobody would know"

    truth = network.suan("run", "--name", "voted", "--replicas", "3", "--quorum", "2", "sum.py", "1").stdout
    assert truth == f"{sum(i * i for i in range(100_000))}\n"
    bill = network.get("bill", "voted")
    assert {line["ResourceName"] for line in bill["lines"]} == {"bob", "cat"} and bill["posted_micro"] > 0  # type: ignore[union-attr,index,operator]

    found = {n["node"]["name"]: n["reputation"] for n in network.get("nodes")["items"]}  # type: ignore[union-attr,index]
    assert found["eve"] < 0.9 < found["bob"] == found["cat"]

    network.suan("run", "--name", "many", "--replicas", "3", "--over", "1-6", "sum.py", "{}")
    job = network.until("many", "done")
    assert job["tasks_done"] == 6
    assert next(n["quarantined"] for n in network.get("nodes")["items"] if n["node"]["name"] == "eve")  # type: ignore[union-attr,index]

    refused = network.suan("run", "--name", "again", "--replicas", "3", "sum.py", "1", expect=5)
    assert "SUAN-P014" in refused.stderr
    assert network.suan("run", "--name", "after", "sum.py", "1").stdout == truth, "the liar gets no work any more"
