"""Jobs and tasks as tables."""

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import ago, some, state, tasks
from suanwang.api.render.table import Page, table
from suanwang.api.whys import coded, listed, why
from suanwang.model.job import Job, Task
from suanwang.model.quantity import show_carbon, show_duration, show_energy, show_fuel, show_money


def jobs_page(words: Words, jobs: tuple[Job, ...], now: float) -> Page:
    """`suan ps`: newest first, as the brain sends them."""
    if not jobs:
        return (words("ps.none"),)
    titles = ("id", "name", "state", "tasks", "where", "fuel", "cost", "accepted")
    rows = [_row(words, job, now) for job in jobs]
    shown = table(tuple(words(f"column.{title}") for title in titles), rows, "   r rr")
    return (shown,)


def tasks_page(words: Words, listed: tuple[Task, ...]) -> Page:
    """`suan ps JOB`: one row a task."""
    titles = ("task", "item", "state", "where", "attempt", "fuel", "took", "energy", "carbon", "note")
    rows = [_task_row(words, task) for task in listed]
    return (table(tuple(words(f"column.{title}") for title in titles), rows, "r   rrrrr"),)


def _row(words: Words, job: Job, now: float) -> tuple[str, ...]:
    return (
        job.id,
        job.demand.name,
        state(words, job.state),
        tasks(job),
        some(words, job.nodes) or "-",
        show_fuel(job.fuel) if job.fuel else "-",
        show_money(job.spent_micro) if job.spent_micro else "-",
        ago(words, job.accepted_at, now),
    )


def _task_row(words: Words, task: Task) -> tuple[str, ...]:
    ended = task.outcome
    return (
        str(task.index),
        task.item or "-",
        state(words, task.state),
        task.node or "-",
        str(task.attempt),
        show_fuel(ended.fuel) if ended else "-",
        show_duration(ended.wall_s) if ended else "-",
        show_energy(task.energy_kwh) if ended else "-",
        show_carbon(task.carbon_g) if ended else "-",
        task_note(words, task),
    )


def task_note(words: Words, task: Task) -> str:
    """Why a task failed, in words, or what one that is done says of itself; mostly empty."""
    ended = task.outcome
    note = noted(words, ended.note) if ended else ""
    if ended is None or not ended.code:
        return note
    said = words.get(f"ended.{ended.code}", ended.code, exit=ended.exit_code)
    return f"{said}: {note}" if note else said


def noted(words: Words, note: str) -> str:
    """What a task, or its node, says of it."""
    return coded(words, note) if note.startswith("SUAN-") else listed(words, "note", note)


def reason(words: Words, job: Job) -> str:
    """Why a job waits, or how it ended, in words; mostly empty."""
    return coded(words, why(words, "ended", job.reason))
