"""The domain inside a lab: the brain, a forwarder on every ingress and egress router, an agent on every machine, over the
emulated net.

Each is started by the command that a person would type on that machine, in the namespace that is that machine.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from suanwang.drivers.kernel import namespace
from suanwang.lab.build import environment
from suanwang.lab.plan import Box, Plan
from suanwang.model.fault import KernelFault

PORT = 7420
SUAN = (sys.executable, "-c", "import sys; from suanwang.api.cli import main; sys.exit(main())")


class Started(NamedTuple):
    """url: of the brain; how many agents have joined, on routers and on machines."""

    url: str
    forwarders: int
    nodes: int


def start(folder: Path, plan: Plan) -> Started:
    """Start all of it; returns when every agent has joined. KernelFault SUAN-K015: the lab has no brain; K014: one did not
    start."""
    brain = next((box for box in plan.boxes if box.kind == "brain"), None)
    if brain is None:
        raise KernelFault(
            "SUAN-K015", "the lab file names no brain, so there is nothing to join", "add brain: {at: t1}, or --bare"
        )
    (folder / "network.json").write_bytes(msgspec.json.encode(plan.network))
    host = brain.addresses[0][1].partition("/")[0]
    run(folder, plan, brain.name, ["up", "--no-node", "--detach", "--host", host, "--port", str(PORT), "--dir", "brain",
                                   "--network", "network.json"])  # fmt: skip
    url = f"https://[{host}]:{PORT}"
    edges = [r for r in plan.network.routers if {"ingress", "egress"} & set(r.roles)]
    routers = [(plan.box(r.name), ["--forwarder"], _token(folder, plan, brain, r.name, "--forwarder")) for r in edges]
    machines = [(box, _offer(box), _token(folder, plan, brain, box.router)) for box in plan.boxes if box.kind == "machine"]
    joins = [(box, ["join", url, "--token", token, "--detach", "--dir", box.name, "--name", box.name, *more])
             for box, more, token in (*routers, *machines)]  # fmt: skip
    _together(folder, plan, joins)
    return Started(url, len(routers), len(machines))


def _offer(box: Box) -> list[str]:
    offer = ["--cpu", f"{box.cores:g}", "--tier", "edge"]
    return [*offer, "--city", box.city] if box.city else offer


def _token(folder: Path, plan: Plan, brain: Box, router: str, *more: str) -> str:
    return run(
        folder, plan, brain.name, ["token", "make", "--kind", "join", "--trust", "vouched", "--router", router, *more]
    ).strip()


def run(folder: Path, plan: Plan, box: str, words: Iterable[str]) -> str:
    """What a `suan` command prints when it is typed in a box. KernelFault SUAN-K014 with what it said if it failed."""
    with namespace.inside(plan.space(box)):
        made = _started(folder, words, subprocess.PIPE)
    out, err = made.communicate()
    if made.returncode:
        raise KernelFault("SUAN-K014", f"in {box}: {(err or out).strip()[-400:]}", f"ls {folder}")
    return out


def _together(folder: Path, plan: Plan, joins: list[tuple[Box, list[str]]]) -> None:
    """All at once; each says in its own log what it does."""
    under_way: list[tuple[str, subprocess.Popen[str]]] = []
    for box, words in joins:
        with namespace.inside(plan.space(box.name)):
            under_way.append((box.name, _started(folder, words, subprocess.PIPE)))
    failed = [(name, err) for name, made in under_way if (err := made.communicate()[1]) is not None and made.returncode]
    if failed:
        raise KernelFault("SUAN-K014", f"{failed[0][0]} did not join: {failed[0][1].strip()[-400:]}", f"ls {folder}")


def _started(folder: Path, words: Iterable[str], out: int) -> "subprocess.Popen[str]":
    env = {**environment(folder), "PYTHONUNBUFFERED": "1", "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", "")}
    env = {key: value for key, value in env.items() if value}
    return subprocess.Popen([*SUAN, *words], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, text=True)
