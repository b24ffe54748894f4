"""What a span is, and the ids of a job's spans: whoever knows the trace and what a span is about knows its id."""

import re
from contextvars import ContextVar
from hashlib import sha256
from typing import NamedTuple, Protocol

Value = str | int | float | bool

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
SAMPLED = 1

CURRENT: ContextVar[str] = ContextVar("traceparent", default="")
"""Of the request that is being answered; "" where nobody traces it."""


class Span(NamedTuple):
    """One piece of what happened. at, until: seconds since 1970. parent: "" for the first of its trace. kind: "internal",
    "server" or "client". events: (at, what). failed: why, "" if it did not."""

    trace: str
    id: str
    parent: str
    name: str
    at: float
    until: float
    attributes: dict[str, Value]
    kind: str = "internal"
    events: tuple[tuple[float, str], ...] = ()
    failed: str = ""


class Tracer(Protocol):
    """Takes spans that are over."""

    def take(self, span: Span) -> None: ...
    def close(self) -> None: ...


def parsed(traceparent: str) -> tuple[str, str] | None:
    """(trace, span) of a W3C traceparent (Trace Context, 3.2); None for one that is not sampled, or that says nothing."""
    found = _TRACEPARENT.fullmatch(traceparent)
    return (found[1], found[2]) if found and int(found[3], 16) & SAMPLED else None


def traceparent(trace: str, span: str) -> str:
    """The inverse of `parsed`."""
    return f"00-{trace}-{span}-01"


def span_id(trace: str, about: str) -> str:
    """16 hexadecimal digits: a hash of what the span is about, in its trace."""
    return sha256(f"{trace}/{about}".encode()).hexdigest()[:16]


def job_span(job_id: str) -> str:
    """What the span of a whole job is about."""
    return f"job {job_id}"


def placement_span(placement_id: str) -> str:
    """What the span of a placement is about, in which the node's spans lie."""
    return f"placement {placement_id}"
