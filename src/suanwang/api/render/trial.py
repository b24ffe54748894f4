"""What a trial and a replay found: before, after, the difference, and how far the twin is to be believed."""

from collections.abc import Sequence
from datetime import UTC, datetime

from suanwang.api.catalogue import Words
from suanwang.api.render.broken import broken_text
from suanwang.api.render.table import Page, Table, table
from suanwang.model.quantity import show_duration
from suanwang.model.trial import Compared, Estimate, JobsTrial, Replayed, ServiceTrial, Trial, WhatIf

_COUNTED = ("jobs", "requests")
"""Units that the table's head says."""
_LABS = {"calm": "twin.lab_calm", "crowd": "twin.lab_crowd", "cut": "twin.lab_cut"}


def trial_page(words: Words, trial: Trial) -> Page:
    """`suan twin try`."""
    span = show_duration(trial.span_s)
    page: Page = (words("twin.head", changes=_changes(words, trial.changes), at=_time(trial.at), nodes=trial.nodes),)
    page = (*page, words("twin.runs", seeds=trial.seeds, span=span))
    if trial.services:
        page = (*page, "", _services(words, trial.services), "", _sites(words, trial.services))
    if trial.jobs:
        page = (*page, "", *_jobs(words, trial.jobs))
    if not trial.services and not trial.jobs:
        page = (*page, words("twin.nothing"))
    broken = [broken_text(words, one) for one in trial.broken]
    if broken:
        page = (*page, "", *broken)
    return (*page, "", *_lab(words, trial), *_notes(words, trial.notes))


def _lab(words: Words, trial: Trial) -> Page:
    """How far the twin was from the lab in like events."""
    return tuple(
        words(_LABS[one.kind], figure=one.figure, half=f"{one.half:.0%}", most=f"{one.most:.0%}", cells=one.cells)
        for one in trial.lab
    )


def replay_page(words: Words, found: Replayed) -> Page:
    """`suan twin replay`."""
    if not found.events:
        return (words("replay.none"),)
    span = show_duration(found.until - found.since)
    page: Page = (words("replay.head", first=found.first, last=found.last, span=span, since=_time(found.since)),)
    page = (*page, words("replay.same", same=found.same, decisions=found.decisions))
    if found.differ:
        titles = tuple(words(f"column.{title}") for title in ("event", "job", "was", "becomes"))
        page = (*page, table(titles, [(str(one.number), one.job, one.was, one.now) for one in found.differ]))
    if found.after:
        page = (*page, "", words("replay.with", changes=_changes(words, found.changes)), *_jobs(words, found.after))
    return (*page, *_notes(words, (*found.notes, *(("recorded",) if found.after else ()))))


def _services(words: Words, services: Sequence[ServiceTrial]) -> Table:
    titles = tuple(words(f"column.{t}") for t in ("service", "figure", "before", "after", "difference", "error"))
    rows: list[tuple[str, ...]] = []
    for one in services:
        count = (one.name, words("figure.instances"), str(one.instances_before), str(one.instances_after), "", "")
        rows += [count, *((one.name, *_row(words, figure)) for figure in one.figures)]
    return table(titles, rows, "  rrrr")


def _sites(words: Words, services: Sequence[ServiceTrial]) -> Table:
    """Requests at each site."""
    titles = tuple(words(f"column.{t}") for t in ("service", "load_at", "before", "after", "difference", "error"))
    rows = [(one.name, figure.name, *_row(words, figure)[1:]) for one in services for figure in one.sites]
    return table(titles, rows, "  rrrr")


def _jobs(words: Words, jobs: JobsTrial) -> Page:
    titles = tuple(words(f"column.{t}") for t in ("jobs", "before", "after", "difference", "error"))
    page: Page = (
        words("twin.jobs", present=jobs.present, rate=_number(jobs.per_s * 60), moved=jobs.moved),
        table(titles, [_row(words, figure) for figure in jobs.figures], " rrrr"),
    )
    told = [words("twin.code", code=one.code, before=_number(one.before), after=_number(one.after)) for one in jobs.codes]
    return (*page, *told)


def _row(words: Words, one: Compared) -> tuple[str, ...]:
    """Name, before, after, difference, the twin's own error."""
    unit = "" if one.unit in _COUNTED else one.unit
    before, after, more = (f"{_estimate(part)} {unit}".rstrip() for part in (one.before, one.after, one.difference))
    difference = ("+" if one.difference.value > 0 else "") + more if one.sure else words("twin.same")
    error = "-" if one.error is None else f"{one.error:+.0%}"
    return words.get(f"figure.{one.name}", one.name), before, after, difference, error


def _estimate(one: Estimate) -> str:
    """Such as "20.8 ± 0.6"; without the second where it is exact, or one run cannot tell."""
    return f"{_number(one.value)} ± {_number(one.half)}" if one.half else _number(one.value)


def _number(value: float) -> str:
    """Three digits that matter."""
    size = abs(value)
    if value == int(value) and size < 1e6:
        return f"{value:.0f}"
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 1 else f"{value:.2g}"


def _changes(words: Words, changes: Sequence[WhatIf]) -> str:
    return "; ".join(said(one) for one in changes) or words("twin.present")


def said(one: WhatIf) -> str:
    """A change, as it is typed."""
    match one.what:
        case "add":
            return f"add {one.count} like {one.name}"
        case "load" | "jobs" | "price" | "carbon":
            how = f"x{one.times:g}" if one.value is None else f"= {one.value:g}"
            return " ".join(word for word in (one.what, one.name, how) if word)
        case _:
            return f"{one.what} {one.name}"


def _notes(words: Words, notes: Sequence[str]) -> tuple[str, ...]:
    return tuple(words(f"note.{note}") for note in notes)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
