"""Figures as they stand in tables: how long ago, how many of how many, where."""

from collections.abc import Iterable

from suanwang.api.catalogue import Words
from suanwang.model.job import Job
from suanwang.model.metric import Metric

SPANS = ((86400.0, "time.d"), (3600.0, "time.h"), (60.0, "time.min"), (1.0, "time.s"))
NAMES_MAX = 3
KIND = {"service": "apply.of_service", "job": "apply.of_job"}
"""What the two are called."""


def span(words: Words, seconds: float) -> str:
    """A length of time in its largest whole unit: "3 min"."""
    for size, key in SPANS:
        if seconds >= size:
            return words(key, n=int(seconds // size))
    return words("time.s", n=0)


def ago(words: Words, at: float, now: float) -> str:
    """Such as "3 min ago"; a dash where it has not happened."""
    return words("time.ago", span=span(words, max(0.0, now - at))) if at else "-"


def state(words: Words, name: str) -> str:
    return words.get(f"state.{name}", name)


def some(words: Words, names: Iterable[str], most: int = NAMES_MAX) -> str:
    """The first few names, and how many more there are."""
    listed = tuple(names)
    shown = ", ".join(listed[:most])
    return shown if len(listed) <= most else words("some.more", names=shown, n=len(listed) - most)


def tasks(job: Job) -> str:
    """Tasks that ended of all: "60/100"."""
    return f"{job.tasks_done + job.tasks_failed + len(job.cancelled)}/{job.tasks_total}"


def basis(words: Words, text: str) -> str:
    """How a figure was come by, or why: a phrase of the brain's, or a state, and after a colon whom or what it is about."""
    phrase, _, about = text.partition(": ")
    said = words.get(f"basis.{phrase}", words.get(f"state.{phrase}", phrase))
    return f"{said}: {about}" if about else said


def unit(words: Words, name: str) -> str:
    """A unit, as it is said; those of physics and money are the same everywhere."""
    return words.get(f"unit.{name}", name)


def exact_cny(value: float, digits: int = 6) -> str:
    """A score or one of its terms: shown so finely that terms are seen to add up."""
    return f"{value:.{digits}f}"


def metric_row(metric: Metric) -> tuple[str, ...]:
    """Type with its level, value, unit, spread and source of one metric, in CATS terms."""
    name = metric.type if metric.level == 0 else f"L{metric.level} {metric.type}"
    spread = f"{metric.spread:.1%}" if metric.spread else "-"
    return (name, f"{metric.value:.6g}", metric.unit or "-", spread, metric.source)
