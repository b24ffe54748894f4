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
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from suanwang.agent.forward import step
from suanwang.agent.forward.checks import Seen
from suanwang.agent.forward.counters import Counters, Status, written
from suanwang.agent.forward.hello import Doorstep
from suanwang.agent.forward.mirror import Mirror, Table
from suanwang.agent.forward.probes import ACTIVE_S
from suanwang.agent.forward.probing import Probing
from suanwang.agent.forward.rates import TELL_S, Telling
from suanwang.agent.forward.selector import Selector
from suanwang.agent.forward.wake import DEVICE, Asked
from suanwang.agent.serve.selectors import Selectors
from suanwang.drivers.check import check
from suanwang.drivers.clock import steady
from suanwang.drivers.datagram import Datagram, DatagramSocket
from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.links import Link, Links
from suanwang.drivers.probe import Pinger
from suanwang.drivers.wake import Waker
from suanwang.model.fault import AuthorityFault, Fault, KernelFault
from suanwang.model.node import Reading
from suanwang.model.order import LOADS_PORT
from suanwang.model.steering import Loads, Steering
from suanwang.model.view import Acknowledged, Report
from suanwang.steer.address import home, number_of, router_of
from suanwang.steer.choices import Choice, chosen
from suanwang.steer.routes import ANCHOR, ANCHOR_PAIR
from suanwang.trust import hello
from suanwang.trust.loads import parted

CHOOSE_S = 0.1
SWEEP_S = 5.0
"""Between two looks for flows whose end nobody saw."""
CHECK_S = 0.05
REPAIR_S, REPAIR_SOON_S = 10.0, 0.2
"""Between two looks at what the kernel really has: as a rule, and after it refused something."""
REPORT_S, REPORT_S_MIN = 1.0, 0.05
STATUS_S = 0.5
ASK_S = 0.5
RETRY_S, RETRY_S_MAX = 0.2, 5.0
_log = logging.getLogger("suanwang.forward")


class BrainSide(Protocol):
    """What a forwarder needs of the wire."""

    async def steering(self, node_id: str) -> Steering: ...
    async def report(self, node_id: str, report: Report) -> Acknowledged: ...


class Counting(Protocol):
    """New flows of users, by service address since it was last asked (drivers.kernel.flows)."""

    def taken(self, devices: Collection[str]) -> Mapping[str, int]: ...


class Choosing(Protocol):
    """Which contact each new flow is given to (drivers.kernel.chooser)."""

    def attach(self, devices: Collection[str]) -> bool: ...
    def put(self, choices: Sequence[Choice], buckets: Mapping[int, NDArray[np.int64]]) -> None: ...
    def under_way(self) -> Mapping[str, int]: ...
    def swept(self) -> None: ...


class Sockets:
    """Where it is spoken to. KernelFault, RuntimeFault: this router cannot be a forwarder."""

    def __init__(self, links: Links) -> None:
        anchor(links)
        self.waker = Waker(links.tun(DEVICE))
        links.up(DEVICE)
        self.hellos, self.loads = DatagramSocket("::", hello.PORT), DatagramSocket("::", LOADS_PORT)

    def close(self) -> None:
        """All of them; the TUN device goes too."""
        for one in (self.waker, self.hellos, self.loads):
            one.close()


class Forwarder:
    """node_id: who it is to the brain. flows: counts those of users. chooser: chooses for each of them in the kernel. key:
    its private key, by which other ingresses believe its rates. secret: for probes. clock: seconds since 1970. folder: what
    it follows is kept there, so that it can begin without the brain, and its status is written there. probe_s: between
    probes of a path in use.
    """

    def __init__(
        self,
        *,
        node_id: str,
        wire: BrainSide,
        kernel: Table,
        links: Links,
        flows: Counting,
        chooser: Choosing,
        key: bytes,
        secret: bytes,
        clock: Callable[[], float],
        folder: Path,
        probe_s: float = ACTIVE_S,
    ) -> None:
        self.node_id, self._wire, self._links, self._clock, self._folder = node_id, wire, links, clock, folder
        self.counters = Counters()
        self._mirror = Mirror(kernel, self.counters, clock)
        self._probing = Probing(secret, clock, self.counters, every_s=probe_s)
        self._selector, self._asked, self._door = Selector(), Asked(), Doorstep(0)
        self._flows, self._say, self._telling = flows, Selectors(key), Telling(node_id)
        self._chooser, self._able, self._chosen_for = chooser, True, frozenset[str]()
        self._rates: Loads | None = None
        self._steering: Steering | None = None
        self._refused: tuple[step.Refused, ...] = ()
        self._kept = folder / "steering.json"
        self._devices: dict[str, Link] = {}
        self._pinger: Pinger | None = None
        self._brain_at = 0.0
        self._news, self._urgent = asyncio.Event(), asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled. KernelFault, RuntimeFault: this router cannot be one."""
        sockets, loop = Sockets(self._links), asyncio.get_running_loop()
        self._mirror.read()
        self._devices = {link.name: link for link in self._links.names()}
        sockets.hellos.hear(hello.GROUP)
        loop.add_reader(sockets.hellos.fileno(), lambda: self.greeted(sockets.hellos.arrived()))
        loop.add_reader(sockets.loads.fileno(), lambda: self.heard(sockets.loads.arrived()))
        loop.add_reader(sockets.waker.fileno(), lambda: self.woken(sockets.waker.asked()))
        self._resumed()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._again(self._follow))
                group.create_task(self._again(self._tell))
                group.create_task(self._again(self._count_flows))
                group.create_task(self._measure())
                group.create_task(self._choose())
                group.create_task(self._check(group))
                group.create_task(self._watch(sockets.hellos))
                group.create_task(self._tend())
        finally:
            for one in (sockets.hellos, sockets.loads, sockets.waker):
                loop.remove_reader(one.fileno())
            sockets.close()
            self._probing.close()
            if self._pinger is not None:
                self._pinger.close()

    # what is told

    async def _follow(self) -> None:
        said = await self._wire.steering(self.node_id)
        body = msgspec.json.encode(said)
        self._count(body)
        self._brain_at = self._clock()
        self.follow(said)
        self._kept.write_bytes(body)

    def follow(self, said: Steering) -> None:
        """Obey a steering. ConflictFault SUAN-R075: it is older than the last, or for another router."""
        steering, refused = step.obeyed(self._steering, said)
        for one in refused:
            if one not in self._refused:
                _log.warning("%s: %s", one.code, one.why)
        if self._steering is None:
            self._door, self._pinger = Doorstep(steering.router), Pinger(home(number_of(steering.router)))
        now = steady()
        self._steering, self._refused = steering, refused
        self._door.follow(steering.members)
        self._probing.follow(steering, now)
        self._selector.follow(steering, now)
        self._chosen(now)
        self._decide()

    def _resumed(self) -> None:
        """Begin with what was followed before, if it is there; the brain says what is new."""
        with contextlib.suppress(OSError, msgspec.MsgspecError, Fault):
            self.follow(msgspec.json.decode(self._kept.read_bytes(), type=Steering))

    def heard(self, datagrams: Sequence[Datagram]) -> None:
        """Loads that nodes tell."""
        for datagram in datagrams:
            self._count(datagram.data)
            try:
                urgent = self._selector.hear(datagram.data, self._clock(), steady())
            except AuthorityFault as fault:
                _log.info("%s: %s", fault.code, fault.why)
            else:
                if urgent:
                    self._urgent.set()
        self.counters.loads_refused = self._selector.refused

    def greeted(self, datagrams: Sequence[Datagram]) -> None:
        """Hellos of nodes on our interfaces."""
        changed = False
        for datagram in datagrams:
            self._count(datagram.data)
            changed |= self._door.hear(datagram.data, datagram.device, self._clock(), steady())
        self.counters.hellos_refused = self._door.refused
        if changed:
            self._decide()

    def woken(self, addresses: Sequence[str]) -> None:
        """Packets came for services without an instance."""
        self.counters.asked += len(addresses)
        if self._steering is not None and self._asked.note(addresses, self._steering.services, steady()):
            self._news.set()

    # what is measured

    async def _measure(self) -> None:
        """Probes go out and are judged; a path that went down is left at once."""
        every_s = self._probing.every_s
        meant = steady()
        while True:
            meant = max(meant + every_s, steady())
            await asyncio.sleep(meant - steady())
            now = steady()
            late_s = now - meant
            self.counters.late_ms_max = max(self.counters.late_ms_max, late_s * 1000)
            if self._probing.beat(now, late_s):
                self._switched(now)

    def _switched(self, began: float) -> None:
        """Routes first; then weights, and the brain."""
        self.counters.mistakes = self._probing.tracks.mistakes
        if self._probing.tracks.switches != self.counters.switches:
            self.counters.switches = self._probing.tracks.switches
            self._decide()
            self.counters.switch_ms = (steady() - began) * 1000
        self._urgent.set()
        self._news.set()

    async def _count_flows(self) -> None:
        """What comes in here for each service; other ingresses are told, and with the next report the brain."""
        await asyncio.sleep(TELL_S)
        steering = self._steering
        if steering is None or not (devices := step.access_devices(steering)):
            return
        before, self._rates = self._rates, None  # if the kernel no longer counts, nothing is told
        rates, now = self._selector.rates, steady()
        rates.count(self._flows.taken(devices), steering.services, now)
        told = self._telling.due(rates.own(), now, self._clock(), steering.lifetime_s)
        self._rates = told or before
        if told is None:
            return
        others = tuple((home(one.locator), LOADS_PORT) for one in steering.ingresses)
        for part in parted(told):
            self._say(part, others)
            self.counters.messages_out += len(others)

    async def _check(self, group: asyncio.TaskGroup) -> None:
        """Timed requests to every instance, through the data path."""
        while True:
            await asyncio.sleep(CHECK_S)
            for seen in self._selector.due(steady()):
                group.create_task(self._ask(seen))

    async def _ask(self, seen: Seen) -> None:
        contact = seen.contact
        way_s = self._probing.tracks.latency_ms().get((router_of(contact.locator), 0), 0.0) / 1000
        took_s = await check(contact.address, contact.port, seen.path, seen.limit_s(way_s))
        self.counters.checks += 1
        if self._selector.checks.came(seen, took_s, steady()):
            self._urgent.set()

    async def _watch(self, hellos: DatagramSocket) -> None:
        """Interfaces that come, go, and lose their carrier; with them the kernel forgets routes by itself."""
        while True:
            with contextlib.suppress(OSError):  # more changed than the socket held
                async for link in self._links.watch():
                    before = self._devices.get(link.name)
                    if before is None or (before.up, before.carrier) != (link.up, link.carrier):
                        hellos.hear(hello.GROUP)
                        self.turned(link)
            await asyncio.sleep(RETRY_S)
            self._devices = {link.name: link for link in self._links.names()}
            self._repair()

    def turned(self, link: Link) -> None:
        """An interface came, went, or turned."""
        self._devices[link.name] = link
        routers = self._steering.network.routers if self._steering is not None else ()
        neighbour = next((router.number for router in routers if router.name == link.name), 0)
        if neighbour and not (link.up and link.carrier):
            now = steady()
            self._probing.tracks.device_down(neighbour, now)
            if self._probing.tracks.choose():
                self._switched(now)
        self._repair()

    # what is decided

    async def _choose(self) -> None:
        """Weights, several times a second, and at once where it is urgent."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHOOSE_S):
                    await self._urgent.wait()
            self._urgent.clear()
            if self._chosen(steady()):
                self._decide()
            else:
                self._give()

    def _chosen(self, now: float) -> bool:
        tracks = self._probing.tracks
        before, self._chosen_for = self._chosen_for, self._attached()
        seen = self._chooser.under_way() if self._chosen_for else None
        changed = self._selector.chosen(now, tracks.latency_ms(), tracks.unreached(), seen)
        self.counters.decisions = self._selector.decisions
        return changed or before != self._chosen_for

    def _attached(self) -> frozenset[str]:
        """Services for each of whose flows the kernel chooses; none where it cannot."""
        steering = self._steering
        if steering is None or not self._able:
            return frozenset()
        try:
            there = self._chooser.attach(step.access_devices(steering))
        except KernelFault as fault:
            _log.warning("%s: %s; %s", fault.code, fault.why, fault.todo)
            self._able, there = False, False
        return chosen(steering.services) if there else frozenset()

    def _decide(self) -> None:
        """Bring the kernel to what follows from all that is known."""
        steering = self._steering
        if steering is None:
            return
        self._mirror.put(step.decide(self._situation(steering)))
        self._give()

    def _give(self) -> None:
        """What each new flow is chosen for by, to the kernel."""
        if self._steering is None or not self._chosen_for:
            return
        given = step.choices(self._situation(self._steering))
        try:
            self._chooser.put(given, self._mirror.buckets({one.group for one in given}))
        except OSError as error:
            self.counters.faults += 1
            _log.warning("SUAN-K006: the kernel does not take what new flows are chosen for by: %s", error.strerror)

    def _situation(self, steering: Steering) -> step.Situation:
        up = frozenset(name for name, link in self._devices.items() if link.up and link.carrier)
        return step.Situation(
            steering=steering,
            weights=self._selector.weights,
            active=self._probing.tracks.active,
            attached=self._door.attached,
            devices=up | {ANCHOR, ANCHOR_PAIR, DEVICE},
            accesses=step.access_devices(steering),
            chosen=self._chosen_for,
            lists=self._selector.lists,
        )

    def _repair(self) -> None:
        """Somebody may have flushed what is ours, or the kernel forgotten it with a device."""
        if self._mirror.read():
            self.counters.repairs += 1
        self._decide()

    # what is tended, and told

    async def _tend(self) -> None:
        """The kernel is looked at now and then; members are asked whether they answer; the status is written."""
        repaired = asked = shown = swept = steady()
        while True:
            await asyncio.sleep(0.1)
            now = steady()
            if now - repaired >= (REPAIR_SOON_S if self._mirror.refused else REPAIR_S):
                repaired = now
                self._repair()
            if now - asked >= ASK_S:
                asked = now
                self._ping(round(now / ASK_S))
            if now - shown >= STATUS_S:
                shown = now
                self._show()
            if self._chosen_for and now - swept >= SWEEP_S:
                swept = now
                with contextlib.suppress(OSError):
                    self._chooser.swept()

    def _ping(self, number: int) -> None:
        if self._pinger is None or not self._door.unproven():
            return
        for address in self._pinger.answered():
            if (locator := self._door.answered(address)) is not None:
                _log.info("%#06x has joined at %s", locator, self._door.attached[locator])
        for address in self._door.unproven():
            self._pinger.ask(address, number)

    async def _tell(self) -> None:
        asked = self._asked.take(steady())
        paths = self._probing.tracks.states(self._steering.router) if self._steering is not None else ()
        report = Report(reading=Reading(node_id=self.node_id, generation=0), loads=self._rates, paths=paths, asked=asked)
        self.counters.messages_out += 1
        self.counters.bytes_out += len(msgspec.msgpack.encode(report))
        self._news.clear()
        await self._wire.report(self.node_id, report)
        await asyncio.sleep(REPORT_S_MIN)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REPORT_S - REPORT_S_MIN):
                await self._news.wait()

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

    def _count(self, message: bytes) -> None:
        self.counters.messages_in += 1
        self.counters.bytes_in += len(message)

    def _show(self) -> None:
        with contextlib.suppress(OSError):
            written(self._folder, self.status())

    def status(self) -> Status:
        """All that is shown of it."""
        steering, tracks = self._steering, self._probing.tracks
        names = {router.number: router.name for router in steering.network.routers} if steering else {}
        refused = [(one.service, one.code, one.why) for one in self._refused]
        return Status(
            node_id=self.node_id,
            router=steering.router if steering else 0,
            number=steering.number if steering else 0,
            form=steering.form if steering else "",
            at=self._clock(),
            brain_heard_at=self._brain_at,
            counters=self.counters,
            active={
                names.get(end, str(end)) + (f"/{color:x}" if color else ""): i for (end, color), i in tracks.active.items()
            },
            paths=[msgspec.to_builtins(path) for path in tracks.states(steering.router)] if steering else [],
            weights={service: dict(weights) for service, weights in self._selector.weights.items()},
            under_way=dict(self._chooser.under_way()) if self._chosen_for else {},
            rates=self._selector.rates.all(steady(), steering.lifetime_s) if steering else {},
            attached={f"{locator:#06x}": device for locator, device in self._door.attached.items()},
            joined=[f"{locator:#06x}" for locator in sorted(self._door.joined)],
            refused=[*refused, *(("", code, why) for code, why in self._door.reasons)],
        )
