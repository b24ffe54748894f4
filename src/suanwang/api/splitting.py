"""A split carried out: nodes become tiers, pieces become ordinary jobs one after the other, tensors pass between them by
digest.

What a piece writes stays where results of jobs are kept; the next job names it by its SHA-256, so it never comes here on the
way.
"""

import hashlib
import io
import statistics
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from suanwang.api.client import Client
from suanwang.drivers.onnx.arrays import Arrays, difference, packed, unpacked
from suanwang.drivers.onnx.model import Model
from suanwang.drivers.onnx.pieces import Piece
from suanwang.model.demand import Demand, Limits, Needs, Onnx, Step, Steps
from suanwang.model.fault import NotFoundFault, RuntimeFault, UsageFault
from suanwang.model.file import FileRef
from suanwang.model.graph import GraphFile
from suanwang.model.job import Job, Outcome, Task
from suanwang.model.node import Node
from suanwang.model.split import Goal, Layers, Split, Tier, Way
from suanwang.model.view import NodeView
from suanwang.place.cut import split
from suanwang.world.distance import distance_km, rtt_ms
from suanwang.world.score import REFERENCE_FUEL_PER_S

START_S = 1.0
"""Of CPU time on the reference machine: what starting Python and onnxruntime is thought to take, for the estimate of fuel."""
MEMORY_LEAST_BYTES = 512 << 20


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """A piece as it ran. predicted_s, run_s: of its layers, once; loaded_s: until the model was ready; wall_s: of the whole
    task, its start included. result: the file with what it wrote."""

    tier: str
    node: str
    job: str
    layers: int
    predicted_s: float
    run_s: float
    loaded_s: float
    wall_s: float
    fuel: int
    result: FileRef


class SplitReport(msgspec.Struct, frozen=True, kw_only=True):
    """model: its name. layers: by name, in order. nodes: of each tier. ran: the pieces in order. latency_s: what they took,
    with ways as in the model. took_s: from the first submission to the last result, as jobs. identical: every bit of every
    output is that of the whole model run here; worst: the largest difference."""

    model: str
    split: Split
    layers: tuple[str, ...]
    nodes: tuple[str, ...]
    ran: tuple[Ran, ...] = ()
    latency_s: float = 0.0
    took_s: float = 0.0
    apart: float | None = None


class Seen(NamedTuple):
    """What is known of a model. model: of whose layers the pieces are made; kinds: element type of every tensor; outputs: of
    the whole, None where it was not run."""

    model: Model
    layers: Layers
    kinds: Mapping[str, int]
    outputs: Arrays | None


class Line(NamedTuple):
    """What a split is made over: a node for each tier, and the ways between them."""

    nodes: tuple[Node, ...]
    tiers: tuple[Tier, ...]
    ways: tuple[Way, ...]


class _Told(msgspec.Struct):
    loaded_s: float
    run_s: list[float]


class _Said(msgspec.Struct):
    """The one line of JSON that the script (drivers/onnx/runner.py) writes to stderr."""

    onnx: _Told


def line_of(views: Sequence[NodeView], wanted: Iterable[str | None], mbit: Iterable[float]) -> Line:
    """wanted: names, ids or tiers, the nearest first; None for a tier that there is not. mbit: of the way after each.
    UsageFault SUAN-U183: a node twice; faults of `chosen`."""
    nodes = tuple(chosen(views, name) for name in wanted if name is not None)
    if twice := next((node for at, node in enumerate(nodes) if node in nodes[:at]), None):
        why = f"{twice.name} would be two of the tiers, and nothing is sent from a node to itself"
        raise UsageFault("SUAN-U183", why, "name another node for one of them: suan nodes")
    ways = tuple(way_between(a, b, rate) for (a, b), rate in zip(pairwise(nodes), mbit, strict=False))
    return Line(nodes, tuple(map(tier_of, nodes)), ways)


def planned(model: str, layers: Layers, line: Line, goal: Goal) -> SplitReport:
    """The best split, and nothing run yet."""
    names = tuple(task.name for task in layers.graph.tasks)
    found = split(layers, line.tiers, line.ways, goal)
    return SplitReport(model=model, split=found, layers=names, nodes=tuple(node.name for node in line.nodes))


def reported(report: SplitReport, ran: tuple[Ran, ...], took_s: float, seen: Seen, made: Arrays) -> SplitReport:
    """With what was seen."""
    best, apart = report.split.best, None if seen.outputs is None else difference(seen.outputs, made)
    latency_s = sum(one.run_s for one in ran) + sum(best.sending_s) + best.round_trip_s
    changes = {"ran": ran, "latency_s": latency_s, "took_s": took_s, "apart": apart}
    return msgspec.structs.replace(report, **changes)


def chosen(views: Iterable[NodeView], wanted: str) -> Node:
    """The node of this name or id; or of this tier the fastest that runs ONNX models. NotFoundFault SUAN-N002, RuntimeFault
    SUAN-R090."""
    ready = [view.node for view in views if view.state == "ready" and view.node.role == "compute"]
    named = [node for node in ready if wanted in (node.name, node.id)]
    found = named or [node for node in ready if node.site.tier == wanted]
    if not found:
        raise NotFoundFault("SUAN-N002", f"no node that is heard has the name or the tier {wanted!r}", "suan nodes")
    able = [node for node in found if "onnx" in node.runtimes]
    if not able:
        why = f"{found[0].name} does not run ONNX models"
        raise RuntimeFault("SUAN-R090", why, "there: uv pip install 'suanwang[onnx]', and start the node again")
    return max(able, key=lambda node: (node.speed.fuel_per_s, node.name))


def tier_of(node: Node) -> Tier:
    """As measured when it joined; power as declared, waiting for nothing."""
    speed = node.speed.fuel_per_s
    price = node.offer.price_micro_per_tfuel * speed / 1e12
    return Tier(
        name=node.site.tier, speed=speed / REFERENCE_FUEL_PER_S, watts_busy=node.watts_per_core, price_micro_per_s=price
    )


def way_between(a: Node, b: Node, mbit: float) -> Way:
    """The round trip is estimated from the map, as everywhere; the rate is the user's word."""
    apart = rtt_ms(distance_km(a.site.place, b.site.place)) + a.site.access_ms + b.site.access_ms
    return Way(up_mbit=mbit, down_mbit=mbit, round_trip_ms=apart)


class Packed(NamedTuple):
    """A split as one job graph. files: SHA-256 -> content of what goes along."""

    demand: Demand
    files: dict[str, bytes]


def graph_of(name: str, pieces: Sequence[Piece], line: Line, sizes: Mapping[str, int], given: Arrays, runs: int) -> Packed:
    """The job graph that runs each piece on its node: it waits for those whose tensors it reads. sizes: bytes of every
    tensor."""
    first = _ref("input.npz", content := packed(given))
    there, files = [Wrote(first.path, frozenset(given))], {first.sha256: content}
    refs, steps = [first], list[Step]()
    for piece in pieces:
        model = _ref(f"{name}-{piece.tier}.onnx", piece.content)
        files[model.sha256] = piece.content
        refs.append(model)
        inputs = tuple(wrote.path for wrote in there if wrote.names & set(piece.reads))
        made = GraphFile(name=f"{name}-{piece.tier}.npz", size_bytes=sum(sizes[of] for of in piece.writes))
        steps.append(_step(piece, line, model, inputs, made, runs))
        there.append(Wrote(made.name, frozenset(piece.writes)))
    outputs = tuple(wrote.path for wrote in there[1:])
    return Packed(Demand(name=name, work=Steps(steps=tuple(steps)), files=tuple(refs), outputs=outputs, prefer="speed"), files)


class Wrote(NamedTuple):
    """A file, and the tensors in it."""

    path: str
    names: frozenset[str]


def _step(piece: Piece, line: Line, model: FileRef, inputs: tuple[str, ...], made: GraphFile, runs: int) -> Step:
    return Step(
        name=f"{line.tiers[piece.tier].name}-{piece.tier}",
        work=Onnx(file=model.path, inputs=inputs, output=made.name, optimise=False, runs=runs),
        reads=(model.path, *inputs),
        writes=(made,),
        needs=Needs(memory_bytes=MEMORY_LEAST_BYTES + 4 * model.size),
        limits=Limits(nodes=(line.nodes[piece.tier].name,)),
        fuel_per_task=round((START_S + piece.work_s * runs) * REFERENCE_FUEL_PER_S),
    )


def _ref(path: str, content: bytes) -> FileRef:
    return FileRef(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def send(client: Client, files: Mapping[str, bytes]) -> None:
    """What the brain has not got yet."""
    for sha256 in client.missing(tuple(files)):
        client.put_bytes(sha256, files[sha256])


def gathered(client: Client, job: Job, pieces: Sequence[Piece], line: Line) -> tuple[tuple[Ran, ...], Arrays]:
    """(how each piece ran, all that they wrote). UsageFault SUAN-U182: one did not."""
    tasks = client.tasks(job.id).items
    ended = [_outcome(client, job, task) for task in tasks]
    made: Arrays = {}
    for outcome in ended:
        made |= fetched(client, outcome.outputs[0])
    return tuple(_ran(client, job, at, outcome, pieces[at], line) for at, outcome in enumerate(ended)), made


def fetched(client: Client, ref: FileRef) -> Arrays:
    """The arrays of a file."""
    file = io.BytesIO()
    client.save_blob(ref.sha256, ref.size, file)
    return unpacked(file.getvalue())


def _outcome(client: Client, job: Job, task: Task) -> Outcome:
    ended = task.outcome
    if ended is None or task.state != "done" or not ended.outputs:
        said = client.logs(job.id, task.index, "stderr").data.decode(errors="replace").strip().splitlines()
        told = (f"task {task.index} is {task.state}, the job {job.state}", job.reason, ended.note if ended else "", *said[-1:])
        raise UsageFault("SUAN-U182", ": ".join(filter(None, told)), f"suan why {job.id}")
    return ended


def _ran(client: Client, job: Job, task: int, ended: Outcome, piece: Piece, line: Line) -> Ran:
    said = client.logs(job.id, task, "stderr").data.strip().splitlines()[-1:]
    told = msgspec.json.decode(b"".join(said), type=_Said).onnx
    return Ran(
        tier=line.tiers[piece.tier].name,
        node=line.nodes[piece.tier].name,
        job=job.id,
        layers=len(piece.layers),
        predicted_s=piece.work_s / line.tiers[piece.tier].speed,
        run_s=statistics.median(told.run_s),
        loaded_s=told.loaded_s,
        wall_s=ended.wall_s,
        fuel=ended.fuel,
        result=ended.outputs[0],
    )
