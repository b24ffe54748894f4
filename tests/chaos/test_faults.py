"""A disk that is full: whoever asks is told so, nothing that was accepted is lost, and with room everything goes on."""

import time
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import msgspec
import pytest

from suanwang.api.client import Client
from suanwang.drivers.tls import client_context
from suanwang.model import event as ev
from suanwang.model.demand import Demand
from suanwang.model.fault import Fault
from suanwang.model.job import JOB_FINAL
from suanwang.model.view import Problem
from tests.chaos import checks
from tests.chaos.disks import Bound, Disk, Tmpfs
from tests.chaos.forks import Forks
from tests.chaos.network import BRAIN, Network, until
from tests.chaos.work import MODULE, lcg

BRAIN_BYTES, NODE_BYTES = 48 << 20, 2 << 20
"""The sandboxed Python, 27 MB of it, is among the brain's files."""
NEARLY_BYTES = 256 << 10
FULL = ("SUAN-L001", "SUAN-L003")
SOON_S = 20.0


@pytest.fixture
def network(tmp_path: Path, forks: Forks) -> Generator[Network]:
    made = Network(tmp_path / "network", forks, {"bob": "bob"})
    try:
        yield made
    finally:
        made.end()


@pytest.fixture(params=["tmpfs", "bound"])
def disk(request: pytest.FixtureRequest, network: Network) -> Generator[Disk]:
    """The brain's."""
    made = Tmpfs(network.folder / BRAIN, BRAIN_BYTES) if request.param == "tmpfs" else Bound()
    yield made
    network.end()
    made.close()


@pytest.fixture
def small(network: Network) -> Generator[Tmpfs]:
    """The node's."""
    made = Tmpfs(network.folder / "bob", NODE_BYTES)
    yield made
    network.end()
    made.close()


@pytest.fixture
def brains(network: Network) -> Generator[Tmpfs]:
    """The brain's, where it must be a disk."""
    made = Tmpfs(network.folder / BRAIN, BRAIN_BYTES)
    yield made
    network.end()
    made.close()


def job() -> Demand:
    return lcg("job", (), 1, 1_000_000).demand


def bring(client: Client) -> None:
    client.put_bytes(checks.hashed(MODULE), MODULE)


def over(client: Client, job_id: str) -> bool:
    return client.job(job_id).state in JOB_FINAL


def refused(ask: Callable[[], object]) -> str:
    """The code with which this was refused; "" if it was not."""
    try:
        ask()
    except Fault as fault:
        return fault.code
    return ""


def asked(network: Network, key: str) -> tuple[int, str]:
    """(HTTP status, code) of an answer to a bare request for a job."""
    config = network.config()
    headers = {"authorization": f"Bearer {config.token}", "content-type": "application/json", "idempotency-key": key}
    with httpx.Client(verify=client_context(config.peer)) as bare:
        answer = bare.post(f"{config.url}/v1/jobs", content=msgspec.json.encode(job()), headers=headers)
    return answer.status_code, msgspec.json.decode(answer.content, type=Problem).code if answer.is_error else ""


def test_a_brain_whose_disk_is_full_refuses_and_forgets_nothing(network: Network, disk: Disk) -> None:
    network.begin()
    pid = network.pids[BRAIN]
    with network.client() as client:
        bring(client)
        disk.fill(pid, left_bytes=NEARLY_BYTES)
        accepted, codes = dict[str, str](), set[str]()
        for n in range(300):
            if code := refused(lambda n=n: accepted.update({f"k{n}": client.submit(job(), f"k{n}").id})):
                codes.add(code)
            if n == 150:
                disk.fill(pid)
        assert codes and codes <= set(FULL) and asked(network, "bare") == (503, "SUAN-L001")
        assert refused(lambda: client.put_bytes(checks.hashed(b"more"), b"more")) in FULL
        assert len(accepted) > 10 and client.nodes().items[0].state == "ready"

        disk.empty(pid)
        again = {key: client.submit(job(), key).id for key in (f"k{n}" for n in range(300))}
        assert accepted.items() <= again.items(), "what was accepted once is the same job now"
        until(lambda: all(over(client, one) for one in again.values()), SOON_S)
        root = client.domain().log_root
    assert network.pids[BRAIN] == pid and not network.fallen() and checks.words(network.folder) == []
    network.end()
    log = checks.written(network.home(BRAIN) / "log.sqlite")
    assert log.wrong == [] and log.root == root
    done = [e.job_id for e in log.events if isinstance(e, ev.JobEnded) and e.state == "done"]
    assert sorted(done) == sorted(again.values()), "each of them once"


def test_whoever_fills_the_disk_with_files_leaves_room_for_the_log(network: Network, brains: Tmpfs) -> None:
    """So that the operator can still send them away, and work without new files is taken."""
    network.begin()
    with network.client() as client:
        bring(client)
        brains.fill(left_bytes=2 * NEARLY_BYTES + BRAIN_BYTES // 16)
        flood = [str(n).encode() * (64 << 10) for n in range(100)]
        codes = {refused(lambda data=data: client.put_bytes(checks.hashed(data), data)) for data in flood}
        assert codes == {"", "SUAN-L003"}
        jobs = [client.submit(job(), f"k{n}").id for n in range(20)]
        client.cancel(jobs[0], "c")
        client.revoke_token("a" * 26)
        brains.empty()
        until(lambda: all(over(client, one) for one in jobs), SOON_S)
    assert network.fallen() == () and checks.words(network.folder) == []


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_a_brain_on_a_full_disk_serves_what_it_knows_or_says_why_not(network: Network, brains: Tmpfs, end: str) -> None:
    network.begin()
    with network.client() as client:
        bring(client)
        known = client.submit(job(), "known").id
        until(lambda: over(client, known), SOON_S)
        network.kill(BRAIN) if end == "killed" else network.stop(BRAIN)
        network.ready(BRAIN).unlink(missing_ok=True)
        brains.fill()
        network.start(BRAIN)
        until(lambda: network.fallen() or network.answers(client), SOON_S)
        if BRAIN in network.pids:
            assert client.job(known).state == "done" and refused(lambda: client.submit(job(), "new")) in FULL
        brains.empty()
        if BRAIN not in network.pids:
            network.start(BRAIN)
            network.until_up()
        assert client.job(known).state == "done" and client.submit(job(), "new").state == "running"
    assert [fall.words for fall in network.falls if "Traceback" in fall.words or "SUAN-L00" not in fall.words] == []


def test_nodes_can_join_once_there_is_room(network: Network, brains: Tmpfs) -> None:
    network.begin()
    network.kill(BRAIN, "bob")
    brains.fill()
    network.start(BRAIN)
    network.until_up()
    time.sleep(1.0)
    brains.empty()
    network.start("bob")
    until(lambda: network.ready("bob").exists() or network.fallen(), SOON_S)
    assert network.falls == []


def test_a_node_whose_disk_was_full_goes_on_and_the_brain_is_unharmed(network: Network, small: Tmpfs) -> None:
    network.begin()
    with network.client() as client:
        bring(client)
        small.fill()
        waiting = [client.submit(job(), f"k{n}").id for n in range(3)]
        time.sleep(1.5)
        assert client.domain().jobs == 3 and client.nodes().items[0].state == "ready"
        small.empty()
        until(lambda: all(over(client, one) for one in waiting), SOON_S)
        assert {client.job(one).state for one in waiting} == {"done"}
    assert network.fallen() == () and checks.words(network.folder) == []


def test_a_node_whose_disk_is_full_holds_up_nobody(network: Network, small: Tmpfs) -> None:
    network.owners["zoe"] = "zoe"
    network.begin()
    with network.client() as client:
        bring(client)
        small.fill()
        jobs = [client.submit(job(), f"k{n}").id for n in range(4)]
        until(lambda: all(over(client, one) for one in jobs), SOON_S / 2)


def test_a_node_that_starts_on_a_full_disk_says_why_it_cannot(network: Network, small: Tmpfs) -> None:
    network.begin()
    network.stop("bob")
    small.fill()
    network.start("bob")
    until(lambda: network.ready("bob").exists() or network.fallen(), SOON_S)
    assert "Traceback" not in network.log("bob").read_text()
