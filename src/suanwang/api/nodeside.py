"""This machine as a node: what it has, how fast it measured, what the provider asks for it, and the hands to work with."""

import asyncio
import contextlib
import fcntl
import platform
import socket
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from suanwang import __version__
from suanwang.api.lending import Lent, lent_of
from suanwang.api.options import PRICE_MICRO_PER_TFUEL, JoinOptions, NodeOptions
from suanwang.api.process import cache_folder
from suanwang.api.talk import Talk
from suanwang.drivers.accelerators import discover
from suanwang.drivers.cap import CapEach
from suanwang.drivers.clock import now, utc_offset_s
from suanwang.drivers.meter.machine import MachineKey, machine_key
from suanwang.drivers.meter.measure import measure
from suanwang.drivers.meter.report import MeterReport, load
from suanwang.drivers.onnx.runtime import OnnxRuntime, packages
from suanwang.drivers.process.runtime import ProcessRuntime
from suanwang.drivers.runtime import Runtime
from suanwang.drivers.wasm.runtime import WasmRuntime
from suanwang.model.node import Capacity, Node, Offer, Speed
from suanwang.model.where import Site
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.world.gazetteer import find
from suanwang.world.grid import carbon_g_kwh
from suanwang.world.score import levels

CITY = "shenzhen"
ACCESS_MS = {"cloud": 0.5, "edge": 1.0, "far-edge": 2.0, "device": 8.0}
"""Assumed round trips from a site's gateway to a node, milliseconds; a provider who has measured states its own."""
PUE = {"cloud": 1.25, "edge": 1.5, "far-edge": 1.6, "device": 1.0}
"""Assumed: the ceiling for hub clusters of East Data, West Computing; small rooms need more; a home counts the device only."""


class Ready(msgspec.Struct, kw_only=True):
    """A node and its hands."""

    node: Node
    runtimes: Mapping[str, Runtime]
    wasm: WasmRuntime
    process: ProcessRuntime
    cap: CapEach


async def provide(options: JoinOptions, folder: Path, key: bytes, talk: Talk) -> Ready:
    """Measure this machine under its cap and make its runtimes."""
    wanted, machine = options.node, machine_key()
    lent = lent_of(wanted, machine.cores, machine.memory_bytes)  # before anything is measured
    cap = CapEach(wanted.cap)
    building = partial(talk.waiting, "wait.python")
    wasm = WasmRuntime(cache_folder(), max(1, -(-lent.cpu_milli // 1000)), wanted.cap, cap.hold, building)
    with talk.waiting("wait.measured"):
        report = await measured(wasm, machine, folder, wanted.cap)
    process = ProcessRuntime(report.speed.fuel_per_cpu_s, folder / "node" / "scratch")
    runtimes: dict[str, Runtime] = {"wasm": wasm, "python": wasm, "process": process}
    if packages() is not None:
        runtimes["onnx"] = OnnxRuntime(process)
    sandbox = await asyncio.to_thread(process.sandbox)
    node = node_of(wanted, key, machine, report, lent, sandbox, tuple(runtimes))
    return Ready(node=node, runtimes=runtimes, wasm=wasm, process=process, cap=cap)


async def measured(wasm: WasmRuntime, machine: MachineKey, folder: Path, cap: float) -> MeterReport:
    """The node's speed, measured now under its cap; the other readings from the last `suan meter` of this machine, if any."""
    async with _one_at_a_time(cache_folder() / "meter.lock"):
        quick = await measure("quick", taken_at=now(), key=machine, fuel=wasm, folder=folder, cap=cap)
    kept = load(cache_folder() / "meter.json", machine)
    if kept is None:
        return quick
    fresh = {m.type for m in quick.metrics}
    return msgspec.structs.replace(quick, metrics=(*quick.metrics, *(m for m in kept.metrics if m.type not in fresh)))


@contextlib.asynccontextmanager
async def _one_at_a_time(path: Path) -> AsyncGenerator[None]:
    """Nodes of one machine measure in turn, or each would measure the others."""
    with path.open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        yield


def node_of(
    wanted: NodeOptions,
    key: bytes,
    machine: MachineKey,
    report: MeterReport,
    lent: Lent,
    sandbox: str,
    runtimes: tuple[str, ...],
) -> Node:
    """The node's particulars: the provider's word where it was given, measurements and stated assumptions elsewhere."""
    public = public_of(key)
    return Node(
        id=id_of("node", public),
        name=wanted.name or socket.gethostname(),
        public_key=public.hex(),
        site=site_of(wanted),
        capacity=Capacity(cpu_milli=lent.cpu_milli, memory_bytes=lent.memory_bytes, accelerators=discover()),
        arch=platform.machine(),
        runtimes=runtimes,
        sandbox=sandbox,
        speed=Speed(fuel_per_cpu_s=report.speed.fuel_per_cpu_s, fuel_per_s=report.speed.fuel_per_s, spread=report.speed.spread),
        offer=offer_of(wanted),
        embodied_g=wanted.embodied_g,
        wake_s=wanted.wake_s,
        cap=wanted.cap,
        metrics=(*report.metrics, *levels(report.metrics)),
        version=__version__,
    )


def offer_of(wanted: NodeOptions) -> Offer:
    """What the provider asks, by the hour of the day (UTC) if it says so."""
    offer = wanted.offer or Offer(price_micro_per_tfuel=PRICE_MICRO_PER_TFUEL)
    if not wanted.price_at:
        return offer
    table, ahead_h = [offer.price_micro_per_tfuel] * 24, round(utc_offset_s() / 3600)
    for first, after, price in wanted.price_at:
        for hour in range(first, after if after > first else after + 24):
            table[(hour - ahead_h) % 24] = price
    return msgspec.structs.replace(offer, price_micro_by_hour=tuple(table))


def forwarder_of(wanted: NodeOptions, key: bytes) -> Node:
    """The particulars of the agent on a router: it has a name and a key, and offers nothing."""
    public = public_of(key)
    return Node(
        id=id_of("node", public),
        name=wanted.name or f"{socket.gethostname()}-forwarder",
        public_key=public.hex(),
        site=site_of(wanted),
        capacity=Capacity(cpu_milli=0, memory_bytes=0),
        arch=platform.machine(),
        runtimes=(),
        speed=Speed(fuel_per_cpu_s=0.0, fuel_per_s=0.0),
        offer=wanted.offer or Offer(price_micro_per_tfuel=0),
        version=__version__,
        role="forwarder",
    )


def site_of(wanted: NodeOptions) -> Site:
    """Where the node stands."""
    place, tier = find(wanted.city or CITY), wanted.tier or "cloud"
    return Site(
        name=f"{place.name or wanted.city}-{tier}",
        place=place,
        tier=tier,
        access_ms=ACCESS_MS[tier] if wanted.access_ms is None else wanted.access_ms,
        carbon_g_kwh=carbon_g_kwh(place.region) if wanted.carbon_g_kwh is None else wanted.carbon_g_kwh,
        pue=PUE[tier] if wanted.pue is None else wanted.pue,
        cooling=wanted.cooling,
    )


async def close(ready: Ready) -> None:
    """Stop all work and let go of what is held."""
    for runtime in dict.fromkeys(ready.runtimes.values()):
        await runtime.close()
    ready.cap.close()
