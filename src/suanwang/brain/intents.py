"""Intents as the log tells of them: their states, how long they were in each, and what was done to keep them."""

from collections.abc import Iterable

import msgspec

from suanwang.model.fault import ConflictFault
from suanwang.model.intent import (
    INTENT_FINAL,
    INTENT_NEXT,
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
DAY_S = 86_400.0
IN_FORCE = ("compliant", "degraded")


class IntentState(msgspec.Struct, kw_only=True):
    """An intent, and what came of it. about: id of its job or service. charged: (when it ended, what was posted) of
    each instance of its service that ended within a day before the last one did."""

    intent: Intent
    state: str = ""
    about: str = ""
    reason: str = ""
    found: tuple[Found, ...] = ()
    proposal: Proposal | None = None
    spans: list[Span] = msgspec.field(default_factory=list[Span])
    done: list[Done] = msgspec.field(default_factory=list[Done])
    credited_micro: int = 0
    charged: list[tuple[float, int]] = msgspec.field(default_factory=list[tuple[float, int]])

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
        missed: tuple[Measure, ...] = tuple(f.measure for f in self.found if not f.met) if following == "degraded" else ()
        self.spans.append(Span(at=at, state=following, missed=missed))
        del self.spans[:-SPANS_MAX]

    def note(self, at: float, what: str) -> None:
        """Something was done to keep it."""
        self.done.append(Done(at=at, what=what))
        del self.done[:-DONE_MAX]

    def charge(self, at: float, micro: int) -> None:
        """An instance ended that was charged so much."""
        self.charged = [(then, before) for then, before in self.charged if at - then < DAY_S]
        self.charged.append((at, micro))

    def missed_s(self, from_at: float, until_at: float) -> float:
        """How long it was degraded in that time."""
        return _window(self, from_at, until_at).degraded_s


def view_of(one: IntentState, taken: Plan | Refusal | None = None) -> IntentView:
    """An intent as seen from outside."""
    return IntentView(
        intent=one.intent, state=one.state, since=one.since, about=one.about, found=one.found, proposal=one.proposal,
        reason=one.reason, taken=taken, credited_micro=one.credited_micro,
    )  # fmt: skip


def report_of(one: IntentState, now: float, window_s: float, most: int) -> IntentReport:
    """Over all of its time, and over the last windows of so many seconds, each beginning at a multiple of that."""
    begun = next((span.at for span in one.spans if span.state in IN_FORCE), now)
    ended = one.spans[-1].at if one.final else now
    first = max(begun - begun % window_s, ended - ended % window_s - (most - 1) * window_s)
    starts = [first + n * window_s for n in range(most) if first + n * window_s < ended]
    return IntentReport(
        view=view_of(one),
        whole=_window(one, begun, ended),
        windows=tuple(_window(one, start, min(start + window_s, ended)) for start in starts),
        done=tuple(one.done),
    )


def _window(one: IntentState, from_at: float, until_at: float) -> Window:
    ends = [*(span.at for span in one.spans[1:]), float("inf")]
    parts = [
        (span, max(0.0, min(end, until_at) - max(span.at, from_at)))
        for span, end in zip(one.spans, ends, strict=True)
        if span.state in IN_FORCE
    ]
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


def unfinished(intents: Iterable[IntentState], user: str) -> list[Intent]:
    """Those of a user that are accepted and not over."""
    return [one.intent for one in intents if one.intent.user == user and one.state not in ("received", *INTENT_FINAL)]
