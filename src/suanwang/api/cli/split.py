"""`suan split`: time a model's layers here, find the best cut over the tiers that are named, and run the pieces there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json

if TYPE_CHECKING:
    from suanwang.api.client import Client
    from suanwang.api.splitting import Line, Seen, SplitReport
    from suanwang.drivers.onnx.arrays import Arrays
    from suanwang.model.demand import Demand
    from suanwang.model.job import Job
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
    estimate: Annotated[bool, typer.Option("--estimate")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    json: Json = False,
) -> int:
    from suanwang.intent.document import choice
    from suanwang.model.quantity import rate_mbit

    door: Door = ctx.obj
    rates = (rate_mbit(rate, "rate"), rate_mbit(backbone, "backbone"))
    goal = cast("Goal", choice(least, "least", GOALS))
    _need("onnx", *(() if estimate else ("onnxruntime",)))
    from suanwang.api.render.split import plan_page
    from suanwang.api.splitting import line_of, planned
    from suanwang.drivers.onnx.arrays import read

    given = read(Path(input))
    with door.client() as client:
        line = line_of(client.nodes().items, (device, edge, cloud), rates)
        seen = _estimated(door, model, given) if estimate else _measured(door, model, given)
        report = planned(seen.layers, line, goal)
        if not json:
            door.show(plan_page(door.words, seen.layers, report))
        if not dry_run:
            report = _run(door, client, Path(model).stem, seen, line, report, given, runs, Path(out), json)
    if json:
        door.json(report)
    return 0


def _run(
    door: Door,
    client: Client,
    name: str,
    seen: Seen,
    line: Line,
    report: SplitReport,
    given: Arrays,
    runs: int,
    out: Path,
    json: bool,
) -> SplitReport:
    """Run the pieces, keep the outputs, compare them with those of the whole model run here."""
    from suanwang.api.cli.output import write_below
    from suanwang.api.render.split import ran_page
    from suanwang.api.splitting import reported, run_pieces
    from suanwang.drivers.onnx.arrays import packed
    from suanwang.drivers.onnx.pieces import pieces

    cut = pieces(seen.model, seen.layers, seen.kinds, report.split.best.at)
    begun = door.now()
    ran, made = run_pieces(client, name, cut, line, given, runs, lambda demand: _submit(door, client, demand))
    report = reported(report, ran, door.now() - begun, seen, made)
    kept = packed({key: made[key] for key in seen.model.outputs})
    write_below(out, f"{name}-outputs.npz", lambda file: _write(file, kept))
    if not json:
        door.show(ran_page(door.words, report))
    return report


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
    from suanwang.place.graph.hosts import REFERENCE_FUEL_PER_S

    faster = measured_now(door, full=False).speed.fuel_per_cpu_s / REFERENCE_FUEL_PER_S
    tasks = tuple(msgspec.structs.replace(task, work_s=task.work_s * faster) for task in layers.graph.tasks)
    return msgspec.structs.replace(layers, graph=msgspec.structs.replace(layers.graph, tasks=tasks))


def _submit(door: Door, client: Client, demand: Demand) -> Job:
    import uuid

    from suanwang.api.cli.follow import follow

    return follow(door, client, client.submit(demand, uuid.uuid4().hex), output=False)


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)
