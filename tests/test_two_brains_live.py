"""Two brains as processes on one PostgreSQL, nodes that know both, and a kill -9 of each: what was accepted happens once."""

import contextlib
import hashlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from wasmtime import wat2wasm

from suanwang.api.client import Client
from suanwang.api.config import load_config
from suanwang.brain.replay import restore
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Limits, Wasm
from suanwang.model.fault import Fault
from suanwang.model.file import FileRef
from suanwang.store.postgres import Postgres, PostgresLog
from tests.test_life import HELLO, Network

JOBS = 200
WASM = bytes(wat2wasm(HELLO))
SHA256 = hashlib.sha256(WASM).hexdigest()


class Pair:
    """Two brains, each in a folder of its own, with the same key and the same database."""

    def __init__(self, folder: Path, database: str) -> None:
        self.network = Network(folder)
        self.network.env["SUAN_LOG"] = database
        self.urls = {name: self.start(name, "0") for name in ("one", "other")}

    def start(self, name: str, port: str) -> str:
        self.network.suan("up", "--detach", "--no-node", "--dir", name, "--key", "shared/key", "--port", port)
        return load_config(self.network.env).url

    def client(self, url: str) -> Client:
        config = load_config(self.network.env)
        return Client(url, config.token, config.peer)

    def kill_and_restart(self, name: str) -> None:
        self.network.kill(name, "brain")
        self.start(name, self.urls[name].rsplit(":", 1)[1])


@pytest.fixture
def pair(tmp_path: Path, database: Callable[[], str]) -> Generator[tuple[Pair, str]]:
    url = database()
    made = Pair(tmp_path, url)
    try:
        yield made, url
    finally:
        for ready in tmp_path.glob("*/*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


def submitted(pair: Pair, at: int) -> str:
    """The id of a job that was accepted; asked for at either brain, again and again until there is an answer."""
    demand = Demand(
        name=f"job-{at}",
        work=Wasm(file="hello.wasm"),
        files=(FileRef(path="hello.wasm", sha256=SHA256, size=len(WASM)),),
        limits=Limits(budget_micro=1_000),
        fuel_per_task=10**7,
    )
    chance, deadline, ids = random.Random(at), time.monotonic() + 60, set[str]()
    for _ in range(chance.choice([1, 2])):  # the second time with the same key, maybe at the other brain
        while True:
            try:
                with pair.client(chance.choice(list(pair.urls.values()))) as client:
                    ids.add(client.submit(demand, f"key-{at}").id)
                break
            except Fault:
                assert time.monotonic() < deadline
                time.sleep(0.2)
    [job] = ids
    return job


def test_either_brain_may_die(pair: tuple[Pair, str]) -> None:
    brains, database = pair
    both = ",".join(brains.urls.values())
    with brains.client(both) as client:
        client.put_bytes(SHA256, WASM)
    for name in ("near", "far"):
        token = brains.network.suan("token", "make", "--kind", "join").stdout.strip()
        brains.network.suan("join", both, "--token", token, "--detach", "--dir", name, "--name", name, "--cpu", "1")
        both = ",".join(reversed(both.split(",")))

    with ThreadPoolExecutor(4) as pool:
        accepted = [pool.submit(submitted, brains, at) for at in range(JOBS)]
        for name in ("one", "other"):
            while sum(a.done() for a in accepted) < JOBS / (4 if name == "one" else 2):
                time.sleep(0.01)
            brains.kill_and_restart(name)
        jobs = {a.result() for a in accepted}
    assert len(jobs) == JOBS

    clients = [brains.client(url) for url in brains.urls.values()]
    deadline = time.monotonic() + 120
    while any(not all(clients[i].job(j).state == "done" for j in jobs) for i in (0, 1)):
        assert time.monotonic() < deadline, Counter(clients[0].job(j).state for j in jobs)
        time.sleep(0.5)
    bills = [{j: client.bill(j).posted_micro for j in jobs} for client in clients]
    roots = {client.domain().log_root for client in clients}

    log = PostgresLog(Postgres(database))
    replayed = restore(log)
    events = [msgspec.json.decode(body, type=ev.Event) for _, body in log.read(0)]
    ended = Counter((e.job_id, o.task) for e in events if isinstance(e, ev.TasksEnded) for o in e.outcomes)
    assert roots == {replayed.tree.root().hex()}
    assert ended == Counter((j, 0) for j in jobs) and bills[0] == bills[1]
    assert {j: replayed.state.jobs[j].posted_micro for j in jobs} == bills[0]
    assert replayed.state.ledger.total() == 0
    log.close()
