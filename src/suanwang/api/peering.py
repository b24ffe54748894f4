"""How an agent finds its brain and stays known to it: who must answer, patience while nobody does, a certificate renewed in
time."""

import asyncio
import logging
import math
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from suanwang.api.options import JoinOptions
from suanwang.api.process import START_S
from suanwang.api.provision import Provision
from suanwang.api.talk import Talk
from suanwang.drivers.clock import now
from suanwang.drivers.meet import meet
from suanwang.drivers.tls import NOBODY, Peer
from suanwang.drivers.wire import Wire
from suanwang.model.fault import Fault, LogFault, UsageFault, WireFault
from suanwang.model.quantity import show_duration

T = TypeVar("T")
LOOK_S = 60.0
AGAIN_S, AGAIN_S_MAX = 0.2, 5.0
"""A brain that is not there is asked again after so long, longer each time."""
SAID_S = 30.0
"""Whoever is new, and looks on, is told again after so long that it is still not there."""
STAYS = ("SUAN-W030", "SUAN-W031", "SUAN-W032", "SUAN-W033")
"""What does not pass by itself: there is somebody else, or a clock is wrong."""


def peer_of(url: str, token: str, known: Provision | None) -> Peer:
    """Who must answer: whom the token names, or whom this folder knows."""
    if token or known is None:
        return meet(url, token)
    return Peer(known.ca, known.brain_id) if known.ca else NOBODY


async def keep_known(wire: Wire, node_id: str, renew_at: float) -> None:
    """Renew the node's certificate in time, and after the clock went back, behind its making as far as we know. By the clock on
    the wall, which goes on while a machine sleeps."""
    made = now()
    while True:
        await asyncio.sleep(max(1.0, min(LOOK_S, renew_at - now())))
        if not made <= now() < renew_at:
            try:
                made, renew_at = now(), await wire.renew(node_id)
            except Fault as fault:
                logging.warning("the certificate was not renewed: %s", fault)


class Patience:
    """Waits for a brain that is not there: a while for one that is just starting, for ever if this node has joined before.

    tell: is told the fault that it waits out and for how many seconds yet; each once, and to whoever is new now and then again.
    """

    def __init__(self, joined_before: bool, tell: Callable[[Fault, float], None]) -> None:
        self._joined_before, self._tell, self._told, self._told_at = joined_before, tell, "", 0.0

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """What comes of the call in the end. Its fault, if waiting would not help."""
        deadline, pause = math.inf if self._joined_before else time.monotonic() + START_S, AGAIN_S
        while True:
            try:
                return await call()
            except Fault as fault:
                left_s = deadline - time.monotonic()
                if not self._passes(fault) or left_s < 0:
                    raise
                self._say(fault, left_s)
            await asyncio.sleep(pause)
            pause = min(AGAIN_S_MAX, 2 * pause)

    def _say(self, fault: Fault, left_s: float) -> None:
        long_ago = not self._joined_before and time.monotonic() > self._told_at + SAID_S
        if str(fault) != self._told or long_ago:
            self._tell(fault, left_s)
            self._told, self._told_at = str(fault), time.monotonic()

    def _passes(self, fault: Fault) -> bool:
        """Whoever is new is told at once what may be his own mistake, and that the brain's disk is full."""
        if self._joined_before:
            return isinstance(fault, WireFault | LogFault) and fault.code not in STAYS
        return isinstance(fault, WireFault) and not fault.code.startswith("SUAN-W03")


def patient(joined_before: bool, talk: Talk) -> Patience:
    """The same, telling whoever reads what this process says."""

    def tell(fault: Fault, left_s: float) -> None:
        if left_s == math.inf:
            talk.fault("join.again", fault)
        else:
            talk.fault("join.again_for", fault, left=show_duration(math.ceil(left_s)))

    return Patience(joined_before, tell)


async def until_stopped(*work: Coroutine[Any, Any, None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = [asyncio.create_task(one) for one in (*work, stop.wait())]
    ended, rest = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in ended:
        task.result()


def where(options: JoinOptions, known: Provision | None) -> str:
    """The brain's URL."""
    if options.url or known is not None:
        return options.url or (known.url if known else "")
    raise UsageFault("SUAN-U071", "to join, a brain's URL and a join token are needed", "suan join URL --token TOKEN")
