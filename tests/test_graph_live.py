"""A job graph with nothing made up: the same files, byte for byte, from one site and from three tiers; through kill -9;
once."""

import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.test_life import Network

EXAMPLE = Path(__file__).parent.parent / "examples" / "tiers"
SITES = (("dev", "shenzhen", "device", "0.02"), ("edge", "guangzhou", "edge", "0.06"), ("cloud", "zhongwei", "cloud", "0.03"))
CHAIN = """
name: chain
limits: {budget: 1 CNY}
needs: {cpu: 0.5, memory: 256MiB}
tasks:
  a: {python: wait.py, args: [a], writes: {a.txt: 1 kB}}
  b: {python: wait.py, args: [b], reads: a.txt, writes: {b.txt: 1 kB}}
  c: {python: wait.py, args: [c], reads: b.txt, writes: {c.txt: 1 kB}}
"""
WAIT = """
import sys
from pathlib import Path
name = sys.argv[1]
value = 1
for _ in range(3_000_000):
    value = value * 48271 % 2147483647
before = Path(f"{chr(ord(name) - 1)}.txt")
Path(f"{name}.txt").write_text((before.read_text() if before.exists() else "") + f"{name} {value}\\n")
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Generator[Network]:
    made = Network(tmp_path_factory.mktemp("graph"))
    made.suan("up", "--no-node", "--detach", "--port", "0", "--dir", "brain")
    try:
        for name, city, tier, price in SITES:
            made.join(name, "--city", city, "--tier", tier, "--price", f"{price} CNY/Tfuel")
        shutil.copytree(EXAMPLE, made.folder / "tiers")
        (made.folder / "wait.py").write_text(WAIT)
        (made.folder / "chain.yaml").write_text(CHAIN)
        yield made
    finally:
        for ready in made.folder.glob("*/*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


def files_of(network: Network, job: str) -> dict[str, tuple[str, int, str]]:
    """path -> (digest, bytes, node) of all that the steps of a job wrote."""
    tasks: Any = network.get("ps", job)["items"]
    return {f["path"]: (f["sha256"], f["size"], t["node"]) for t in tasks for f in t["outcome"]["outputs"]}


def moved(network: Network, job: str) -> int:
    """Bytes that a step read and another node's step wrote."""
    made = files_of(network, job)
    node = {t["item"]: t["node"] for t in network.get("ps", job)["items"]}  # type: ignore[union-attr,index]
    work: Any = network.job(job)["demand"]["work"]["steps"]  # type: ignore[index]
    return sum(made[r][1] for step in work for r in step["reads"] if r in made and made[r][2] != node[step["name"]])


def test_one_site_and_three_tiers_come_to_the_same_files(network: Network) -> None:
    split = network.folder / "tiers" / "tiers.yaml"
    alone = network.folder / "tiers" / "alone.yaml"
    text = split.read_text()
    for tier in ("device", "[device, edge]", "edge", "cloud"):
        text = text.replace(f", limits: {{tier: {tier}}}", "")
    alone.write_text(text.replace("name: tiers", "name: alone").replace("limits: {", "limits: {tier: cloud, "))
    plan = json.loads(network.suan("run", str(split), "--dry-run", "--json").stdout)["graph"]
    assert len(plan["runs"]) == 5 and plan["makespan_s"] >= plan["bound_s"] * (1 - 1e-12) > 0
    network.suan("run", str(split), "--out", "split")
    network.suan("run", str(alone), "--out", "one")
    one, three = files_of(network, "alone"), files_of(network, "tiers")
    assert {p: f[:2] for p, f in one.items()} == {p: f[:2] for p, f in three.items()} and len(one) == 5
    assert {f[2] for f in one.values()} == {"cloud"} and {f[2] for f in three.values()} == {"dev", "edge", "cloud"}
    assert [p.name for p in (network.folder / "split").iterdir()] == ["report.txt"], "only what nobody reads comes back"
    assert (network.folder / "split" / "report.txt").read_bytes() == (network.folder / "one" / "report.txt").read_bytes()
    for name in ("alone", "tiers"):
        job: Any = network.job(name)
        print(f"{name}: {job['ended_at'] - job['accepted_at']:.2f} s, {moved(network, name)} bytes moved between nodes")
    assert moved(network, "alone") == 0 < moved(network, "tiers")
    bill = network.get("bill", "tiers")
    assert bill["held_micro"] == bill["posted_micro"] + bill["voided_micro"] and len(bill["lines"]) == 3  # type: ignore[operator,arg-type]
    assert "is planned: 5 steps" in network.suan("why", "tiers").stdout


def test_a_graph_lives_through_the_killing_of_its_node_and_of_the_brain(network: Network) -> None:
    network.suan("run", "--detach", "chain.yaml")
    end = time.monotonic() + 60
    while network.job("chain")["tasks_done"] == 0:
        assert time.monotonic() < end
        time.sleep(0.1)
    tasks: Any = network.get("ps", "chain")["items"]
    first, busy = tasks[0]["outcome"], next((t["node"] for t in tasks if t["state"] == "placed"), tasks[0]["node"])
    port = network.url.rpartition(":")[2]
    network.kill(busy, "node")
    network.kill("brain", "brain")
    network.suan("up", "--no-node", "--detach", "--port", port, "--dir", "brain")
    assert network.until("chain", "done", "failed", "refused", limit_s=90)["state"] == "done"
    after: Any = network.get("ps", "chain")["items"]
    assert after[0]["outcome"] == first, "what was done stays done"
    assert after[2]["node"] != busy and after[2]["outcome"]["outputs"][0]["path"] == "c.txt"
    bill = network.get("bill", "chain")
    assert bill["fuel"] == sum(t["outcome"]["fuel"] for t in after), "each step once"
