"""Intents as the log tells of them: their states, how long they were in each, and what was done to keep them.

event -> fold -> state and spans of time -> windows of the compliance report, and the time that is paid for
"""

from collections.abc import Iterator, MutableMapping

import msgspec

from suanwang.model import event as ev
from suanwang.model.fault import ConflictFault
from suanwang.model.intent import (
    INTENT_FINAL,
    INTENT_NEXT,
    LEAST,
    UNITS,
    Done,
    Found,
    Held,
    Intent,
    IntentReport,
    IntentView,
    Measure,
    Proposal,
    Span,
    Window,
)
from suanwang.model.plan import Plan, Refusal

SPANS_MAX, DONE_MAX = 2_000, 200
"""Of one intent, that are kept; the oldest go first."""
INTENTS_KEPT = 1_000
"""Of those that are over."""
DAY_S = 86_400.0
IN_FORCE = ("compliant", "degraded")


class IntentState(msgspec.Struct, kw_only=True):
    """An intent, and what came of it. about: id of its job or service. charged: (when, money, grams) of each instance of its
    service that ended within a day before the last that did."""

    intent: Intent
    state: str = ""
    about: str = ""
    reason: str = ""
    found: tuple[Found, ...] = ()
    proposal: Proposal | None = None
    spans: list[Span] = msgspec.field(default_factory=list[Span])
    done: list[Done] = msgspec.field(default_factory=list[Done])
    charged: list[tuple[float, int, float]] = msgspec.field(default_factory=list[tuple[float, int, float]])
    credited_micro: int = 0

    @property
    def final(self) -> bool:
        """Nothing more will come of it."""
        return self.state in INTENT_FINAL

    @property
    def since(self) -> float:
        """When its state began."""
        first = self.spans[-1].at
        for span in reversed(self.spans):
            if span.state != self.state:
                break
            first = span.at
        return first

    def move(self, happening: str, at: float) -> None:
        """ConflictFault SUAN-U171: what is not in the table."""
        following = INTENT_NEXT.get((self.state, happening))
        if following is None:
            why = f"an intent that is {self.state or 'new'} cannot be {happening}"
            raise ConflictFault("SUAN-U171", why, f"suan intents {self.intent.id}")
        self.state = following
        missed = tuple(f for f in self.found if not f.met) if following == "degraded" else ()
        credited = any(f.credited for f in missed)
        self.spans.append(Span(at=at, state=following, missed=tuple(f.measure for f in missed), credited=credited))
        del self.spans[:-SPANS_MAX]

    def note(self, at: float, what: str) -> None:
        """Something was done to keep it."""
        self.done.append(Done(at=at, what=what))
        del self.done[:-DONE_MAX]

    def charge(self, at: float, amount_micro: int, carbon_g: float) -> None:
        """An instance of its service has ended, and cost so much."""
        self.charged = [one for one in self.charged if at - one[0] < DAY_S]
        self.charged.append((at, amount_micro, carbon_g))

    def credited_s(self, from_at: float, until_at: float) -> float:
        """How long in that time it was degraded by what the network is answerable for."""
        return sum(part for span, part in _parts(self, from_at, until_at) if span.credited)


def fold(intents: MutableMapping[str, IntentState], e: ev.OfIntent) -> None:
    """What an event makes of the intents. ConflictFault SUAN-U171: what is not in the table."""
    if isinstance(e, ev.IntentReceived):
        intents[e.intent.id] = IntentState(intent=e.intent)
    one = intents[e.intent.id if isinstance(e, ev.IntentReceived) else e.intent_id]
    match e:
        case ev.IntentReceived():
            one.move("received", e.at)
        case ev.IntentRejected():
            one.reason, one.proposal = e.reason, e.proposal
            one.move("rejected", e.at)
        case ev.IntentAccepted():
            one.about = e.about
            one.move("accepted", e.at)
        case ev.IntentJudged():
            one.found, one.proposal = e.found, e.proposal
            one.move("met" if all(f.met for f in e.found) else "missed", e.at)
            one.note(e.at, _judgement(one))
        case ev.IntentCredited():
            one.credited_micro += e.amount_micro
        case ev.IntentEnded():
            one.reason, one.found = e.reason, e.found or one.found
            one.move("over" if e.over else "withdrawn", e.at)
    if one.final:
        _forget(intents)


def _judgement(one: IntentState) -> str:
    missed = [f for f in one.found if not f.met]
    parts = (f"{f.measure} {_figure(f)}, wanted {'>=' if f.measure in LEAST else '<='} {f.limit:g}" for f in missed)
    return f"{one.state}: {'; '.join(parts)}" if missed else one.state


def _figure(found: Found) -> str:
    return found.how if found.value is None else f"{found.value:.4g} {UNITS[found.measure]}"


def _forget(intents: MutableMapping[str, IntentState]) -> None:
    """All but the last few of those that are over."""
    over = [id for id, one in intents.items() if one.final]
    for old in over[:-INTENTS_KEPT]:
        del intents[old]


def of_service(intents: MutableMapping[str, IntentState], service_id: str) -> Iterator[IntentState]:
    """Those that a service is under."""
    return (one for one in intents.values() if one.about == service_id and not one.final)


def view_of(one: IntentState, now: tuple[Found, ...] = (), taken: Plan | Refusal | None = None) -> IntentView:
    """An intent as seen from outside. now: how it stands with it, if that is known; else as it was last judged."""
    return IntentView(
        intent=one.intent, state=one.state, since=one.since, about=one.about, found=now or one.found, proposal=one.proposal,
        reason=one.reason, taken=taken, credited_micro=one.credited_micro,
    )  # fmt: skip


def report_of(one: IntentState, now: float, window_s: float, most: int, found: tuple[Found, ...] = ()) -> IntentReport:
    """Over all of its time, and over the last windows of so many seconds, each beginning at a multiple of that. found: as
    view_of has it."""
    begun = next((span.at for span in one.spans if span.state in IN_FORCE), now)
    ended = one.spans[-1].at if one.final else now
    first = max(begun - begun % window_s, ended - ended % window_s - (most - 1) * window_s)
    starts = [first + n * window_s for n in range(most) if first + n * window_s < ended]
    return IntentReport(
        view=view_of(one, found),
        whole=_window(one, begun, ended),
        windows=tuple(_window(one, start, min(start + window_s, ended)) for start in starts),
        done=tuple(one.done),
    )


def _parts(one: IntentState, from_at: float, until_at: float) -> list[tuple[Span, float]]:
    """Its spans in force, each with how much of it lies in that time."""
    ends = [*(span.at for span in one.spans[1:]), float("inf")]
    return [
        (span, max(0.0, min(end, until_at) - max(span.at, from_at)))
        for span, end in zip(one.spans, ends, strict=True)
        if span.state in IN_FORCE
    ]


def _window(one: IntentState, from_at: float, until_at: float) -> Window:
    parts = _parts(one, from_at, until_at)
    force = sum(part for _, part in parts)
    missed: dict[Measure, float] = {
        t.measure: sum(part for span, part in parts if t.measure in span.missed) for t in one.intent.targets
    }
    degraded = sum(part for span, part in parts if span.state == "degraded")
    return Window(
        from_at=from_at,
        until_at=until_at,
        compliant_s=force - degraded,
        degraded_s=degraded,
        targets=tuple(Held(measure=m, held_s=force - lost, missed_s=lost) for m, lost in missed.items()),
    )
