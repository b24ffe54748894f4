"""The commands that look: each asks the brain and renders what it said."""

from typing import Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Cursor, Json, Limit
from suanwang.api.cli.names import Job, Node
from suanwang.model.fault import UsageFault

TOP_ROWS = 15
TOP_S_MIN = 0.5
"""Nobody reads faster, and the brain has other work."""


def ps(
    ctx: typer.Context,
    job: Job = "",
    state: Annotated[str, typer.Option("--state", "-s")] = "",
    app: Annotated[str, typer.Option("--app", "-a")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
    json: Json = False,
) -> None:
    from suanwang.api.render.bills import sci
    from suanwang.api.render.jobs import jobs_page, tasks_page

    door: Door = ctx.obj
    with door.client() as client:
        if job:
            tasks = client.tasks(job, limit, cursor)
            door.answer(tasks, lambda: (*tasks_page(door.words, tasks.items), *sci(door.words, client.bill(job))), json)
            following = tasks.next
        else:
            jobs = client.jobs(state, limit, cursor, app)
            chosen = bool(jobs.items) or not (state or app or cursor)
            page = jobs_page(door.words, jobs.items, door.now()) if chosen else (door.words("ps.none_such"),)
            door.answer(jobs, lambda: page, json)
            following = jobs.next
    if following:
        door.say(door.words("ps.more", cursor=following))


def logs(
    ctx: typer.Context,
    job: Job,
    task: Annotated[int, typer.Option("--task", "-t", min=-1)] = -1,
    stderr: Annotated[bool, typer.Option("--stderr", "-e")] = False,
    follow: Annotated[bool, typer.Option("--follow", "-f")] = False,
    json: Json = False,
) -> None:
    from suanwang.api.cli.output import copy_log, log_texts

    door: Door = ctx.obj
    stream = "stderr" if stderr else "stdout"
    with door.client() as client:
        known = client.job(job)
        chosen = (task,) if task >= 0 else tuple(range(known.tasks_total))
        if json:
            door.json(log_texts(client, known.id, chosen, stream))
            return
        for index in chosen:
            title = door.words("logs.task", task=index) if len(chosen) > 1 else ""
            copy_log(door, client, known.id, index, stream, title=title, follow=follow)


def fetch(ctx: typer.Context, job: Job, out: Annotated[str, typer.Option("--out", "-o")] = ".") -> None:
    """Of tasks that are done; of a job that runs, what is there by now."""
    from pathlib import Path

    from suanwang.api.cli.output import bring
    from suanwang.api.render.figures import state

    door: Door = ctx.obj
    with door.client() as client:
        found = client.job(job)
        if not bring(door, client, found, Path(out)).files:
            door.say(door.words("fetch.none", job=found.id, name=found.demand.name, state=state(door.words, found.state)))


def nodes(ctx: typer.Context, node: Node = "", json: Json = False) -> None:
    from suanwang.api.render.nodes import node_page, nodes_page

    door: Door = ctx.obj
    with door.client() as client:
        if node:
            view = client.node(node)
            door.answer(view, lambda: node_page(door.words, view), json)
            return
        page = client.nodes()
    door.answer(page, lambda: nodes_page(door.words, page.items), json)
    if page.next:
        door.say(door.words("nodes.more", n=len(page.items)))


def top(
    ctx: typer.Context,
    every: Annotated[str, typer.Option("--every")] = "2s",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = TOP_ROWS,
    json: Json = False,
) -> None:
    """On a terminal drawn anew until it is stopped; elsewhere, and as JSON, once."""
    from suanwang.api.render.top import Top, top_page
    from suanwang.model.quantity import duration_s

    door: Door = ctx.obj
    pause = max(TOP_S_MIN, duration_s(every, "every"))
    with door.client() as client:
        while True:
            shown = Top(nodes=client.nodes().items, jobs=client.jobs("running", limit).items, services=client.services().items)
            live = door.out.isatty() and not json
            if live:
                door.out.write("\x1b[H\x1b[2J")
            door.answer(shown, lambda shown=shown: top_page(door.words, shown, door.now(), limit), json)
            if not live:
                return
            door.pause(pause)


def bill(
    ctx: typer.Context,
    job: Job = "",
    limit: Limit = 100,
    cursor: Cursor = "",
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv")] = False,
) -> None:
    from suanwang.api.render.bills import bill_page, bills_page, joined_csv
    from suanwang.api.render.nodes import account_page

    door: Door = ctx.obj
    if json and csv:
        raise UsageFault("SUAN-U024", "--json and --csv are two forms of the same thing", "suan bill --csv")
    with door.client() as client:
        if job:
            one = client.bill(job)
            door.out.write(client.bill_csv(job)) if csv else door.answer(one, lambda: bill_page(door.words, one), json)
            return
        some = client.bills(limit, cursor)
        if csv:
            door.out.write(joined_csv([client.bill_csv(one.job_id) for one in some.items]))
        else:
            mine = () if json else (*account_page(door.words, client.account()), "")
            door.answer(some, lambda: (*mine, *bills_page(door.words, some.items, more=bool(some.next))), json)
        if some.next:
            door.say(door.words("ps.more", cursor=some.next))


def account(ctx: typer.Context, json: Json = False) -> None:
    from suanwang.api.render.nodes import account_page

    door: Door = ctx.obj
    with door.client() as client:
        mine = client.account()
    door.answer(mine, lambda: account_page(door.words, mine), json)
