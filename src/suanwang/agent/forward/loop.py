"""The forwarder: the agent on an ingress or egress router. It follows the brain's steering, measures, chooses, and keeps the
kernel so.

    told       steering from the brain, loads from nodes, hellos on interfaces, packets for services without an instance
    measured   probes of every path, checks of every instance, interfaces that go up and down
    decided    which path, which weights, which table (agent.forward.step); the difference goes to the kernel

Without the brain it goes on with what it was told last. In the distributed and hybrid forms it chooses weights itself,
several times a second; in the centralized form those that the brain sent stay. Paths are switched here in every form.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from suanwang.agent.forward import step
from suanwang.agent.forward.checks import Checks, Seen
from suanwang.agent.forward.counters import Counters, Status, written
from suanwang.agent.forward.hello import Doorstep
from suanwang.agent.forward.probes import ACTIVE_S, Tracks, there_and_back
from suanwang.agent.forward.wake import DEVICE, Asked
from suanwang.drivers.check import check
from suanwang.drivers.datagram import DatagramSocket
from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.links import Link, Links
from suanwang.drivers.probe import Pinger, ProbeSocket, header
from suanwang.drivers.wake import Waker
from suanwang.model.fault import AuthorityFault, Fault, KernelFault
from suanwang.model.fib import Change, Fib
from suanwang.model.node import Reading
from suanwang.model.order import LOADS_PORT
from suanwang.model.steering import Load, Steering
from suanwang.model.view import Acknowledged, Report
from suanwang.steer import choose
from suanwang.steer.address import home, number_of
from suanwang.steer.change import diff
from suanwang.steer.loads import JUMP, TIMES
from suanwang.steer.routes import ANCHOR, ANCHOR_PAIR
from suanwang.trust import hello, loads

CHOOSE_S = 0.1
REPAIR_S = 10.0
REPORT_S = 1.0
STATUS_S = 0.5
ASK_S = 0.5
RETRY_S, RETRY_S_MAX = 0.2, 5.0
_log = logging.getLogger("suanwang.forward")


class BrainSide(Protocol):
    """What a forwarder needs of the wire."""

    async def steering(self, node_id: str) -> Steering: ...
    async def report(self, node_id: str, report: Report) -> Acknowledged: ...


class Table(Protocol):
    """What it needs of a kernel: drivers.kernel.kernel.Kernel, or the fake."""

    def read(self) -> Fib: ...
    def apply(self, changes: Sequence[Change]) -> None: ...


def _grown(before: tuple[Load, float] | None, now: Load) -> bool:
    """Whether weights are to be chosen at once."""
    return now.in_flight > TIMES * (before[0].in_flight if before else 0.0) + JUMP


class Forwarder:
    """node_id: who it is to the brain. secret: for probes. clock: seconds since 1970. folder: where its status is written.

    steering: what it followed before, so that it can begin without the brain.
    """

    def __init__(
        self,
        *,
        node_id: str,
        wire: BrainSide,
        kernel: Table,
        links: Links,
        secret: bytes,
        clock: Callable[[], float],
        folder: Path,
        probe_s: float = ACTIVE_S,
    ) -> None:
        self.node_id, self._wire, self._kernel, self._links = node_id, wire, kernel, links
        self._secret, self._clock, self._folder, self._probe_s = secret, clock, folder, probe_s
        self.counters = Counters()
        self._steering: Steering | None = None
        self._kept = folder / "steering.json"
        self._tracks, self._checks, self._asked = Tracks(), Checks(), Asked()
        self._door = Doorstep(0)
        self._devices: dict[str, Link] = {}
        self._held = Fib()
        self._memory = choose.Memory()
        self._weights: step.Weights = {}
        self._loads: dict[str, tuple[Load, float]] = {}
        self._numbers: dict[str, int] = {}
        self._told_at: dict[str, float] = {}
        self._probes: dict[str, choose.Probe] = {}
        self._headers: dict[int, tuple[bytes, str]] = {}
        self._socket: ProbeSocket | None = None
        self._pinger: Pinger | None = None
        self._refused: list[step.Refused] = []
        self._brain_at = 0.0
        self._news, self._urgent = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled. KernelFault, RuntimeFault: this router cannot be one."""
        anchor(self._links)
        waker = Waker(self._links.tun(DEVICE))
        self._links.up(DEVICE)
        self._devices = {link.name: link for link in self._links.names()}
        self._held = self._kernel.read()
        hellos, told = DatagramSocket("::", hello.PORT), DatagramSocket("::", LOADS_PORT)
        hellos.hear(hello.GROUP)
        loop = asyncio.get_running_loop()
        loop.add_reader(hellos.fileno(), self._greeted, hellos)
        loop.add_reader(told.fileno(), self._heard, told)
        loop.add_reader(waker.fileno(), self._woken, waker)
        self._resumed()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._again(self._follow))
                group.create_task(self._measure())
                group.create_task(self._choose())
                group.create_task(self._check(group))
                group.create_task(self._watch(hellos))
                group.create_task(self._again(self._tell))
                group.create_task(self._tend())
        finally:
            for one in (hellos, told, waker):
                loop.remove_reader(one.fileno())
                one.close()
            for one in (self._socket, self._pinger):
                if one is not None:
                    one.close()

    # what is told

    async def _follow(self) -> None:
        said = await self._wire.steering(self.node_id)
        self.counters.messages_in += 1
        self.counters.bytes_in += len(msgspec.json.encode(said))
        self._brain_at = self._clock()
        self.follow(said)

    def follow(self, said: Steering) -> None:
        """Obey a steering. ConflictFault SUAN-R075: it is older than the last, or for another router."""
        self._steering, self._refused = step.obeyed(self._steering, said)[0], list(step.obeyed(self._steering, said)[1])
        for one in self._refused:
            _log.warning("%s: %s", one.code, one.why)
        now = asyncio.get_running_loop().time()
        if self._door.router != self._steering.router:
            self._door = Doorstep(self._steering.router)
        self._door.follow(self._steering.members)
        self._tracks.follow(self._steering.policies, now)
        self._checks.follow(self._steering.services, now)
        known = {contact.id for served in self._steering.services for contact in served.contacts}
        self._loads = {c: load for c, load in self._loads.items() if c in known}
        self._probes = {c: probe for c, probe in self._probes.items() if c in known}
        self._addressed()
        self._kept.write_bytes(msgspec.json.encode(said))
        self._decide()

    def _resumed(self) -> None:
        """Begin with what was followed before, if it is there; the brain says what is new."""
        with contextlib.suppress(OSError, msgspec.MsgspecError, Fault):
            self.follow(msgspec.json.decode(self._kept.read_bytes(), type=Steering))

    def _addressed(self) -> None:
        """Sockets and headers for the probes of every path."""
        steering = self._steering
        assert steering is not None, "it is followed first"
        own = home(number_of(steering.router))
        if self._socket is None:
            self._socket, self._pinger = ProbeSocket(own, self._secret), Pinger(own)
            asyncio.get_running_loop().add_reader(self._socket.fileno(), self._echoed)
        self._headers = {}
        for key, track in self._tracks.of.items():
            carriers = there_and_back(key[0], track.path, steering.network)
            self._headers[track.number] = (header(own, carriers), carriers[0])

    def _heard(self, socket: DatagramSocket) -> None:
        """Loads that nodes tell."""
        steering = self._steering
        for datagram in socket.arrived():
            self.counters.messages_in += 1
            self.counters.bytes_in += len(datagram.data)
            if steering is None:
                continue
            keys = {member.node_id: member.public_key for member in steering.members}
            try:
                said = loads.opened(datagram.data, keys, self._numbers, self._clock())
            except AuthorityFault as fault:
                self.counters.loads_refused += 1
                _log.info("%s: %s", fault.code, fault.why)
                continue
            self._numbers[said.node_id] = said.number
            now = asyncio.get_running_loop().time()
            self._told_at[said.node_id] = now
            own = {c.id for served in steering.services for c in served.contacts if c.node_id == said.node_id}
            before = self._loads
            fresh = {load.contact: (load, now) for load in said.loads if load.contact in own}
            self._loads = before | fresh
            if any(not load.healthy or _grown(before.get(c), load) for c, (load, _) in fresh.items()):
                self._urgent.set()

    def _greeted(self, socket: DatagramSocket) -> None:
        """Hellos of nodes on our interfaces."""
        now, changed = asyncio.get_running_loop().time(), False
        for datagram in socket.arrived():
            self.counters.messages_in += 1
            self.counters.bytes_in += len(datagram.data)
            changed |= self._door.hear(datagram.data, datagram.device, self._clock(), now)
        self.counters.hellos_refused = self._door.refused
        if changed:
            self._decide()

    def _woken(self, waker: Waker) -> None:
        """Packets for services without an instance."""
        if self._steering is not None:
            now = asyncio.get_running_loop().time()
            self.counters.asked += 1
            if self._asked.note(waker.asked(), self._steering.services, now):
                self._news.set()
        else:
            waker.asked()

    # what is measured

    async def _measure(self) -> None:
        """Probes go out and are judged; a path that went down is left at once."""
        loop, meant = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        while True:
            meant = max(meant + self._probe_s, loop.time())
            await asyncio.sleep(meant - loop.time())
            now = loop.time()
            late = now - meant
            self.counters.late_ms_max = max(self.counters.late_ms_max, late * 1000)
            if self._socket is None:
                continue
            self._echoed()
            turned = self._tracks.judge(now, late)
            if self._tracks.choose(now) or turned:
                self._switched(now)
            for _, track, number in self._tracks.due(now):
                packet, to = self._headers[track.number]
                self._socket.send(packet, to, track.number, number)
                self.counters.probes_out += 1

    def _echoed(self) -> None:
        assert self._socket is not None, "its reader"
        offset = self._clock() - asyncio.get_running_loop().time()
        for echo in self._socket.arrived():
            self._tracks.back(echo.track, echo.number, echo.at - offset)
            self.counters.probes_in += 1
        self.counters.probes_forged = self._socket.forged

    def _switched(self, began: float) -> None:
        self.counters.switches = self._tracks.switches
        self._decide()
        self.counters.switch_ms = (asyncio.get_running_loop().time() - began) * 1000
        self._news.set()

    async def _check(self, group: asyncio.TaskGroup) -> None:
        """Timed requests to every instance, through the data path."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.05)
            now = loop.time()
            for seen in self._checks.due(now, self._silences(now)):
                group.create_task(self._ask(seen))

    def _silences(self, now: float) -> Mapping[str, float]:
        return {c: now - at for c, (_, at) in self._loads.items()}

    async def _ask(self, seen: Seen) -> None:
        loop, contact = asyncio.get_running_loop(), seen.contact
        way = self._tracks.latency_ms().get(contact.locator >> 8, 0.0) / 1000
        took = await check(contact.address, contact.port, seen.path, seen.limit_s(way))
        self.counters.checks += 1
        now = loop.time()
        turned = self._checks.came(seen, took, now)
        if contact.id in self._checks.of:
            ms = seen.latency_ms(now) if not seen.dead else None
            self._probes[contact.id] = choose.Probe(ms, now)
        if turned:
            self._chosen(now)
            self._decide()

    async def _watch(self, hellos: DatagramSocket) -> None:
        """Interfaces that come, go, and lose their carrier."""
        async for link in self._links.watch():
            before = self._devices.get(link.name)
            self._devices[link.name] = link
            if before is not None and (before.up, before.carrier) == (link.up, link.carrier):
                continue
            hellos.hear(hello.GROUP)
            self._decide()

    # what is decided

    async def _choose(self) -> None:
        """Weights, several times a second, where this form of steering chooses here."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._urgent.wait(), CHOOSE_S)
            self._urgent.clear()
            if self._steering is not None and self._chosen(asyncio.get_running_loop().time()):
                self._decide()

    def _chosen(self, now: float) -> bool:
        """Whether any weight is another one."""
        steering, before = self._steering, self._weights
        if steering is None:
            return False
        if steering.form == "centralized":
            self._weights = step.weights_of(steering.services)
            return self._weights != before
        seen = choose.Seen(
            services=steering.services, loads=self._loads, latency_ms=self._tracks.latency_ms(), probes=self._probes,
            lifetime_s=steering.lifetime_s,
        )  # fmt: skip
        self._memory, chosen = choose.step(self._memory, seen, now)
        self.counters.decisions += sum(map(len, chosen.values()))
        self._weights = chosen
        return self._weights != before

    def _decide(self) -> None:
        """Bring the kernel to what follows from all that is known."""
        steering = self._steering
        if steering is None:
            return
        if not self._weights or steering.form == "centralized" or set(self._weights) != {s.id for s in steering.services}:
            self._chosen(asyncio.get_running_loop().time())
        up = frozenset(name for name, link in self._devices.items() if link.up and link.carrier)
        situation = step.Situation(
            steering=steering, weights=self._weights, active=self._tracks.active, attached=dict(self._door.attached),
            devices=up | {ANCHOR, ANCHOR_PAIR, DEVICE}, accesses=step.access_devices(steering),
        )  # fmt: skip
        self._put(step.decide(situation))

    def _put(self, wanted: Fib) -> None:
        changes = diff(wanted, self._held)
        if not changes:
            return
        try:
            self._kernel.apply(changes)
            self._held = wanted
        except KernelFault as fault:
            self.counters.faults += 1
            _log.warning("%s: %s", fault.code, fault.why)
            self._held = self._kernel.read()
        self.counters.changes += len(changes)
        self.counters.steered_at = self._clock()

    async def _tend(self) -> None:
        """Members are asked whether they answer; the kernel is looked at now and then, and repaired; the status is written."""
        loop = asyncio.get_running_loop()
        repaired, asked, shown = loop.time(), 0.0, 0.0
        number = 0
        while True:
            await asyncio.sleep(0.1)
            now = loop.time()
            if now - repaired >= REPAIR_S:
                repaired = now
                self._repair()
            if self._pinger is not None and now - asked >= ASK_S and self._door.unproven():
                asked, number = now, number + 1
                for address in self._door.unproven():
                    self._pinger.ask(address, number)
            if self._pinger is not None:
                for address in self._pinger.answered():
                    self._door.answered(address)
            if now - shown >= STATUS_S:
                shown = now
                self._show()

    def _repair(self) -> None:
        """Somebody may have flushed what is ours."""
        there = self._kernel.read()
        if there != self._held:
            self.counters.repairs += 1
            self._held = there
        self._decide()

    # what is told

    async def _tell(self) -> None:
        asked = self._asked.take(asyncio.get_running_loop().time())
        paths = self._tracks.states(self._steering.router) if self._steering is not None else ()
        report = Report(reading=Reading(node_id=self.node_id, generation=0), paths=paths, asked=asked)
        self.counters.messages_out += 1
        self.counters.bytes_out += len(msgspec.msgpack.encode(report))
        await self._wire.report(self.node_id, report)
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), REPORT_S)
        await asyncio.sleep(0.05)

    async def _again(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it for ever; after a Fault, pause, longer each time in a row."""
        pause = RETRY_S
        while True:
            try:
                await work()
                pause = RETRY_S
            except Fault as fault:
                _log.info("%s: %s", fault.code, fault.why)
                await asyncio.sleep(pause)
                pause = min(RETRY_S_MAX, 2 * pause)

    def _show(self) -> None:
        steering = self._steering
        names = {n: r.name for r in steering.network.routers for n in (r.number,)} if steering else {}
        with contextlib.suppress(OSError):
            written(
                self._folder,
                Status(
                    node_id=self.node_id,
                    router=steering.router if steering else 0,
                    number=steering.number if steering else 0,
                    form=steering.form if steering else "",
                    at=self._clock(),
                    brain_heard_at=self._brain_at,
                    counters=self.counters,
                    active={names.get(end, str(end)): index for end, index in self._tracks.active.items()},
                    paths=[msgspec.to_builtins(p) for p in self._tracks.states(steering.router)] if steering else [],
                    weights={service: dict(weights) for service, weights in self._weights.items()},
                    attached={f"{n:#06x}": device for n, device in self._door.attached.items()},
                    joined=[f"{n:#06x}" for n in sorted(self._door.joined)],
                    refused=[(r.service, r.code, r.why) for r in self._refused],
                ),
            )
