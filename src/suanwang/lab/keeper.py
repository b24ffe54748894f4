"""The lab's keeper: plays the interior routing protocol, and changes links when it is told to.

The protocol is a MODEL: this one process sees which links are up, and `converge_ms` after a change installs in every router
the routes of least latency, as routers that run OSPF or IS-IS would come to by themselves. The routes are real, and in the
real kernel. If the keeper dies, they stay as they are.

Commands come as JSON over a unix socket, one a connection: {"do": "cut", "link": "t1-e1"}; the answer is a JSON object.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.lab.build import stretched, stretcher
from suanwang.lab.place import plan_in
from suanwang.lab.plan import Cable, Plan
from suanwang.lab.relay import Traffic
from suanwang.model.fault import Fault, UsageFault
from suanwang.model.network import Link, Network
from suanwang.steer.change import diff
from suanwang.steer.interior import ends, in_order
from suanwang.steer.routes import interior

PROTOCOL = 84
"""What the modelled routing protocol's routes are marked with in the kernel."""
SOCKET = "keeper.sock"
LINE_MAX = 4096


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """do: "cut" (in silence), "mend", "set", "show". link: the names of its two boxes with a dash between. Figures: those
    given are changed."""

    do: str
    link: str = ""
    latency_ms: float | None = None
    jitter_ms: float | None = None
    loss: float | None = None
    rate_mbit: float | None = None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One link as it is now. traffic: None for one without a length."""

    link: str
    up: bool
    cable: Cable
    traffic: Traffic | None = None


class Keeper:
    """folder: of the lab."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._plan, self._lengths = plan, stretcher(folder, plan)
        self._cables = {f"{c.a}-{c.b}": c for c in plan.cables}
        self._numbers = {f"{c.a}-{c.b}": at for at, c in enumerate(stretched(plan))}
        self._down = set[str]()
        routers = {r.number: r.name for r in plan.network.routers}
        self._names = routers
        self._kernels = {n: Kernel(plan.space(name), PROTOCOL) for n, name in routers.items()}
        self._pending: asyncio.TimerHandle | None = None
        self._converge()

    async def serve(self, place: Path) -> None:
        """Until cancelled."""
        with contextlib.suppress(FileNotFoundError):
            place.unlink()
        server = await asyncio.start_unix_server(self._answer, str(place), limit=LINE_MAX)
        os.chmod(place, 0o600)
        print("ready", flush=True)
        async with server:
            await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer: object = self._obey(msgspec.json.decode(await reader.readline(), type=Told))
        except Fault as fault:
            answer = {"code": fault.code, "why": fault.why, "todo": fault.todo}
        except (msgspec.MsgspecError, ValueError) as error:
            answer = {"code": "SUAN-U002", "why": f"the keeper does not understand: {error}"[:300], "todo": "suan lab --help"}
        writer.write(msgspec.json.encode(answer))
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    def _obey(self, told: Told) -> object:
        if told.do == "show":
            return [self._shown(name) for name in self._cables]
        name = self._named(told.link)
        if told.do in ("cut", "mend"):
            self._turn(name, told.do == "mend")
        elif told.do == "set":
            self._set(name, told)
        else:
            raise UsageFault("SUAN-U096", f"the keeper cannot {told.do[:20]!r}", "suan lab --help")
        return [self._shown(name)]

    def _named(self, link: str) -> str:
        """In either order. UsageFault SUAN-U096: there is no such link."""
        if link in self._cables:
            return link
        found = next((n for n, c in self._cables.items() if f"{c.b}-{c.a}" == link), "")
        if not found:
            raise UsageFault("SUAN-U096", f"the lab has no link {link[:50]!r}", f"it has {', '.join(self._cables)}")
        return found

    def _turn(self, name: str, up: bool) -> None:
        if name in self._numbers:
            self._lengths.up(self._numbers[name], up)
        else:
            self._pair(self._cables[name], up)
        (self._down.discard if up else self._down.add)(name)
        self._soon()

    def _pair(self, cable: Cable, up: bool) -> None:
        """Two interfaces with nothing between them go up or down."""
        for box, other in ((cable.a, cable.b), (cable.b, cable.a)):
            links = Links(self._plan.space(box))
            try:
                (links.up if up else links.down)(other)
            finally:
                links.close()

    def _set(self, name: str, told: Told) -> None:
        """UsageFault SUAN-U096: a link without length has no figures to change."""
        if name not in self._numbers:
            raise UsageFault(
                "SUAN-U096", f"the link {name} has no length, so nothing holds its frames", "give it a delay in the file"
            )
        given = {k: getattr(told, k) for k in ("latency_ms", "jitter_ms", "loss", "rate_mbit") if getattr(told, k) is not None}
        self._cables[name] = msgspec.structs.replace(self._cables[name], **given)
        self._lengths.set(self._numbers[name], self._cables[name])
        self._soon()

    def _shown(self, name: str) -> Shown:
        traffic = self._lengths.traffic(self._numbers[name]) if name in self._numbers else None
        return Shown(link=name, up=name not in self._down, cable=self._cables[name], traffic=traffic)

    # the routing protocol

    def _soon(self) -> None:
        if self._pending is None:
            self._pending = asyncio.get_running_loop().call_later(self._plan.converge_ms / 1000, self._converge)

    def _converge(self) -> None:
        self._pending = None
        now = self.network()
        for number, kernel in self._kernels.items():
            kernel.apply(diff(interior(now, number), kernel.read()))

    def network(self) -> Network:
        """As its links are now."""
        network = self._plan.network
        numbers = {name: n for n, name in self._names.items()}
        cables = {in_order((numbers[c.a], numbers[c.b])): (n, c) for n, c in self._cables.items() if c.core}
        return msgspec.structs.replace(network, links=tuple(self._now(link, cables) for link in network.links))

    def _now(self, link: Link, cables: Mapping[tuple[int, int], tuple[str, Cable]]) -> Link:
        name, cable = cables[ends(link)]
        return msgspec.structs.replace(link, up=name not in self._down, latency_ms=cable.latency_ms)


def main(name: str) -> None:
    """Keep this lab until told to stop."""
    folder, plan = plan_in(name)
    keeper = Keeper(folder, plan)

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None, "it runs in one"
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        await keeper.serve(folder / SOCKET)

    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(run())


if __name__ == "__main__":
    main(sys.argv[1])
