"""Serving: the instances of services on this node, where they stand, and what is told of them to the brain and to selectors."""

import asyncio
import contextlib
import functools
import logging
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from suanwang.agent.serve.hosted import Hosted
from suanwang.agent.serve.instance import Check, Instance
from suanwang.agent.serve.measure import LOOKS, WINDOW_S, Gauge, Numbered
from suanwang.agent.serve.stand import Ground
from suanwang.drivers.runtime import RunSpec, Runtime
from suanwang.model.fault import Fault, RuntimeFault
from suanwang.model.order import Attachment, Order
from suanwang.model.steering import Contact, Loads

LIFETIME_S = 3.0
"""What is told is believed for, where no attachment says."""
_log = logging.getLogger("suanwang.agent")


class Measured(Runtime, Protocol):
    """A runtime that says what a running task uses."""

    def cpu_s(self, folder: str) -> float: ...


class Due(Protocol):
    """Whether `now` is to be told, after `before`; see steer.loads."""

    def __call__(self, before: Loads | None, now: Loads) -> bool: ...


class Serving:
    """runtime: runs commands. plain: where instances stand while the node is in no SRv6 domain; attach(locator) makes where
    they stand in one. file: the attachment is kept there over a restart. send: tells selectors, signed. clock: seconds since
    1970. speed: of the node, any unit. news: set while there is something that the brain should hear soon.
    """

    def __init__(
        self,
        *,
        node_id: str,
        runtime: Measured,
        plain: Ground,
        attach: Callable[[int], Ground],
        file: Path,
        check: Check,
        due: Due,
        send: Callable[[Loads, tuple[tuple[str, int], ...]], None],
        clock: Callable[[], float],
        speed: float = 1.0,
    ) -> None:
        self.news = asyncio.Event()
        self._node_id, self._runtime, self._check, self._speed = node_id, runtime, check, speed
        self._plain, self._attach, self._file, self._due, self._send = plain, attach, file, due, send
        self._instances: dict[str, Instance] = {}
        self._grounds: dict[str, Ground] = {}
        self._attachment = _kept(file)
        self._known = asyncio.Event()
        if self._attachment is not None:
            self._known.set()
        self._ground: Ground | None = None
        self._locator = 0
        self._gauge, self._numbered = Gauge(), Numbered(node_id, clock)
        self._told: Loads | None = None
        self._looks = 0
        self._hasty = False

    # what the agent's loop asks

    def follow(self, attachment: Attachment | None) -> None:
        """The node's place in the network, as the brain says it is now."""
        if attachment != self._attachment:
            self._attachment = attachment
            self._file.unlink(missing_ok=True)
            if attachment is not None:
                self._file.write_bytes(msgspec.json.encode(attachment))
        self._known.set()

    def runtimes(self, order: Order) -> Mapping[str, Runtime]:
        """What an order that is an instance of a service is to be run by."""
        return {"process": Hosted(self._runtime, functools.partial(self._stood, order))}

    def contacts(self) -> tuple[Contact, ...]:
        """The instances that can be reached."""
        return tuple(self._contact(one) for one in self._instances.values() if one.well is not None)

    def loads(self) -> Loads | None:
        """What was told last, None if nothing."""
        return self._told if self._told is not None and self._told.loads else None

    async def step(self) -> None:
        """One look at everything; takes a part of a window."""
        await asyncio.sleep(WINDOW_S / LOOKS if self._instances else WINDOW_S)
        now = asyncio.get_running_loop().time()
        if self._known.is_set():
            self._settled().alive(now)
        self._look()
        self._looks += 1
        jumped = self._told is not None and self._gauge.jumped(self._told.loads)
        if self._hasty or jumped or self._looks >= LOOKS or not self._instances:
            self._looks, self._hasty = 0, False
            self._tell(now)

    def close(self) -> None:
        """Leave nothing behind on the node."""
        if self._ground is not None:
            self._ground.close()

    # where instances stand

    async def _stood(self, order: Order, spec: RunSpec) -> contextlib.AbstractContextManager[Instance]:
        await self._known.wait()
        return self._standing(order, spec)

    @contextlib.contextmanager
    def _standing(self, order: Order, spec: RunSpec) -> Generator[Instance]:
        assert order.serve is not None
        ground = self._settled()
        try:
            stand = ground.take(order.serve)
        except OSError as error:
            raise RuntimeFault(
                "SUAN-R014", f"the node has no place for an instance: {error.strerror}", "suan doctor"
            ) from error
        cores = order.needs.cpu_milli / 1000
        one = Instance(order.id, order.serve, stand, check=self._check, tell=self._turned, speed=self._speed * cores)
        one.cpu_s = functools.partial(self._runtime.cpu_s, spec.folder)
        self._instances[order.id], self._grounds[order.id] = one, ground
        try:
            yield one
        finally:
            del self._instances[order.id], self._grounds[order.id]
            ground.give_back(stand)
            if one.well is not None:
                self._gauge.gone(one.id, asyncio.get_running_loop().time() + self._lifetime_s)
            self._turned()

    def _settled(self) -> Ground:
        """The ground for new instances. Those on another are given up."""
        locator = self._attachment.locator if self._attachment is not None else 0
        if self._ground is None or locator != self._locator:
            self._leave()
            self._ground, self._locator = self._made(locator), locator
        return self._ground

    def _made(self, locator: int) -> Ground:
        if not locator:
            return self._plain
        try:
            return self._attach(locator)
        except (Fault, OSError) as error:
            _log.warning("services stand on the node's own addresses: %s", error)
            return self._plain

    def _leave(self) -> None:
        if self._ground is None or self._ground is self._plain:
            return
        for one in self._instances.values():
            one.give_up("the node's place in the network has changed")
        self._ground.close()

    # what is told

    @property
    def _lifetime_s(self) -> float:
        return self._attachment.lifetime_s if self._attachment is not None else LIFETIME_S

    def _contact(self, one: Instance) -> Contact:
        stand = one.stand
        return Contact(
            id=one.id,
            node_id=self._node_id,
            address=stand.address,
            port=stand.port,
            locator=stand.locator,
            function=stand.function,
            speed=one.speed,
            draining=one.draining,
        )

    def _turned(self) -> None:
        """An instance has come, gone, or turned well or ill."""
        self._hasty = True
        self.news.set()

    def _look(self) -> None:
        for ground in dict.fromkeys(self._grounds.values()):
            here = [one for one in self._instances.values() if self._grounds[one.id] is ground]
            with contextlib.suppress(OSError, Fault):
                self._gauge.look(here, ground.in_flight(tuple(one.stand for one in here)))

    def _tell(self, now: float) -> None:
        loads = self._gauge.loads(self._instances.values(), now)
        before = self._told.loads if self._told is not None else ()
        if not loads and not before:
            return
        told = self._numbered(loads, self._lifetime_s)
        if {x.contact: x.healthy for x in loads} == {x.contact: x.healthy for x in before} and not self._due(self._told, told):
            return
        self._told = told
        self.news.set()
        if self._attachment is not None and self._attachment.selectors:
            self._send(told, self._attachment.selectors)


class Unserved:
    """In place of Serving where a node serves nothing: orders for instances are given back."""

    def __init__(self) -> None:
        self.news = asyncio.Event()

    def follow(self, attachment: Attachment | None) -> None: ...

    def runtimes(self, order: Order) -> Mapping[str, Runtime]:
        return {}

    def contacts(self) -> tuple[Contact, ...]:
        return ()

    def loads(self) -> Loads | None:
        return None

    async def step(self) -> None:
        await asyncio.Event().wait()

    def close(self) -> None: ...


def _kept(file: Path) -> Attachment | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Attachment)
    except (OSError, msgspec.MsgspecError):
        return None
