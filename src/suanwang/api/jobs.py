"""The doors of jobs: submit one, look at it, ask why, read what it prints, see its bill."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import HeaderParameter, Parameter, QueryParameter
from litestar.response import ServerSentEvent

from suanwang.api.brought import all_brought
from suanwang.api.callers import Asked
from suanwang.api.domain import CURRENCY
from suanwang.api.door import PLAIN, Called, Count, Door, Key, Limit, Wait, aside, known, page
from suanwang.api.dry import only, told
from suanwang.api.said import Said
from suanwang.api.tracing.spans import CURRENT
from suanwang.brain import commands, would
from suanwang.brain.decide import imagined, rehearse
from suanwang.brain.jobs import JobState
from suanwang.brain.near import check_near
from suanwang.brain.state import State
from suanwang.brain.views import bill_view, newest_first, task_view
from suanwang.drivers.clock import new_id
from suanwang.intent import check
from suanwang.market.bill import csv
from suanwang.model import view
from suanwang.model.demand import Demand, Steps
from suanwang.model.fault import NotFoundFault
from suanwang.model.job import Job
from suanwang.model.money import Bill
from suanwang.model.plan import Plan, Refusal

App = Annotated[str, Parameter(max_length=64)]
StepName = Annotated[str, Parameter(max_length=1024)]
Among = Literal["", "queued", "running", "done", "failed", "cancelled", "refused"]
"""model.job.JOB_STATES, or "" for all."""


def job_routes(door: Door) -> list[Any]:
    @post("/v1/jobs", responses=told(view.Rehearsal), opt=PLAIN)
    async def submit(
        data: Demand,
        caller: Called,
        key: Key,
        dry_run: bool = False,
        wait: Wait = 0.0,
    ) -> Response[Job]:
        """wait: answer when the job has ended, or after so many seconds with the job as it is then."""
        caller.must("user")
        demand = await aside(data.task_count, check, data)
        caller.may_submit(demand)
        if dry_run:
            return only(await rehearsal(door, caller.user, demand))
        await aside(len(demand.items), all_brought, door.blobs, demand, caller.user)
        if demand.priority == "deferrable":
            await door.brain.prepare()
        await door.brain.command(commands.submit(new_id("job"), caller.user, demand, key, CURRENT.get()))
        job_id = (await door.brain.settled()).keys[(caller.user, key)]
        state = await door.brain.ended(job_id, wait)
        return Said(door.rows.row(state, state.jobs[job_id]), status_code=201)

    @get("/v1/jobs", opt=PLAIN)
    async def jobs(
        caller: Called,
        among: Annotated[Among, QueryParameter(name="state")] = "",
        app: App = "",
        limit: Limit = 100,
        cursor: str = "",
    ) -> view.JobPage:
        now = await door.brain.settled()
        whose = None if "operator" in caller.roles else caller.user
        mine = newest_first(now, whose, _known(now, whose, cursor), unfinished=among in ("queued", "running"))
        seen = (j for j in mine if among in ("", j.state) and app in ("", j.demand.app) and caller.sees(j.demand.name))
        rows, following = page(seen, lambda j: j.id, limit)
        return view.JobPage(items=tuple(door.rows.row(now, j) for j in rows), next=following)

    @get("/v1/jobs/{job_id:str}", opt=PLAIN)
    async def job(job_id: str, caller: Called) -> Job:
        return door.rows.row(*await door.job(job_id, caller))

    @get("/v1/jobs/{job_id:str}/tasks", opt=PLAIN)
    async def tasks(job_id: str, caller: Called, limit: Limit = 100, cursor: str = "") -> view.TaskPage:
        state, found = await door.job(job_id, caller)
        rows, following = page(range(_after(cursor, len(found.tasks)), len(found.tasks)), str, limit)
        return view.TaskPage(items=tuple(task_view(state, found, i) for i in rows), next=following)

    @get("/v1/jobs/{job_id:str}/why", opt=PLAIN)
    async def why(job_id: str, caller: Called) -> view.Decision:
        _, found = await door.job(job_id, caller)
        taken, graph = await door.brain.decisions(found), await door.brain.graph_plan(found)
        preparing = isinstance(found.demand.work, Steps) and not found.planned and door.brain.kernels.preparing
        return view.Decision(job_id=found.id, demand=found.demand, taken=taken, graph=graph, preparing=preparing)

    @get("/v1/jobs/{job_id:str}/bill", opt=PLAIN)
    async def bill(job_id: str, caller: Called, request: Asked) -> Response[Bill | str]:
        made = bill_view(*await door.job(job_id, caller), CURRENCY)
        if "text/csv" in request.headers.get("accept", ""):
            return Said(csv(made), media_type="text/csv")
        return Said(made)

    @post("/v1/jobs/{job_id:str}/cancel", status_code=200)
    async def cancel(job_id: str, caller: Called, step: StepName = "", dry_run: bool = False) -> Job:
        """Of several jobs of a name the newest is stopped that has not ended. step: of a job graph only this one, and what
        waits for it. dry_run: the job as it is; what it has burned is paid, whether it is stopped or not."""
        state, found = await door.job(job_id, caller, unfinished=True)
        whose = caller.user, "operator" in caller.roles
        act = commands.cancel_step(found.id, step, *whose) if step else commands.cancel(found.id, *whose)
        if dry_run:
            return would.stopped(state, found, act, door.clock()) if step else door.rows.row(state, found)
        await door.brain.command(act)
        return door.rows.row(await door.brain.settled(), found)

    return [submit, jobs, job, tasks, why, bill, cancel]


def reading_routes(door: Door) -> list[Any]:
    @get("/v1/jobs/{job_id:str}/logs", media_type="application/octet-stream")
    async def logs(
        job_id: str, caller: Called, task: Count = 0, stream: Literal["stdout", "stderr"] = "stdout", offset: Count = 0
    ) -> Response[bytes]:
        _, found = await door.job(job_id, caller)
        if task >= len(found.tasks):
            raise NotFoundFault(
                "SUAN-N004", f"{found.id} has tasks 0 to {len(found.tasks) - 1}; task {task} is not one", "suan logs JOB"
            )
        data, following, ended = await asyncio.to_thread(output, door, found, task, stream, offset)
        headers = {"suan-next-offset": str(following), "suan-ended": str(ended).lower()}
        return Response(data, headers=headers, media_type="application/octet-stream")

    @get("/v1/jobs/{job_id:str}/events")
    async def events(
        job_id: str,
        caller: Called,
        last: Annotated[str, HeaderParameter(name="last-event-id", pattern="^[0-9]{0,18}$")] = "",
    ) -> ServerSentEvent:
        _, found = await door.job(job_id, caller)
        return ServerSentEvent(_progress(door, found.id, int(last or 0)))

    @get("/v1/bills")
    async def bills(caller: Called, limit: Limit = 100, cursor: str = "") -> view.BillPage:
        state = await door.brain.settled()
        mine = newest_first(state, caller.user, _known(state, caller.user, cursor))
        rows, following = page((j for j in mine if j.placements and caller.sees(j.demand.name)), lambda j: j.id, limit)
        return view.BillPage(items=tuple(bill_view(state, j, CURRENCY) for j in rows), next=following)

    return [logs, events, bills]


def _after(cursor: str, tasks: int) -> int:
    """The task after the one that a cursor names."""
    is_there = re.fullmatch("[0-9]{1,9}", cursor) is not None and int(cursor) < tasks
    return int(known(cursor, is_there)) + 1 if cursor else 0


def _known(state: State, whose: str | None, cursor: str) -> str:
    """A cursor that names a job of theirs, None: of anybody."""
    job = state.jobs.get(cursor)
    return known(cursor, job is not None and whose in (None, job.user))


async def _progress(door: Door, job_id: str, after: int) -> AsyncIterator[dict[str, str]]:
    async for number, job in door.brain.watch(job_id, after):
        now = view.Progress(job=job, event=job.state, at=door.clock())
        yield {"id": str(number), "event": "progress", "data": msgspec.json.encode(now).decode()}


async def rehearsal(door: Door, user: str, demand: Demand) -> view.Rehearsal:
    state, now = await door.brain.settled(), door.clock()
    check_near(state, user, demand)
    job = imagined(user, demand, now)
    if isinstance(demand.work, Steps):
        planned = await door.brain.rehearse_graph(job)
        return view.Rehearsal(refusal=planned) if isinstance(planned, Refusal) else view.Rehearsal(graph=planned)
    answer = rehearse(state, job, tuple(range(demand.task_count)), now)
    if not isinstance(answer, Plan):
        return view.Rehearsal(refusal=answer)
    return view.Rehearsal(plan=answer, deferral=await door.brain.would_wait(job))


def output(door: Door, job: JobState, task: int, stream: str, offset: int) -> tuple[bytes, int, bool]:
    """(bytes from `offset` on, the offset after them, whether no more will come) of a task's stdout or stderr."""
    outcome = job.outcomes[task]
    if outcome is not None:
        file = outcome.stdout if stream == "stdout" else outcome.stderr
        if file is None:
            return b"", offset, True
        with door.blobs.get(file.sha256, job.user).open("rb") as source:
            source.seek(min(offset, file.size))
            data = source.read(1 << 20)
        return data, offset + len(data), offset + len(data) >= file.size
    start, held = door.tails.get((job.id, task, stream), (0, b""))
    data = held[max(0, offset - start) :]
    return data, max(offset, start) + len(data), job.final
