"""Building a lab and taking it down: namespaces, cables, addresses, the relay and the keeper; nothing in the host's own
namespace.

What is to be made is written down first, and everything made carries the lab's mark, so that `down` finds all of it whatever
happened, and touches nothing else.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from suanwang.drivers.cgroup import find
from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.links import Links
from suanwang.lab import netem, place
from suanwang.lab.netem import Netem
from suanwang.lab.plan import CORE_MTU, Box, Cable, Plan
from suanwang.lab.relay import Relay, built, lines, mac
from suanwang.model.fault import ConflictFault, Fault, KernelFault

MARK = "suanwang lab "
READY_S = 20.0
SETTINGS: Mapping[str, int] = {
    "net/ipv6/conf/all/forwarding": 1,
    "net/ipv6/conf/all/seg6_enabled": 1,
    "net/ipv6/conf/default/seg6_enabled": 1,
    "net/ipv6/conf/all/accept_dad": 0,
    "net/ipv6/conf/default/accept_dad": 0,
    "net/ipv6/conf/default/accept_ra": 0,
    "net/ipv6/conf/default/router_solicitations": 0,
    "net/ipv6/seg6_flowlabel": 0,
    "net/ipv6/fib_multipath_hash_policy": 1,
    "net/ipv4/ip_forward": 0,
}
"""Before any interface is made: SRv6 is asked of the interface that a packet comes in by. Flows are told apart by ports too."""
HOST: Mapping[str, int] = {**SETTINGS, "net/ipv6/conf/all/forwarding": 0}


def up(plan: Plan, cache: Path) -> Path:
    """Build it; returns its folder. cache: where the relay's program is kept. Faults leave nothing behind.

    KernelFault SUAN-K013: not root. ConflictFault SUAN-K012: there is one of this name, or a namespace that would be one of
    its own.
    """
    if os.geteuid():
        raise KernelFault("SUAN-K013", "a lab is made of network namespaces, which takes root", "sudo suan lab up three-sites")
    program = None if netem.there() or not stretched(plan) else built(cache)
    theirs = sorted({plan.space(b.name) for b in plan.boxes} & set(namespace.names()))
    if theirs and plan.name not in place.names():
        why = f"the network namespace {theirs[0]} is there already, and not of this lab"
        raise ConflictFault("SUAN-K012", why, "give the lab another name: --name")
    folder = place.claim(plan)
    try:
        _build(plan, folder, program)
    except BaseException:
        down(plan.name)
        raise
    return folder


def _build(plan: Plan, folder: Path, program: Path | None) -> None:
    """program: of the relay; None where the kernel does its work."""
    for box in plan.boxes:
        namespace.create(plan.space(box.name))
    with ExitStack() as open_links:
        links = {box.name: Links(plan.space(box.name)) for box in plan.boxes}
        for one in links.values():
            open_links.callback(one.close)
        for box in plan.boxes:
            _begin(plan, box, links[box.name])
        _cables(plan, folder, program, links)
        for box in plan.boxes:
            _address(box, links[box.name])
    start(folder, "keeper", [sys.executable, "-m", "suanwang.lab.keeper", plan.name])
    wait_for(folder, "keeper")


def _begin(plan: Plan, box: Box, links: Links) -> None:
    links.sysctls(SETTINGS if box.kind in ("router", "machine") else HOST)
    links.up("lo")
    links.alias("lo", MARK + plan.name)
    if box.kind == "router":
        anchor(links)


def _cables(plan: Plan, folder: Path, program: Path | None, links: Mapping[str, Links]) -> None:
    relayed = stretched(plan) if program else ()
    for at, cable in enumerate(c for c in plan.cables if c not in relayed):
        links[cable.a].veth(cable.b, cable.a, plan.space(cable.b), mtu=CORE_MTU if cable.core else 0)
        for box, other, end in ((cable.a, cable.b, 1), (cable.b, cable.a, 2)):
            links[box].mac(other, mac(0x8000 + at, end))
    if program:
        (folder / "links").write_text(lines(plan, relayed))
        with (folder / "links").open() as told:
            start(folder, "relay", [str(program), str(folder / "relay.sock")], told=told.fileno())
        wait_for(folder, "relay")
    for cable in plan.cables:
        for box, other in ((cable.a, cable.b), (cable.b, cable.a)):
            if cable.core:
                links[box].mtu(other, CORE_MTU)
            links[box].addr_gen_none(other)
            links[box].up(other)
    if not program:
        Netem(plan, stretched(plan)).begin()


def _address(box: Box, links: Links) -> None:
    for device, given in box.link_locals:
        links.link_local(device, given)
    for device, given in box.addresses:
        links.address(device, given)
    if box.gateway[0]:
        links.default_route(*box.gateway)


def start(folder: Path, name: str, command: list[str], *, told: int | None = None, space: str = "") -> int:
    """A process that outlives us, with its log and its process id in the lab's folder. space: namespace that it lives in."""
    env = {**os.environ, "XDG_CONFIG_HOME": str(folder / "config"), "SUAN_LAB": folder.name}
    with (folder / f"{name}.log").open("ab") as log, namespace.inside(space):
        made = subprocess.Popen(
            command, stdin=subprocess.DEVNULL if told is None else told, stdout=log, stderr=log, env=env,
            start_new_session=True, cwd=folder,
        )  # fmt: skip
    (folder / f"{name}.pid").write_text(f"{made.pid}\n")
    return made.pid


def wait_for(folder: Path, name: str) -> None:
    """Until it says in its log that it is ready. KernelFault SUAN-K014 with the end of the log if it ends first, or takes
    long."""
    log, pid = folder / f"{name}.log", int((folder / f"{name}.pid").read_text())
    deadline = time.monotonic() + READY_S
    while "ready" not in log.read_text(errors="replace"):
        if not place.alive(pid) or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-300:].strip()
            raise KernelFault("SUAN-K014", f"the lab's {name} did not start: {tail or 'it says nothing'}", f"cat {log}")
        time.sleep(0.01)


def down(name: str) -> None:
    """Take a lab down, whatever is left of it. NotFoundFault SUAN-N009: there is none."""
    folder, plan = place.plan_in(name)
    files = [namespace.FOLDER / plan.space(box.name) for box in plan.boxes]
    keepers = [pid for part in ("keeper", "relay") if (pid := _pid(folder, part))]
    for pid in keepers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    mine = [file for file in files if file.exists() and _ours(plan, file.name)]
    inside = [namespace.FOLDER / n for n in namespace.names() if n.startswith(f"{plan.name}-") and _ours(plan, n)]
    place.killed([*keepers, *place.inhabitants([*mine, *inside])])
    for file in dict.fromkeys([*mine, *inside]):
        namespace.remove(file.name)
    if (tree := find()) is not None:
        tree.sweep()
    shutil.rmtree(folder, ignore_errors=True)


def _pid(folder: Path, part: str) -> int:
    """Of a process of the lab that still is what it was; 0 if it is gone, or the number is somebody else's now."""
    try:
        pid = int((folder / f"{part}.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return 0
    mine = str(folder / "relay.sock").encode() in command or (
        b"suanwang.lab.keeper" in command and folder.name.encode() in command
    )
    return pid if mine else 0


def _ours(plan: Plan, name: str) -> bool:
    """Whether a namespace carries the lab's mark, or is one that was made and not marked yet."""
    try:
        with_lo = Links(name)
    except Fault:
        return True  # not mounted: an empty file that was to be one
    try:
        alias = next((link.alias for link in with_lo.names() if link.name == "lo"), "")
    finally:
        with_lo.close()
    return alias in ("", MARK + plan.name)


def stretcher(folder: Path, plan: Plan) -> Relay | Netem:
    """What gives this lab's links their length: the relay that it was built with, or the kernel."""
    return Relay(folder / "relay.sock") if (folder / "relay.pid").exists() else Netem(plan, stretched(plan))


def stretched(plan: Plan) -> tuple[Cable, ...]:
    """The cables that have a length, in the order of their numbers."""
    return tuple(c for c in plan.cables if c.stretched)


def environment(folder: Path) -> dict[str, str]:
    """For a command that is run inside: it finds the lab's brain, and keeps its own configuration out of the user's."""
    return {**os.environ, "XDG_CONFIG_HOME": str(folder / "config"), "SUAN_LAB": folder.name}


def processes(folder: Path, parts: Iterable[str]) -> dict[str, int]:
    """Process ids of those that are there."""
    found: dict[str, int] = {}
    for part in parts:
        with suppress(OSError, ValueError):
            pid = int((folder / f"{part}.pid").read_text())
            if place.alive(pid):
                found[part] = pid
    return found
