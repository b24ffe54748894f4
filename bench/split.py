"""A model split over device, edge and cloud, predicted and measured: `python bench/split.py`, table, bench/results/split.json.

    device --rate, 10 ms--> edge --300 Mb/s, 20 ms--> cloud      the lab's relay (as root): real sockets in real namespaces

Each tier is a process that keeps its piece loaded, on one thread. The slowness of a tier is imitated: it runs its piece 8 times
(device), twice (edge) or once (cloud) for each result. Connections stay open, as those of a service do. Predicted: from layers
timed here beforehand, a rate for payload of 1428 of 1514 bytes, and nothing for packing, waking and acknowledging. Every
answer is held against the whole model's, bit for bit. Without root nothing is measured, and the table says so.

one cut: the best single cut in the order of the layers, between the device and one other tier, which is what Neurosurgeon
(ASPLOS '17) chooses for a chain of layers; it sees no branches and no third tier, but it also learns the layers' times by regression and
watches the load of the server, which ours leaves out.
"""

import contextlib
import importlib.util
import os
import socket
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import onnx
import report

from suanwang.api.process import cache_folder
from suanwang.drivers.kernel.namespace import inside
from suanwang.drivers.onnx.arrays import Arrays, difference
from suanwang.drivers.onnx.measure import Measured, improved, measured, session_of
from suanwang.drivers.onnx.model import Model, model_of
from suanwang.drivers.onnx.pieces import Piece, pieces
from suanwang.lab import build
from suanwang.lab.plan import Box, Cable, Plan
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.network import Network
from suanwang.model.split import Figures, Layers, Tier, Way
from suanwang.place.cut import Case, split

TIERS, TIMES = ("device", "edge", "cloud"), (8, 2, 1)
RATES = (2.0, 8.0, 30.0, 100.0)
BACKBONE, TRIPS_MS, PAYLOAD = 300.0, (10.0, 20.0), 1428 / 1514
PORT, WARM_UP, RUNS = 7000, 3, 9
MODELS = {
    "cnn": {"size": 224, "wide": 64, "blocks": 3},
    "mlp": {"widths": (4096, 1024, 256, 10)},
    "transformer": {"tokens": 128, "wide": 256, "heads": 8},
}
LARGE = (100, 300, 1000)
"""Layers of the random graphs that the planning is timed on."""


# a tier: takes tensors, runs its piece, hands on what later tiers need, and gives back what the model gives


class Told(msgspec.Struct, frozen=True):
    """model: b"" for a tier without layers. onward: tensors that the next tier is given; back: those given back."""

    model: bytes
    times: int
    onward: tuple[str, ...]
    back: tuple[str, ...]


def serve(own: str, further: str) -> None:
    """One tier that is not the first. own, further: addresses of this one, and of the next ("" if there is none)."""
    with socket.create_server((own, PORT), family=socket.AF_INET6) as door:
        beyond = reach(further) if further else None
        near, _ = door.accept()
        plain(near)
        while (first := taken(near)) is not None:
            told = msgspec.msgpack.decode(first, type=Told)
            handed(near, b"")
            follow(near, beyond, told)


def follow(near: socket.socket, beyond: socket.socket | None, told: Told) -> None:
    """Inferences until an empty message."""
    session = session_of(told.model) if told.model else None
    while content := taken(near):
        there = arrays(content)
        handed(near, message(answer(session, told, there, beyond)))
    handed(near, b"")


def answer(session: Any, told: Told, there: Arrays, beyond: socket.socket | None) -> Arrays:
    """The model's outputs that are made here or further on."""
    if session is not None:
        names = [out.name for out in session.get_outputs()]
        for _ in range(told.times):
            made = session.run(names, {i.name: there[i.name] for i in session.get_inputs()})
        there |= dict(zip(names, made, strict=True))
    found = {name: there[name] for name in told.back}
    if beyond is not None and told.onward:
        handed(beyond, message({name: there[name] for name in told.onward}))
        found |= arrays(taken(beyond) or b"")
    return found


def message(values: Arrays) -> bytes:
    return msgspec.msgpack.encode({name: (v.dtype.str, v.shape, v.tobytes()) for name, v in values.items()})


def arrays(content: bytes) -> Arrays:
    read = msgspec.msgpack.decode(content, type=dict[str, tuple[str, tuple[int, ...], bytes]])
    return {name: np.frombuffer(data, kind).reshape(shape) for name, (kind, shape, data) in read.items()}


def reach(address: str) -> socket.socket:
    for _ in range(100):
        with contextlib.suppress(OSError):
            return plain(socket.create_connection((address, PORT), timeout=60))
        time.sleep(0.05)
    raise TimeoutError(address)


def plain(one: socket.socket) -> socket.socket:
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return one


def handed(to: socket.socket, content: bytes) -> None:
    to.sendall(struct.pack("<Q", len(content)) + content)


def taken(of: socket.socket) -> bytes | None:
    """The next message; None if the other end is gone."""
    head = exactly(of, 8)
    return None if head is None else exactly(of, struct.unpack("<Q", head)[0])


def exactly(of: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = of.recv(min(1 << 20, size - len(parts)))
        if not part:
            return None
        parts += part
    return bytes(parts)


# the line of tiers, as a lab


def address(way: int, end: int) -> str:
    return f"fd5a:0:0:{way + 1}::{end}"


def plan() -> Plan:
    boxes = tuple(
        Box(name=name, kind="users", addresses=tuple((TIERS[at + d], f"{address(at + min(d, 0), 1 + (d < 0))}/64") for d in near))
        for at, (name, near) in enumerate(zip(TIERS, ((1,), (-1, 1), (-1,)), strict=True))
    )
    return Plan(name="bench-split", network=Network(), boxes=boxes, cables=cables(RATES[0]))


def cables(mbit: float) -> tuple[Cable, ...]:
    figures = zip((mbit, BACKBONE), TRIPS_MS, strict=True)
    return tuple(
        Cable(a=TIERS[at], b=TIERS[at + 1], latency_ms=trip / 2, rate_mbit=rate) for at, (rate, trip) in enumerate(figures)
    )


class Line:
    """The built lab, its two servers, and the way to ask them."""

    def __init__(self, made: Plan, folder: Path) -> None:
        self._stretcher = build.stretcher(folder, made)
        self._servers = [self._start(made, at) for at in (2, 1)]
        with inside(made.space(TIERS[0])):
            self._edge = reach(address(0, 2))

    def _start(self, made: Plan, at: int) -> "subprocess.Popen[bytes]":
        further = address(at, 2) if at + 1 < len(TIERS) else ""
        with inside(made.space(TIERS[at])):
            Path("/proc/sys/net/ipv4/tcp_slow_start_after_idle").write_text("0")
            return subprocess.Popen([sys.executable, __file__, "--serve", address(at - 1, 2), further])

    def rate(self, mbit: float) -> None:
        for number, cable in enumerate(cables(mbit)):
            self._stretcher.set(number, cable)

    def close(self) -> None:
        self._edge.close()
        for server in self._servers:
            server.kill()
            server.wait()


@contextlib.contextmanager
def line() -> Generator[Line | None]:
    if os.geteuid():
        yield None
        return
    made = plan()
    folder = build.up(made, cache_folder())
    try:
        line = Line(made, folder)
        try:
            yield line
        finally:
            line.close()
    finally:
        build.down(made.name)
