"""Watts of a node from how busy it is: modelled from data sheets and published benchmarks, never measured here.

    watts = idle + busy x (peak - idle),    for the processors and for each accelerator

Straight lines are what the benchmarks support: the shares of peak power at 10 to 100 % load that the GreenSKU framework uses
(0.20, 0.28, 0.36, 0.44, 0.53, 0.62, 0.70, 0.79, 0.88, 0.95 of the rated power) lie within 0.015 of one. `watts_stepped` is
the coarser model of power-aware placement (PWR: Lettich et al., "Power- and Fragmentation-aware Online Scheduling for GPU
Datacenters", arXiv 2412.17484): a processor or a device is idle or draws all that it is rated for.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Processor:
    """One socket: real cores, watts when idle, watts rated (TDP)."""

    cores: int
    idle_w: float
    peak_w: float


@dataclass(frozen=True, slots=True)
class Device:
    """One accelerator: watts when idle, watts rated."""

    idle_w: float
    peak_w: float


PROCESSORS: dict[str, Processor] = {
    "xeon-8269cy": Processor(26, 20.0, 205.0),
    "xeon-8163": Processor(24, 20.0, 165.0),
    "xeon-e5-2682v4": Processor(16, 15.0, 120.0),
    "xeon-6326": Processor(16, 20.0, 185.0),
    "xeon-8369b": Processor(32, 20.0, 270.0),
}
"""As the code published with PWR has them (Fr4nz83/PWR-plugin-kubernetes). Rated watts are the makers', idle that work's."""
DEVICES: dict[str, Device] = {
    "t4": Device(10.0, 70.0),
    "a10": Device(30.0, 150.0),
    "p100": Device(25.0, 250.0),
    "v100": Device(30.0, 300.0),
    "a100": Device(50.0, 400.0),
    "h100": Device(60.0, 700.0),
    "unknown": Device(25.0, 250.0),
}
"""The same source, except "h100": rated by its maker (SXM), idle our guess. "unknown" stands for the devices that the openb
traces name only G2 and G3, and is made up, there as here."""
OPENB: dict[str, tuple[str, str]] = {
    "": ("xeon-8269cy", ""),
    "P100": ("xeon-e5-2682v4", "p100"),
    "T4": ("xeon-8163", "t4"),
    "V100M16": ("xeon-6326", "v100"),
    "V100M32": ("xeon-6326", "v100"),
    "A10": ("xeon-8369b", "a10"),
    "G2": ("xeon-8369b", "unknown"),
    "G3": ("xeon-8369b", "unknown"),
}
"""Model in the node list of the openb traces -> (processor, device). A10, G2 and G3 stand on a processor that is our guess."""
SERVER_PEAK_W_PER_CORE, SERVER_IDLE_SHARE = 4.25, 0.226
"""A whole server: medians of the 19 results of SPECpower_ssj2008 of 2021 (spec.org, as listed by Cloud Carbon Footprint in
2023): watts at full load by core, and active idle as a share of that."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of node. vcpus: threads that it lends out, two a core."""

    processor: Processor
    vcpus: int
    device: Device | None = None
    devices: int = 0

    @property
    def sockets(self) -> int:
        return max(1, math.ceil(self.vcpus / 2 / self.processor.cores))


def openb(model: str, vcpus: int, devices: int) -> Kind:
    """A node of the openb traces, by its row: model ("" without accelerators), cores in its sense, accelerators."""
    processor, device = OPENB[model]
    return Kind(PROCESSORS[processor], vcpus, DEVICES[device] if device else None, devices if device else 0)


def watts(kind: Kind, cpu_share: float, shares: Sequence[float] = ()) -> float:
    """Modelled watts. cpu_share: of all the node's threads, 0-1. shares: of each device in use, 0-1; the others are idle."""
    cpu = kind.sockets * _line(kind.processor.idle_w, kind.processor.peak_w, cpu_share)
    if kind.device is None:
        return cpu
    idle = kind.devices - len(shares)
    return cpu + idle * kind.device.idle_w + sum(_line(kind.device.idle_w, kind.device.peak_w, share) for share in shares)


def watts_stepped(kind: Kind, cpu_share: float, shares: Sequence[float] = ()) -> float:
    """PWR's watts: sockets fill one after the other, cores whole; what is touched draws its rated power."""
    cores = math.ceil(kind.vcpus / 2)
    working = cores - math.floor((1 - cpu_share) * kind.vcpus / 2 + 1e-9)
    active = math.ceil(working / kind.processor.cores)
    cpu = active * kind.processor.peak_w + (kind.sockets - active) * kind.processor.idle_w
    if kind.device is None:
        return cpu
    touched = sum(share > 0 for share in shares)
    return cpu + touched * kind.device.peak_w + (kind.devices - touched) * kind.device.idle_w


def server_watts(cores: int, busy: float, peak_w_per_core: float = SERVER_PEAK_W_PER_CORE) -> float:
    """Modelled watts at the plug of a whole server without accelerators. busy: 0-1."""
    peak = cores * peak_w_per_core
    return _line(SERVER_IDLE_SHARE * peak, peak, busy)


def _line(idle: float, peak: float, share: float) -> float:
    return idle + (peak - idle) * min(1.0, max(0.0, share))
