"""A model split over device, edge and cloud, predicted and measured: `python bench/split.py`, table, bench/results/split.json.

    device --rate, 5 ms--> edge --300 Mb/s, 10 ms--> cloud      the lab's relay (as root): real sockets in real namespaces

Each tier is a process that keeps its piece loaded, on one thread. The slowness of a tier is imitated: it runs its piece 16
times (device), 4 times (edge) or once (cloud) for each result. Connections stay open, as those of a service do. Predicted:
from layers timed here beforehand, a rate for payload of 1428 of 1514 bytes, and nothing for packing, waking and
acknowledging. Every answer is held against the whole model's, bit for bit. Without root nothing is measured, and the table
says so.

one cut: the best single cut in the order of the layers, between the device and one other tier, which is what Neurosurgeon
(ASPLOS '17) chooses for a chain of layers; it sees no branches and no third tier, but it also learns the layers' times by
regression and watches the load of the server, which ours leaves out.
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
from suanwang.drivers.onnx.pieces import pieces
from suanwang.lab import build
from suanwang.lab.plan import Box, Cable, Plan
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.network import Network
from suanwang.model.split import Figures, Layers, Tier, Way
from suanwang.place.cut import Case, split

TIERS, TIMES = ("device", "edge", "cloud"), (16, 4, 1)
RATES = (5.0, 20.0, 80.0)
BACKBONE, TRIPS_MS, PAYLOAD = 300.0, (5.0, 10.0), 1428 / 1514
PORT, WARM_UP, RUNS = 7000, 2, 7
MODELS = {
    "cnn": {"size": 224, "wide": 64, "blocks": 3},
    "pair": {"size": 160, "wide": 64, "blocks": 2},
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
            own, *others = msgspec.msgpack.decode(first, type=list[Told])
            if beyond is not None:
                handed(beyond, msgspec.msgpack.encode(others))
                taken(beyond)
            follow(near, beyond, own)
            if beyond is not None:
                handed(beyond, b"")


def follow(near: socket.socket, beyond: socket.socket | None, told: Told) -> None:
    """Say that the piece is loaded; then inferences until an empty message."""
    session = session_of(told.model) if told.model else None
    handed(near, b"")
    while content := taken(near):
        handed(near, message(answer(session, told, arrays(content), beyond)))


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
        Box(
            name=name,
            kind="users",
            addresses=tuple((TIERS[at + d], f"{address(at + min(d, 0), 1 + (d < 0))}/64") for d in near),
        )
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

    def latency_s(self, told: Sequence[Told], given: Arrays, whole: Arrays) -> float:
        """Median of one inference, its answer checked."""
        handed(self._edge, msgspec.msgpack.encode(told[1:]))
        taken(self._edge)
        session, times = session_of(told[0].model) if told[0].model else None, list[float]()
        for _ in range(WARM_UP + RUNS):
            begun = time.perf_counter()
            found = answer(session, told[0], dict(given), self._edge)
            times.append(time.perf_counter() - begun)
            assert difference(whole, found) == 0.0, "not the answer of the whole model"
        handed(self._edge, b"")
        return statistics.median(times[WARM_UP:])

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


# what is split, and how


def models() -> ModuleType:
    spec = importlib.util.spec_from_file_location("models", Path(__file__).parents[1] / "examples" / "split" / "models.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def told_of(model: Model, seen: Measured, at: Sequence[int]) -> list[Told]:
    """What each tier runs and hands on."""
    found = {piece.tier: piece for piece in pieces(model, seen.layers, seen.kinds, at)}
    told, there = list[Told](), set(model.inputs)
    for tier, times in enumerate(TIMES):
        piece = found.get(tier)
        there |= set(piece.writes) if piece else set()
        onward = there & {name for later, p in found.items() if later > tier for name in p.reads}
        back = [name for later, p in found.items() if later == tier for name in p.writes if name in model.outputs]
        told.append(Told(model=piece.content if piece else b"", times=times, onward=tuple(sorted(onward)), back=tuple(back)))
    return told


def case_of(layers: Layers, mbit: float) -> Case:
    """In seconds of this machine."""
    tiers = tuple(Tier(name=name, speed=1.0 / times) for name, times in zip(TIERS, TIMES, strict=True))
    rates = (mbit * PAYLOAD, BACKBONE * PAYLOAD)
    ways = tuple(Way(up_mbit=rate, down_mbit=rate, round_trip_ms=trip) for rate, trip in zip(rates, TRIPS_MS, strict=True))
    return Case(layers, tiers, ways, "latency")


def one_cut(case: Case) -> Figures:
    """Of all cuts between a layer and the next, with the device before it and one tier after it, the best."""
    count = len(case.layers.graph.tasks)
    cuts = ((0,) * cut + (tier,) * (count - cut) for cut, tier in product(range(count + 1), (1, 2)))
    return min(map(case.figures, cuts), key=lambda figures: figures.cost)


def ways_of(case: Case) -> dict[str, Figures]:
    whole = {f"all on {name}": case.figures((tier,) * len(case.layers.graph.tasks)) for tier, name in enumerate(TIERS)}
    return {**whole, "one cut": one_cut(case), "ours": case.best(1.0)}


def compare(name: str, line: Line | None) -> list[dict[str, Any]]:
    """All ways at all rates for one model."""
    made, given = getattr(models(), name)(**MODELS[name])
    model = improved(model_of(onnx.load_from_string(made)))
    seen, rows = measured(model, given), list[dict[str, Any]]()
    for mbit in RATES:
        if line is not None:
            line.rate(mbit)
        took: dict[tuple[int, ...], float] = {}
        for way, figures in ways_of(case_of(seen.layers, mbit)).items():
            if line is not None and figures.at not in took:
                took[figures.at] = line.latency_s(told_of(model, seen, figures.at), given, seen.outputs)
            rows.append(row(name, mbit, way, figures, took.get(figures.at)))
    return rows


def row(name: str, mbit: float, way: str, figures: Figures, took_s: float | None) -> dict[str, Any]:
    layers = "/".join(str(figures.at.count(tier)) for tier in range(len(TIERS)))
    found = {"model": name, "mbit": mbit, "way": way, "layers": layers, "up_bytes": figures.up_bytes[0]}
    predicted_ms = figures.latency_s * 1e3
    return {**found, "predicted_ms": predicted_ms, "measured_ms": None if took_s is None else took_s * 1e3}


def planning_ms(count: int) -> float:
    """How long the best split of a random graph of so many layers over three tiers takes to find, with both flips."""
    rng = np.random.default_rng(count)
    names = [f"t{i}" for i in range(count)]
    tasks = [
        GraphTask(
            name=f"l{i}",
            work_s=float(rng.exponential(0.001)),
            reads=tuple({names[int(j)] for j in rng.integers(max(0, i - 6), i, 2)} if i else {"x"}),
            writes=(names[i],),
        )
        for i in range(count)
    ]
    read = {name for task in tasks for name in task.reads}
    files = tuple(GraphFile(name=name, size_bytes=int(rng.integers(10**3, 10**6))) for name in ("x", *names))
    outputs = tuple(name for name in names if name not in read)
    layers = Layers(graph=Graph(name="random", tasks=tuple(tasks), files=files), outputs=outputs, basis="estimated")
    case = case_of(layers, 30.0)
    begun = time.perf_counter()
    split(layers, case.tiers, case.ways)
    return (time.perf_counter() - begun) * 1e3


def main() -> None:
    facts = report.machine()
    with line() as made:
        rows = [row for name in MODELS for row in compare(name, made)]
    planned = {count: planning_ms(count) for count in LARGE}
    print(report.line(facts), "" if made else "(not root: nothing is measured)", sep="\n")
    header = ("model ", "Mb/s", "way ", "layers", "KB up", "predicted ms", "measured ms", "apart")
    print(report.table(header, [shown(row) for row in rows]))
    print("\nplanning, random graphs over three tiers: " + ", ".join(f"{n} layers {ms:.0f} ms" for n, ms in planned.items()))
    report.save("split", facts, rows=rows, planning_ms=planned)


def shown(row: Mapping[str, Any]) -> tuple[str, ...]:
    took = row["measured_ms"]
    apart = ("-", "-") if took is None else (report.figure(took), f"{took / row['predicted_ms'] - 1:+.0%}")
    first = (row["model"], f"{row['mbit']:g}", row["way"], row["layers"], f"{row['up_bytes'] / 1e3:.1f}")
    return (*first, report.figure(row["predicted_ms"]), *apart)


if __name__ == "__main__":
    serve(*sys.argv[2:]) if sys.argv[1:2] == ["--serve"] else main()
