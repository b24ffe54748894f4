"""What the killing has brought to light, each as a scene of its own that shows it every time."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from suanwang.api.client import Client
from suanwang.api.process import cache_folder
from suanwang.drivers.wasm import component
from suanwang.drivers.wasm.wire import Task, frame
from suanwang.model.demand import Demand
from suanwang.model.job import JOB_FINAL
from tests.chaos.checks import hashed
from tests.chaos.forks import Forks
from tests.chaos.network import BRAIN, Network, until
from tests.chaos.tunnel import Tunnel
from tests.chaos.work import ENDLESS, MODULE, lcg

SOON_S = 8.0
"""Shorter than the ten seconds after which a node that is not heard loses its work."""


@pytest.fixture
def network(tmp_path: Path, forks: Forks) -> Generator[Network]:
    made = Network(tmp_path, forks, {"bob": "bob"})
    made.begin()
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def client(network: Network) -> Generator[Client]:
    with network.client() as made:
        made.put_bytes(hashed(MODULE), MODULE)
        yield made


def endless() -> Demand:
    return lcg("endless", (), 1, ENDLESS).demand


def test_a_job_that_is_cancelled_before_its_node_has_heard_of_it_ends(network: Network, client: Client) -> None:
    network.kill("bob")
    job = client.submit(endless(), "unheard of").id
    assert client.job(job).state == "running", "it is placed: nobody knows yet that the node is away"
    client.cancel(job, "cancel")
    network.start("bob")
    network.until("bob", "ready")
    until(lambda: client.job(job).state in JOB_FINAL, SOON_S)


@pytest.mark.parametrize("end", ["cut", "reset", "late"])
def test_an_agent_waits_for_a_brain_that_hangs_up(network: Network, client: Client, end: str) -> None:
    comes_back(network, client, end)


def test_an_agent_waits_for_a_brain_that_dies_between_joining_and_renewing(network: Network, client: Client) -> None:
    comes_back(network, client, "pass", "closed")


def comes_back(network: Network, client: Client, *plan: str) -> None:
    """A node that joined by way of a tunnel comes back while the tunnel does as planned, and is there in the end."""
    tunnel = Tunnel(network.port)
    try:
        tunnel.open()
        network.kill("bob")
        network.start("bob", network.join_token(client, "bob"), tunnel.url)
        network.until("bob", "ready")
        network.kill("bob")
        tunnel.open(*plan)
        network.start("bob")
        if "closed" in plan:
            assert tunnel.closed.wait(SOON_S)
            time.sleep(0.5)
            tunnel.open()
        until(lambda: network.ready("bob").exists() or network.fallen(), SOON_S)
        assert not network.falls, network.falls[0].words.splitlines()[-1]
    finally:
        tunnel.close()


def test_a_worker_that_is_not_heard_any_more_ends_in_silence() -> None:
    environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [
        sys.executable,
        "-P",
        "-m",
        "suanwang.drivers.wasm.worker",
        str(cache_folder()),
        str(os.getpid()),
        component.tag(),
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as worker:
        assert worker.stdin is not None and worker.stdout is not None and worker.stderr is not None
        worker.stdout.close()
        worker.stdin.write(frame(Task(number=1, kind="rate", rate_s=0.1, wall_s_max=0.1)))
        worker.stdin.flush()
        assert worker.stderr.read() == b""


def test_a_caller_who_hangs_up_is_no_bug(network: Network, client: Client) -> None:
    with network.connection() as raw:
        raw.sendall(
            b"POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n"
            b"Idempotency-Key: k\r\nAuthorization: Bearer " + network.config().token.encode() + b'\r\n\r\n{"name":'
        )
        time.sleep(0.2)
    time.sleep(0.5)
    assert network.answers(client)
    assert "Traceback" not in network.log(BRAIN).read_text()
