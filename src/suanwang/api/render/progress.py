"""A job's way in lines: one a stage, then two when it is over."""

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import some
from suanwang.api.render.grid import hour_text
from suanwang.api.render.jobs import reason
from suanwang.model.job import Job
from suanwang.model.money import Bill
from suanwang.model.quantity import show_carbon, show_duration, show_fuel, show_money


def stage(job: Job) -> tuple[str, ...]:
    """What makes this stage another one: a new line begins when it changes."""
    if job.state == "running" and not job.tasks_running and not job.tasks_done:
        return ("placed", *job.nodes)
    return (job.state,)


def stage_text(words: Words, job: Job) -> str:
    """Where the job stands now, without the time."""
    key = stage(job)[0]
    if key == "placed":
        return words("run.placed", nodes=some(words, job.nodes))
    if key == "running":
        return words("run.running", done=job.tasks_done, all=job.tasks_total, nodes=some(words, job.nodes))
    if key == "queued" and job.start_at:
        return words("run.deferred", at=hour_text(job.start_at))
    if key == "queued" and job.reason:
        return words("run.waiting", reason=reason(words, job))
    return words.get(f"run.{key}", key)


def timed(words: Words, text: str, seconds: float) -> str:
    return words("run.timed", text=text, took=show_duration(max(0.0, seconds)))


def summary(words: Words, job: Job, bill: Bill | None) -> tuple[str, str]:
    """What it took, and where to read more. bill: None if it could not be had; then there is no figure for carbon."""
    figures = [show_fuel(job.fuel), show_money(bill.posted_micro if bill else job.spent_micro)]
    if bill is not None:
        figures.append(words("run.carbon", carbon=show_carbon(bill.carbon_g)))
    ended = words.get(f"run.{job.state}", job.state)
    if job.cancelled:
        ended = words("run.without", ended=ended, steps=some(words, job.cancelled))
    took = show_duration(max(0.0, job.ended_at - job.accepted_at))
    first = words("run.summary", ended=ended, took=took, nodes=some(words, job.nodes) or "-", figures=" · ".join(figures))
    return first, words("run.hints", job=job.id)
