"""`suan twin`: try a change on a copy of the network, keep that copy, or run the log again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json
from suanwang.model.fault import UsageFault

if TYPE_CHECKING:
    from suanwang.brain.trial.known import Known
    from suanwang.model.trial import Replayed, Trial, TrialAsk

Changes = Annotated[list[str], typer.Argument(metavar="CHANGE...")]


def attempt(
    ctx: typer.Context,
    change: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    world: Annotated[str, typer.Option("--world", metavar="FILE|three-sites|hubs")] = "",
    trace: Annotated[str, typer.Option("--trace", metavar="openb|azure")] = "",
    nodes: Annotated[int, typer.Option("--nodes", min=0)] = 0,
    rate: Annotated[float, typer.Option("--rate", min=0.0)] = 0.0,
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=32)] = 5,
    span: Annotated[str, typer.Option("--span")] = "10min",
    gate: Annotated[bool, typer.Option("--gate")] = False,
    plot: Annotated[str, typer.Option("--plot", metavar="FILE.svg")] = "",
    json: Json = False,
) -> None:
    from suanwang.api.render.plot import svg
    from suanwang.api.render.trial import trial_page
    from suanwang.brain.trial.work import refuse_broken
    from suanwang.intent.whatif import whatifs
    from suanwang.model.quantity import duration_s
    from suanwang.model.trial import SPAN_S_MAX, TrialAsk

    door: Door = ctx.obj
    whatifs(change)
    span_s = duration_s(span, "span")
    if not 1.0 <= span_s <= SPAN_S_MAX:
        raise UsageFault("SUAN-U013", f"--span is {span}; it is from 1s to 24h", "suan twin try jobs x2 --span 10min")
    ask = TrialAsk(changes=tuple(change), seeds=seeds, span_s=span_s)
    found = _tried(door, ask, world, trace, nodes, rate)
    door.answer(found, lambda: trial_page(door.words, found), json)
    if plot:
        _write(plot, svg(door.words, found))
        door.say(door.words("twin.plotted", file=plot))
    if gate:
        refuse_broken(found)


def _tried(door: Door, ask: TrialAsk, world: str, trace: str, nodes: int, rate: float) -> Trial:
    """By the brain, on the world as it is; or here, on one from a file or made up."""
    if world or trace or nodes:
        from suanwang.brain.trial.effects import Change
        from suanwang.brain.trial.trial import tried
        from suanwang.intent.whatif import whatifs

        known = _world(door, world, trace, nodes, rate)
        return tried(known, Change(whatifs=whatifs(ask.changes)), ask.seeds, ask.span_s)
    with door.client() as client:
        return client.twin_try(ask)


def _world(door: Door, world: str, trace: str, nodes: int, rate: float) -> Known:
    from suanwang.brain.trial.known import from_json
    from suanwang.lab import traces, worlds
    from suanwang.lab.file import SHIPPED, read_plan

    if sum((bool(world), bool(trace or nodes))) > 1:
        raise UsageFault("SUAN-U024", "either a world from a file, or one that is made up", "suan twin try --help")
    if trace:
        data = Path(door.environ.get("SUAN_DATA", "../shared/data"))
        return traces.trace(trace, data, nodes or 100, rate)
    if nodes:
        return worlds.synthetic(nodes, rate)
    if world in SHIPPED or world.endswith((".yaml", ".yml")):
        return worlds.of_lab(read_plan(world))
    return from_json(_read(world), world)


def save(ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE")]) -> None:
    door: Door = ctx.obj
    with door.client() as client:
        body = client.twin_world()
    _write(file, body)
    door.say(door.words("twin.saved", file=file, size=f"{len(body):,}"))


def replay(
    ctx: typer.Context,
    change: Changes = [],  # noqa: B006 - as above
    log: Annotated[str, typer.Option("--log", metavar="FILE")] = "",
    last: Annotated[str, typer.Option("--last")] = "",
    json: Json = False,
) -> int:
    from suanwang.api.render.trial import replay_page

    door: Door = ctx.obj
    found = _replayed(door, tuple(change), log, last)
    door.answer(found, lambda: replay_page(door.words, found), json)
    return 1 if found.differ and not found.changes else 0


def _replayed(door: Door, changes: tuple[str, ...], log: str, last: str) -> Replayed:
    """By the brain from its own log, or here from a file."""
    from suanwang.intent.whatif import whatifs
    from suanwang.model.quantity import duration_s
    from suanwang.model.trial import ReplayAsk

    whatifs(changes)
    last_s = duration_s(last, "last") if last else 0.0
    if not log:
        with door.client() as client:
            return client.twin_replay(ReplayAsk(last_s=last_s, changes=changes))
    from suanwang.brain.trial.effects import Change
    from suanwang.brain.trial.replay import replayed
    from suanwang.store.log import read_only

    with read_only(Path(log)) as rows:
        bodies = [body for _, body in rows]
    since = _newest(bodies) - last_s if last_s else 0.0
    return replayed(bodies, since, Change(whatifs=whatifs(changes)))


def _newest(bodies: list[bytes]) -> float:
    """When the last event happened."""
    import msgspec

    return msgspec.json.decode(bodies[-1])["at"] if bodies else 0.0


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise UsageFault("SUAN-U022", f"{file} cannot be read: {problem.strerror}", "suan twin save FILE") from problem


def _write(file: str, body: bytes) -> None:
    try:
        Path(file).write_bytes(body)
    except OSError as problem:
        raise UsageFault("SUAN-U027", f"{file} cannot be written: {problem.strerror}", "name another file") from problem
