"""`suan run`: package, send, submit, follow, fetch, sum up. Ctrl-C lets go of the job, it does not stop it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli import exits
from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Detach, DryRun, Json

if TYPE_CHECKING:
    from suanwang.api.cli.package import Package
    from suanwang.api.client import Client
    from suanwang.model.demand import Demand
    from suanwang.model.job import Job
    from suanwang.model.money import Bill
    from suanwang.model.plan import Refusal

Maybe = Annotated[str | None, typer.Option()]
Many = Annotated[list[str] | None, typer.Option()]

UNREACHED = ("SUAN-W001", "SUAN-W002", "SUAN-W003")
"""The brain could not be heard: no word about the job."""
ASK_FILES, ASK_BYTES = 200, 100 * 1024 * 1024
"""A whole folder larger than this is sent only after a question, on a terminal."""


def run(
    ctx: typer.Context,
    target: Annotated[list[str], typer.Argument(metavar="FILE | -- CMD...")],
    name: Annotated[str | None, typer.Option("--name", "-n")] = None,
    near: Maybe = None,
    within: Maybe = None,
    budget: Annotated[str | None, typer.Option("--budget", "-b")] = None,
    finish: Maybe = None,
    carbon: Maybe = None,
    region: Many = None,
    tier: Many = None,
    spare: Maybe = None,
    trust: Maybe = None,
    cpu: Maybe = None,
    memory: Annotated[str | None, typer.Option("--memory", "-m")] = None,
    gpu: Maybe = None,
    arch: Maybe = None,
    prefer: Maybe = None,
    priority: Maybe = None,
    gang: Annotated[bool, typer.Option("--gang")] = False,
    reservation: Maybe = None,
    over: Maybe = None,
    file: Annotated[list[str] | None, typer.Option("--file", "-f")] = None,
    workdir: Annotated[str | None, typer.Option("--workdir", "-w")] = None,
    out: Annotated[str, typer.Option("--out", "-o")] = ".",
    outputs: Many = None,
    env: Annotated[list[str] | None, typer.Option("--env", "-e")] = None,
    network: Annotated[bool, typer.Option("--network")] = False,
    work: Maybe = None,
    task_limit: Maybe = None,
    replicas: Maybe = None,
    quorum: Maybe = None,
    data: Many = None,
    spread: Maybe = None,
    beside: Annotated[str | None, typer.Option("--with")] = None,
    apart: Maybe = None,
    adaptive: Annotated[bool, typer.Option("--adaptive")] = False,
    dry_run: DryRun = False,
    detach: Detach = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
    json: Json = False,
    show_yaml: Annotated[bool, typer.Option("--show-yaml")] = False,
) -> int:
    from suanwang.api.cli.package import package
    from suanwang.intent import Flags, document_from, write_yaml

    door: Door = ctx.obj
    program, command = split(door.typed, target)
    packed = package(
        Flags(
            target=program, command=command, name=name, near=near, within=within, budget=budget, finish=finish,
            carbon=carbon, region=tuple(region or ()), tier=tuple(tier or ()), spare=spare, trust=trust, cpu=cpu, memory=memory,
            gpu=gpu, arch=arch,
            prefer=prefer, priority=priority, over=over, file=tuple(file or ()), workdir=workdir, outputs=tuple(outputs or ()),
            env=tuple(env or ()), network=True if network else None, work=work, task_limit=task_limit,
            replicas=replicas, quorum=quorum, adaptive=True if adaptive else None, gang=True if gang else None,
            reservation=reservation,
            data=tuple(data or ()), spread=spread, beside=beside, apart=apart,
        )
    )  # fmt: skip
    if show_yaml:
        door.out.write(write_yaml(document_from(packed.demand)))
        return 0
    with door.client() as client:
        if dry_run:
            return rehearse(door, client, packed.demand, json)
        return carry_out(door, client, packed, Path(out), detach=detach, yes=yes, json=json)


def split(typed: tuple[str, ...], target: list[str]) -> tuple[str, tuple[str, ...]]:
    """(FILE or "", the command or arguments after it). What stands behind `--` is a command unless a FILE stands before it."""
    after = typed[typed.index("--") + 1 :] if "--" in typed else ()
    before = target[: len(target) - len(after)]
    return (before[0], (*before[1:], *after)) if before else ("", after)


def rehearse(door: Door, client: Client, demand: Demand, json: bool) -> int:
    """Show what would be decided now. The exit code."""
    from suanwang.api.render.graphs import graph_page
    from suanwang.api.render.why import decided_page, deferral_page

    answer = client.dry_run(demand, uuid.uuid4().hex)
    taken = answer.plan or answer.refusal
    if json:
        door.json(answer)
    elif answer.graph is not None:
        door.show((*graph_page(door.words, demand.name, answer.graph, rehearsed=True), door.words("run.dry")))
    elif taken is not None:
        if answer.deferral is not None:
            door.show((*deferral_page(door.words, demand.name, answer.deferral, rehearsed=True), ""))
        door.show((*decided_page(door.words, demand.name, taken, rehearsed=True), door.words("run.dry")))
    return 0 if answer.refusal is None else refused(door, demand.name, answer.refusal, "")


def carry_out(
    door: Door,
    client: Client,
    packed: Package,
    out: Path,
    *,
    detach: bool,
    yes: bool,
    json: bool,
    begun: Callable[[str], None] = lambda _: None,
) -> int:
    """Send, submit, follow, fetch. begun: is told the job's id. The exit code."""
    from suanwang.api.cli.output import check_folder
    from suanwang.model.fault import WireFault

    if out != Path():
        check_folder(out)
    send(door, client, packed, yes)
    job = client.submit(packed.demand, uuid.uuid4().hex)
    begun(job.id)
    if detach:
        door.json(job) if json else door.out.write(job.id + "\n")
        door.say(door.words("run.submitted", job=job.id))
        return 0
    try:
        return _finish(door, client, job, out, json)
    except KeyboardInterrupt:
        door.say(door.words("run.detached", job=job.id))
        return exits.INTERRUPTED
    except WireFault as fault:
        if fault.code in UNREACHED:
            door.say(door.words("run.lost", job=job.id))
        raise


def send(door: Door, client: Client, packed: Package, yes: bool) -> None:
    """Upload what the brain does not hold yet."""
    from suanwang.api.render.figures import some
    from suanwang.model.quantity import show_bytes

    if packed.skipped:
        door.say(door.words("run.skipped", n=len(packed.skipped), names=some(door.words, packed.skipped)))
    large = len(packed.paths) > ASK_FILES or packed.size > ASK_BYTES
    if packed.whole and large and not yes and door.live:
        size = show_bytes(packed.size)
        typer.confirm(door.words("run.ask", n=len(packed.paths), size=size, folder=packed.folder), abort=True, err=True)
    missing = client.missing(tuple(packed.paths)) if packed.paths else ()
    if missing:
        size = sum(packed.paths[sha256].stat().st_size for sha256 in missing)
        door.say(door.words("run.sent", n=len(missing), size=show_bytes(size)))
    for sha256 in missing:
        client.put_file(sha256, packed.paths[sha256])


def _finish(door: Door, client: Client, job: Job, out: Path, json: bool) -> int:
    from suanwang.api.cli.follow import follow
    from suanwang.api.cli.output import bring
    from suanwang.api.render.progress import summary

    job = follow(door, client, job, output=not json)
    if json:
        door.json(job)
    if job.state == "refused":
        return explain_refusal(door, client, job)
    if job.state == "failed":
        tell_failure(door, client, job)
    bring(door, client, job, out)
    for line in summary(door.words, job, _bill(client, job)):
        door.say(line)
    return 0 if job.state == "done" else exits.FAILED


def tell_failure(door: Door, client: Client, job: Job) -> None:
    """The first task that failed by itself, not with its gang: why, and the end of what it wrote to stderr."""
    from suanwang.api.cli.output import every_task, stderr_tail
    from suanwang.api.render.jobs import reason, task_note
    from suanwang.model.demand import Steps

    failed = [task for task in every_task(client, job.id) if task.state == "failed"]
    task = next((task for task in failed if task.outcome is None or task.outcome.code != "cancelled"), next(iter(failed), None))
    if task is None:
        if job.reason:
            door.say(f"  {reason(door.words, job)}")
        return
    step = isinstance(job.demand.work, Steps)
    said = {
        "task": task.item if step else task.index,
        "node": task.node,
        "note": task_note(door.words, task) or reason(door.words, job),
    }
    door.say(door.words("run.step_failed", **said) if step else door.words("run.task_failed", **said))
    if job.tasks_failed > 1:
        door.say(door.words("run.others_failed", n=job.tasks_failed, all=job.tasks_total, job=job.id))
    tail = stderr_tail(client, job.id, task.index)
    if tail:
        door.say(door.words("run.stderr"))
    for line in tail:
        door.say(f"  {line}")


def explain_refusal(door: Door, client: Client, job: Job) -> int:
    from suanwang.api.render.jobs import reason
    from suanwang.model.plan import Refusal

    taken = client.why(job.id).taken
    if taken and isinstance(taken[-1], Refusal):
        return refused(door, job.demand.name, taken[-1], job.id)
    door.say(f"  {reason(door.words, job)}")
    return exits.NO_PLACE


def refused(door: Door, name: str, refusal: Refusal, job: str) -> int:
    from suanwang.api.render.problem import refusal_text

    door.err.write(refusal_text(door.words, name, refusal, door.typed, job))
    return exits.REFUSED if refusal.code.startswith("SUAN-M") else exits.NO_PLACE


def _bill(client: Client, job: Job) -> Bill | None:
    from suanwang.model.fault import Fault

    try:
        return client.bill(job.id)
    except Fault:
        return None
