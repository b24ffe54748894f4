"""The plan of a job graph in words: each step with its node and times, what goes over which links, and what it comes to."""

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import some
from suanwang.api.render.table import Page, Table, table
from suanwang.model.graph_plan import Choice, GraphPlan, Run, Sending
from suanwang.model.quantity import show_carbon, show_duration, show_money

SHOWN = 16
"""Steps, and transfers, that are listed; all of them: --json."""


def graph_page(words: Words, name: str, plan: GraphPlan, *, rehearsed: bool = False) -> Page:
    """rehearsed: it was only tried out."""
    hosts = tuple(dict.fromkeys(run.host for run in plan.runs))
    return (
        words("graph.would" if rehearsed else "graph.planned", name=name, n=len(plan.runs), nodes=some(words, hosts)),
        words(
            "graph.expected",
            finish=show_duration(plan.makespan_s),
            bound=show_duration(plan.bound_s),
            price=show_money(plan.price_micro),
            carbon=show_carbon(plan.carbon_g),
        ),
        *_runs(words, plan),
        *_sendings(words, plan),
        words("graph.network_told" if plan.network == "told" else "graph.network_modelled"),
    )


def _runs(words: Words, plan: GraphPlan) -> Page:
    why = {choice.task: choice for choice in plan.choices}
    titles = tuple(words(f"column.{key}") for key in ("step", "node", "begins", "ends", "price", "waits"))
    runs = sorted(plan.runs, key=lambda run: (run.start_s, run.finish_s))
    rows = [_run(words, run, why.get(run.task)) for run in runs[:SHOWN]]
    return ("", table(titles, rows, "  rrr "), *_more(words, len(runs)))


def _run(words: Words, run: Run, why: Choice | None) -> tuple[str, ...]:
    return (
        run.task,
        run.host,
        show_duration(run.start_s),
        show_duration(run.finish_s),
        show_money(run.price_micro),
        _waits(words, why) if why else "-",
    )


def _waits(words: Words, why: Choice) -> str:
    """What held it up, and where else it would have ended when."""
    waits = words("graph.waits_files", file=why.file) if why.waits == "files" and why.file else ""
    waits = words("graph.waits_cores") if why.waits == "cores" else waits
    other = words("graph.other", node=why.runner_up, finish=show_duration(why.runner_up_finish_s)) if why.runner_up else ""
    return words("graph.both", waits=waits, other=other) if waits and other else waits or other or "-"


def _sendings(words: Words, plan: GraphPlan) -> Page:
    sent = [s for s in plan.sendings if s.files]
    if not sent:
        return ("", words("graph.nothing_sent"))
    name = dict(plan.routers)
    titles = tuple(words(f"column.{key}") for key in ("file", "path", "begins", "there"))
    rows = [(_files(words, s), " > ".join(name.get(r, str(r)) for r in s.via), *_times(s)) for s in sent[:SHOWN]]
    lines: list[str | Table] = ["", words("graph.sent", n=len(sent)), table(titles, rows, "  rr")]
    return (*lines, *_more(words, len(sent)))


def _times(sending: Sending) -> tuple[str, str]:
    return show_duration(sending.start_s), show_duration(sending.there_s)


def _files(words: Words, sending: Sending) -> str:
    return some(words, sending.files, 2)


def _more(words: Words, count: int) -> Page:
    return (words("why.not_shown", n=count - SHOWN),) if count > SHOWN else ()
