"""An intent: what somebody wants to hold, from when it was said to its end, and how far it did (TM Forum intent ontology).

An *expectation* is about a job or a service; its *targets* are what is measured of it, each with its condition. A compliance
report says how long each target held.
"""

from typing import Annotated, Literal

import msgspec

from suanwang.model.demand import Demand
from suanwang.model.plan import Plan, Refusal
from suanwang.model.serving import Service

INTENT_NEXT: dict[tuple[str, str], str] = {
    ("", "received"): "received",
    ("received", "rejected"): "rejected",
    ("received", "accepted"): "accepted",
    ("received", "withdrawn"): "ended",
    ("accepted", "met"): "compliant",
    ("accepted", "missed"): "degraded",
    ("accepted", "withdrawn"): "ended",
    ("accepted", "over"): "ended",
    ("compliant", "missed"): "degraded",
    ("compliant", "withdrawn"): "ended",
    ("compliant", "over"): "ended",
    ("degraded", "met"): "compliant",
    ("degraded", "missed"): "degraded",  # others than before
    ("degraded", "withdrawn"): "ended",
    ("degraded", "over"): "ended",
}
"""(state, event) -> state. What is not in it is refused by name. docs/lifecycle.md is printed from it. over: that which it is
about."""
INTENT_FINAL = frozenset({"rejected", "ended"})

UNITS: dict[str, str] = {
    "available": "instances", "latency": "ms", "answer": "ms", "spend": "CNY/day", "region": "share", "done": "share",
    "finish": "s", "cost": "CNY", "carbon": "gCO2e",
}  # fmt: skip
LEAST: frozenset[str] = frozenset({"available", "region", "done"})
"""Of these at least so much is wanted; of the others at most."""
Measure = Annotated[
    Literal["available", "latency", "answer", "spend", "region", "done", "finish", "cost", "carbon"],
    msgspec.Meta(extra_json_schema={"x-units": UNITS, "x-least": sorted(LEAST)}),
]
"""Of a service: available: instances that can be reached. latency: round trip between whom it is near and what serves. answer:
from request to answer. spend: money in a day. region: the share of its instances that is where it may be. Of a job: done: the
share of its tasks, at its end. finish: how long. cost: money. Of both: carbon: grams, of a service in a day. The API's schema
tells the units, for whoever shows a figure."""
CREDITED: frozenset[str] = frozenset({"available", "latency", "region", "done", "finish", "cost", "carbon"})
"""What the network is answerable for. How long answers take is kept as far as it can be, but is also the program's doing."""


class Target(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A condition: the measure is at most `limit`, or at least where LEAST says so, in UNITS."""

    measure: Measure
    limit: float


class Found(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How it stands with a target. value: None where it is not known yet, which counts as met. how: measured, or from what.
    own: a miss is the doing of what runs, or of its owner, and not of the network."""

    measure: Measure
    limit: float
    value: float | None
    met: bool
    how: str
    own: bool = False

    @property
    def credited(self) -> bool:
        """Whether it is a miss that is paid for."""
        return not self.met and not self.own and self.measure in CREDITED


class Proposal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The smallest change of what was asked for that would help. field: with dots, as in a file. why: in words."""

    field: str
    was: str
    to: str
    why: str = ""


class IntentAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """words: as it was said. service or demand: what it was taken to mean; exactly one of them."""

    words: Annotated[str, msgspec.Meta(max_length=2000)]
    service: Service | None = None
    demand: Demand | None = None


class IntentAbout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """about: id or name of the job or service that was made for it."""

    about: Annotated[str, msgspec.Meta(max_length=80)]


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """As it was received. credit: the part of what is charged while a target is missed that is given back, 0-1."""

    id: str
    user: str
    words: str
    kind: Literal["job", "service"]
    name: str
    targets: tuple[Target, ...]
    credit: float = 0.0


class Span(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """From `at` until the next one it was in this state. missed: the targets that did not hold. credited: that is paid for."""

    at: float
    state: str
    missed: tuple[Measure, ...] = ()
    credited: bool = False


class Done(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was done to keep it, or happened to it."""

    at: float
    what: str


class IntentView(msgspec.Struct, frozen=True, kw_only=True):
    """An intent as seen from outside. since: when its state began. about: id of the job or service, "" before it is accepted.

    found: how it stands with each target. proposal: what would help, where nothing within its limits does. reason: why it was
    rejected or has ended. taken: what would be decided of it, as it is received. credited_micro: given back so far.
    """

    intent: Intent
    state: str
    since: float
    about: str = ""
    found: tuple[Found, ...] = ()
    proposal: Proposal | None = None
    reason: str = ""
    taken: Plan | Refusal | None = None
    credited_micro: int = 0


class IntentPage(msgspec.Struct, frozen=True, kw_only=True):
    """next: cursor for the following page, "" at the end."""

    items: tuple[IntentView, ...]
    next: str = ""


class Held(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How long a target held in a window, of the time in which the intent was in force."""

    measure: Measure
    held_s: float
    missed_s: float


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of time. compliant_s + degraded_s is how long the intent was in force in it."""

    from_at: float
    until_at: float
    compliant_s: float
    degraded_s: float
    targets: tuple[Held, ...]

    @property
    def share(self) -> float:
        """Of the time in force in which every target held; 1 for none."""
        total = self.compliant_s + self.degraded_s
        return self.compliant_s / total if total else 1.0


class IntentReport(msgspec.Struct, frozen=True, kw_only=True):
    """A compliance report: all of its time, the windows that it is made of, and what happened, oldest first."""

    view: IntentView
    whole: Window
    windows: tuple[Window, ...]
    done: tuple[Done, ...]
