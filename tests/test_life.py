"""The whole life of jobs with nothing made up: brain and agents as processes, the command line, real runtimes, real kills."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from wasmtime import wat2wasm

from tests.typed import suan

HELLO = """(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "hello from wasm\\n")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 16))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"""


class Network:
    """A brain and nodes in a folder, driven only by the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        cache = {k: v for k, v in os.environ.items() if not k.startswith("SUAN_")}
        self.env = {**cache, "XDG_CONFIG_HOME": str(folder / "config"), "SUAN_LANG": "en"}

    def suan(self, *arguments: str, expect: int = 0, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*suan(), *arguments], cwd=cwd or self.folder, env=self.env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == expect, f"suan {' '.join(arguments)} -> {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def get(self, *arguments: str) -> dict[str, object]:
        return json.loads(self.suan(*arguments, "--json").stdout)

    def join(self, name: str, *more: str) -> None:
        self.suan("join", "--detach", "--dir", name, "--name", name, "--cpu", "1", "--memory", "1GiB", *more)

    @property
    def url(self) -> str:
        return str(json.loads((self.folder / "config" / "suanwang" / "client.json").read_text())["url"])

    @contextlib.contextmanager
    def environment(self, **changes: str) -> Generator[None]:
        """With other variables for a while."""
        before = self.env
        self.env = before | changes
        try:
            yield
        finally:
            self.env = before

    def pid(self, what: str, kind: str) -> int:
        return int((self.folder / what / kind / "ready").read_text())

    def kill(self, what: str, kind: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.kill(self.pid(what, kind), signal.SIGKILL)

    def job(self, name: str) -> dict[str, object]:
        return next(j for j in self.get("ps")["items"] if j["demand"]["name"] == name)  # type: ignore[union-attr,index]

    def until(self, name: str, *states: str, limit_s: float = 60) -> dict[str, object]:
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            if (job := self.job(name))["state"] in states:
                return job
            time.sleep(0.1)
        raise AssertionError(f"{name} is {self.job(name)['state']}, not {states}")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Generator[Network]:
    made = Network(tmp_path_factory.mktemp("life"))
    made.suan("up", "--no-node", "--detach", "--port", "0", "--dir", "brain")
    try:
        made.join("near", "--city", "shenzhen", "--price", "0.05 CNY/Tfuel")
        made.join("far", "--city", "zhongwei", "--price", "0.02 CNY/Tfuel")
        yield made
    finally:
        for ready in made.folder.glob("*/*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


def test_a_brain_that_was_killed_starts_again_beside_the_node_that_it_had(tmp_path: Path) -> None:
    """The agent outlived it, has lost nothing, and is not started a second time."""
    alone = Network(tmp_path)
    up = ("up", "--detach", "--port", "0", "--dir", "one", "--cpu", "1", "--memory", "1GiB")
    alone.suan(*up)
    try:
        node, port = alone.pid("one", "node"), alone.url.rpartition(":")[2]
        alone.kill("one", "brain")
        alone.suan(*up[:3], port, *up[4:])
        assert alone.pid("one", "node") == node, "it is the same one"
        assert alone.suan("run", "--", "echo", "again").stdout == "again\n"
        assert "SUAN-L010" not in (tmp_path / "one" / "brain.log").read_text()
    finally:
        for kind in ("node", "brain"):
            alone.kill("one", kind)


def test_a_wasm_module_runs_and_its_fuel_is_billed(network: Network) -> None:
    (network.folder / "hello.wasm").write_bytes(bytes(wat2wasm(HELLO)))
    assert network.suan("run", "--name", "wasm", "hello.wasm").stdout == "hello from wasm\n"
    bill = network.get("bill", "wasm")
    assert bill["held_micro"] == bill["posted_micro"] + bill["voided_micro"] and bill["fuel"] > 0  # type: ignore[operator]


def test_the_same_python_burns_the_same_fuel_on_every_node(network: Network) -> None:
    (network.folder / "sum.py").write_text("print(sum(i * i for i in range(50_000)))\n")
    for place in ("shenzhen", "zhongwei"):
        network.suan("run", "--name", f"sum-{place}", "--near", place, "--within", "5ms", "sum.py")
    one, other = network.get("bill", "sum-shenzhen"), network.get("bill", "sum-zhongwei")
    assert one["fuel"] == other["fuel"] and one["posted_micro"] > other["posted_micro"]  # type: ignore[operator]


def test_an_array_over_files_gives_every_result_back(network: Network) -> None:
    work = network.folder / "array"
    (work / "in").mkdir(parents=True)
    for i in range(6):
        (work / "in" / f"{i}.txt").write_text("word " * i)
    (work / "count.py").write_text(
        "import os, sys\nname = os.path.basename(sys.argv[1])\nos.makedirs('out', exist_ok=True)\n"
        "assert os.listdir('in') == [name], os.listdir('in')\n"
        "open(f'out/{name}', 'w').write(str(len(open(sys.argv[1]).read().split())))\n"
    )
    network.suan("run", "--over", "in/*.txt", "--prefer", "speed", "count.py", "{}", cwd=work)
    assert {f.name: f.read_text() for f in (work / "out").iterdir()} == {f"{i}.txt": str(i) for i in range(6)}


def test_a_function_gets_its_item_and_every_result_comes_back_under_its_own_name(network: Network) -> None:
    work = network.folder / "function"
    work.mkdir()
    (work / "double.py").write_text("def handler(x):\n    return {'twice': 2 * x}\n")
    network.suan("run", "--over", "20-21", "double.py:handler", cwd=work)
    assert {f.name: json.loads(f.read_text()) for f in work.glob("*.json")} == {
        "result-0.json": {"twice": 40},
        "result-1.json": {"twice": 42},
    }
    network.suan("run", "double.py:handler", cwd=work)
    assert json.loads((work / "result.json").read_text()) == {"twice": ""}


def test_a_task_that_fails_says_so_and_exits_with_one(network: Network) -> None:
    (network.folder / "bad.py").write_text("raise ValueError('no good')\n")
    done = network.suan("run", "bad.py", expect=1)
    assert "ValueError: no good" in done.stderr


def test_an_endless_task_is_stopped_by_its_budget_and_never_costs_more(network: Network) -> None:
    (network.folder / "endless.py").write_text("while True: pass\n")
    network.suan("run", "--name", "endless", "--budget", "0.0003 CNY", "--work", "1 Gfuel", "endless.py", expect=1)
    bill = network.get("bill", "endless")
    assert 0 < bill["posted_micro"] <= 300  # type: ignore[operator]
    assert network.job("endless")["reason"] == "fuel"


def test_what_nobody_can_do_is_refused_with_every_nodes_reason(network: Network) -> None:
    done = network.suan("run", "--name", "no", "--near", "beijing", "--within", "3ms", "sum.py", expect=5)
    assert "SUAN-P012" in done.stderr and "--within" in done.stderr
    taken = network.get("why", "no")["taken"][-1]["explanation"]  # type: ignore[index]
    assert {r["node"] for r in taken["ruled_out"]} == {"near", "far"}


def test_native_commands_run_in_a_sandbox_or_are_refused(network: Network) -> None:
    secret = network.folder / "secret"
    secret.write_text("host only")
    if not any(n["node"].get("sandbox") for n in network.get("nodes")["items"]):  # type: ignore[union-attr]
        pytest.skip("no bubblewrap here, or the system forbids it")
    assert network.suan("run", "--name", "native", "--", "sh", "-c", f"cat {secret} || echo unseen").stdout == "unseen\n"
    assert network.get("bill", "native")["fuel"] > 0  # type: ignore[operator]


def test_a_node_without_a_sandbox_runs_its_owners_commands_and_refuses_a_strangers(network: Network, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "echo").symlink_to("/bin/echo")
    with network.environment(PATH=str(programs)):
        network.join("bare", "--city", "haikou")
    near = ("--near", "haikou", "--within", "3ms", "--", "echo", "here")
    try:
        assert network.suan("run", "--name", "own", *near).stdout == "here\n"
        token = network.get("token", "make", "--kind", "user", "--user", "stranger")["token"]
        with network.environment(SUAN_TOKEN=str(token), SUAN_URL=network.url):
            assert "SUAN-P012" in network.suan("run", "--name", "strange", *near, expect=5).stderr
            reasons = network.get("why", "strange")["taken"][-1]["explanation"]["ruled_out"]  # type: ignore[index]
        assert {r["rule"] for one in reasons if one["node"] == "bare" for r in one["reasons"]} == {"sandbox"}
    finally:
        network.suan("leave", "--dir", "bare")


def test_a_killed_agent_comes_back_and_ends_its_job(network: Network) -> None:
    (network.folder / "slow.py").write_text("import sys\nprint(sum(i for i in range(400_000 + int(sys.argv[1]))))\n")
    network.suan("run", "-d", "--name", "slow", "--near", "zhongwei", "--within", "5ms", "--over", "0-19", "slow.py", "{}")
    network.until("slow", "running")
    time.sleep(0.5)
    network.kill("far", "node")
    network.join("far", "--city", "zhongwei", "--price", "0.02 CNY/Tfuel")
    assert network.until("slow", "done")["tasks_done"] == 20


def test_a_killed_brain_forgets_nothing_it_accepted(network: Network) -> None:
    network.suan("run", "-d", "--name", "kept", "--over", "0-19", "slow.py", "{}")
    before = network.get("account")
    network.kill("brain", "brain")
    network.suan("up", "--no-node", "--detach", "--port", network.url.rsplit(":", 1)[1], "--dir", "brain")
    assert network.until("kept", "done")["tasks_done"] == 20
    after = network.get("account")
    spent = before["balance_micro"] + before["held_micro"] - after["balance_micro"] - after["held_micro"]  # type: ignore[operator]
    assert spent == 0, "payer and provider are the same user here, so nothing may be lost or made"


def test_a_cancelled_job_stops_and_gives_its_money_back(network: Network) -> None:
    network.suan("run", "-d", "--name", "stopped", "--budget", "0.5 CNY", "--work", "1 Gfuel", "endless.py")
    network.until("stopped", "running")
    network.suan("cancel", "stopped")
    network.until("stopped", "cancelled")
    bill = network.get("bill", "stopped")
    assert bill["voided_micro"] == bill["held_micro"] - bill["posted_micro"]  # type: ignore[operator]


def test_all_that_was_decided_is_decided_again_on_the_files_that_nodes_had(network: Network) -> None:
    """After all that happened above: jobs went where their files were, and the log tells where that was."""
    (network.folder / "large.py").write_text("#" * 3_000_000 + "\nprint('large')\n")
    for number in range(3):
        network.suan("run", "--name", f"large-{number}", "large.py")
        time.sleep(1.5)  # a heartbeat tells what the node has now
    found = network.get("twin", "replay", "--last", "1h")
    assert found["decisions"] == found["same"] and found["differ"] == [] and found["notes"] == []
    log = next(network.folder.glob("brain/**/log.sqlite"))
    with contextlib.closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as rows:
        events = [json.loads(body) for (body,) in rows.execute("select body from events order by number")]
    told = [event for event in events if event["type"] == "files_told"]
    assert any(come for event in told for _, come, _ in event.get("files", ())) and any(event.get("rates") for event in told)
    last = [event for event in events if event["type"] == "job_placed"][-1]["plan"]["explanation"]["finalists"]
    assert len({finalist["move_bytes"] > 2_000_000 for finalist in last}) == 2, "only one of the nodes has the file"


def test_a_node_that_leaves_is_gone(network: Network) -> None:
    network.suan("leave", "--dir", "far")
    assert [n["node"]["name"] for n in network.get("nodes")["items"]] == ["near"]  # type: ignore[union-attr,index]
