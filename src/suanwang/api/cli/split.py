"""`suan split`: time a model's layers here, find the best cut over the tiers that are named, and run the pieces there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json

if TYPE_CHECKING:
    from suanwang.api.client import Client
    from suanwang.api.splitting import Line, Packed, Seen, SplitReport
    from suanwang.drivers.onnx.arrays import Arrays
    from suanwang.drivers.onnx.pieces import Piece
    from suanwang.model.split import Goal, Layers

GOALS = ("latency", "energy", "money")


def split(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL.onnx")],
    input: Annotated[str, typer.Option("--input", "-i")],
    device: Annotated[str, typer.Option()] = "device",
    edge: Annotated[str | None, typer.Option()] = None,
    cloud: Annotated[str | None, typer.Option()] = None,
    rate: Annotated[str, typer.Option()] = "20Mb",
    backbone: Annotated[str, typer.Option()] = "1Gb",
    least: Annotated[str, typer.Option()] = "latency",
    runs: Annotated[int, typer.Option(min=1, max=1000)] = 5,
    out: Annotated[str, typer.Option("--out", "-o")] = ".",
    graph: Annotated[str, typer.Option("--graph")] = "",
    estimate: Annotated[bool, typer.Option("--estimate")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    json: Json = False,
) -> int:
    from suanwang.intent.document import choice
    from suanwang.intent.work import name_for
    from suanwang.model.demand import Onnx
    from suanwang.model.quantity import rate_mbit

    door: Door = ctx.obj
    rates = (rate_mbit(rate, "rate"), rate_mbit(backbone, "backbone"))
    goal = cast("Goal", choice(least, "least", GOALS))
    _need("onnx", *(() if estimate else ("onnxruntime",)))
    from suanwang.api.render.split import plan_page, ran_page
    from suanwang.api.splitting import graph_of, line_of, planned
    from suanwang.drivers.onnx.arrays import read
    from suanwang.drivers.onnx.pieces import pieces

    given = read(Path(input))
    with door.client() as client:
        line = line_of(client.nodes().items, (device, edge, cloud), rates)
        seen = _estimated(door, model, given) if estimate else _measured(door, model, given)
        report = planned(name_for(Onnx(file=Path(model).name)), seen.layers, line, goal)
        if not json:
            door.show(plan_page(door.words, seen.layers, report))
        if dry_run and not graph:
            door.json(report) if json else None
            return 0
        sizes = {file.name: file.size_bytes for file in seen.layers.graph.files}
        cut = pieces(seen.model, seen.layers, seen.kinds, report.split.best.at)
        packed = graph_of(report.model, cut, line, sizes, given, runs)
        if graph:
            _write_graph(door, Path(graph), packed)
        if not dry_run:
            report, made = _run(door, client, cut, packed, line, report, seen)
            _keep(Path(out), report.model, {key: made[key] for key in seen.model.outputs})
            door.show(ran_page(door.words, report)) if not json else None
    if json:
        door.json(report)
    return 0


def _run(
    door: Door, client: Client, cut: Sequence[Piece], packed: Packed, line: Line, report: SplitReport, seen: Seen
) -> tuple[SplitReport, Arrays]:
    """Run the pieces as one job graph, and compare what they give with what the whole model gave here."""
    import uuid

    from suanwang.api.cli.follow import follow
    from suanwang.api.splitting import gathered, reported, send

    begun = door.now()
    send(client, packed.files)
    job = follow(door, client, client.submit(packed.demand, uuid.uuid4().hex), output=False)
    ran, made = gathered(client, job, cut, line)
    return reported(report, ran, door.now() - begun, seen, made), made


def _keep(out: Path, name: str, outputs: Arrays) -> None:
    from suanwang.api.cli.output import write_below
    from suanwang.drivers.onnx.arrays import packed

    content = packed(outputs)
    write_below(out, f"{name}-outputs.npz", lambda file: _write(file, content))


def _write_graph(door: Door, folder: Path, packed: Packed) -> None:
    """The job graph as a file, with all that goes along, for `suan run`."""
    from suanwang.api.cli.output import write_below
    from suanwang.intent import document_from, write_yaml

    text = write_yaml(document_from(packed.demand)).encode()
    for path, content in ((f.path, packed.files[f.sha256]) for f in packed.demand.files):
        write_below(folder, path, lambda file, content=content: _write(file, content))
    write_below(folder, f"{packed.demand.name}.yaml", lambda file: _write(file, text))
    door.say(door.words("split.graph", file=folder / f"{packed.demand.name}.yaml"))


def _need(*packages: str) -> None:
    from importlib.util import find_spec

    from suanwang.drivers.onnx.runtime import INSTALL
    from suanwang.model.fault import RuntimeFault

    lacking = [name for name in packages if find_spec(name) is None]
    if lacking:
        raise RuntimeFault("SUAN-R090", f"{' and '.join(lacking)} is not installed here", INSTALL)


def _measured(door: Door, path: str, given: Arrays) -> Seen:
    """By running it here."""
    from suanwang.api.splitting import Seen
    from suanwang.drivers.onnx.measure import improved, measured
    from suanwang.drivers.onnx.model import load

    model = improved(load(Path(path)))
    door.say(door.words("split.measuring", layers=len(model.nodes)))
    found = measured(model, given)
    return Seen(model, _on_reference(door, found.layers), found.kinds, found.outputs)


def _estimated(door: Door, path: str, given: Arrays) -> Seen:
    """From the shapes of the inputs."""
    from suanwang.api.splitting import Seen
    from suanwang.drivers.onnx.estimate import estimated
    from suanwang.drivers.onnx.model import load

    model = load(Path(path))
    door.say(door.words("split.estimating", layers=len(model.nodes)))
    layers, kinds = estimated(model, {name: value.shape for name, value in given.items()})
    return Seen(model, layers, kinds, None)


def _on_reference(door: Door, layers: Layers) -> Layers:
    """From seconds of this machine to seconds of the reference machine, by what `suan meter` measures here now."""
    import msgspec

    from suanwang.api.cli.local import measured_now
    from suanwang.world.score import REFERENCE_FUEL_PER_S

    faster = measured_now(door, full=False).speed.fuel_per_cpu_s / REFERENCE_FUEL_PER_S
    tasks = tuple(msgspec.structs.replace(task, work_s=task.work_s * faster) for task in layers.graph.tasks)
    return msgspec.structs.replace(layers, graph=msgspec.structs.replace(layers.graph, tasks=tasks))


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)
