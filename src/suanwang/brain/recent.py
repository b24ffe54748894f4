"""The newest decisions, as an encoder takes them, within so many bytes: what was kept first goes first.

Most of a decision is its explanation, and jobs that are alike are told the same one: it is encoded once and kept once.
"""

from collections import Counter
from typing import Any, NamedTuple, cast

import msgspec

from suanwang.model import event as ev
from suanwang.model.deferral import Deferral
from suanwang.model.explanation import Explanation
from suanwang.model.plan import Plan, Refusal

Decided = Plan | Refusal | Deferral
TOLD_MAX = 64
"""Among so many explanations that were told last one is looked for that is told again."""
_FIELDS: dict[type, str] = {
    ev.JobPlaced: "plan",
    ev.JobWaits: "refusal",
    ev.JobDeferred: "deferral",
    ev.JobRefused: "refusal",
}
_NONE = msgspec.Raw()
_encode = msgspec.json.Encoder().encode


class _Logged(msgspec.Struct, frozen=True):
    """What an event has of a decision."""

    plan: msgspec.Raw = _NONE
    refusal: msgspec.Raw = _NONE
    deferral: msgspec.Raw = _NONE


_logged = msgspec.json.Decoder(_Logged).decode


class _Kept(NamedTuple):
    """text: its explanation; own: bytes of all the rest."""

    noun: Decided
    text: msgspec.Raw
    own: int


def logged(body: bytes) -> Decided:
    """The decision that an event of the log has, as an encoder takes it."""
    found = _logged(body)
    return cast(Decided, found.plan or found.refusal or found.deferral)


class Recent:
    """By the number of the event that has the decision, which is higher than all before."""

    def __init__(self, bytes_max: int) -> None:
        self._kept: dict[int, _Kept] = {}
        self._shared = Counter[int]()  # how many have a text, by its identity; who has it keeps it alive
        self._told: dict[int, tuple[Explanation, msgspec.Raw]] = {}
        self._left = bytes_max

    def said(self, event: ev.Event) -> ev.Event:
        """The same event, as an encoder takes it: quicker, if jobs like its job were told the same of late."""
        name = _FIELDS.get(type(event))
        noun: Any = getattr(event, name) if name else None
        if name is None or isinstance(noun, Deferral):
            return event
        return msgspec.structs.replace(event, **{name: msgspec.structs.replace(noun, explanation=self._text(noun.explanation))})

    def keep(self, number: int, said: ev.Event, size: int) -> None:
        """What was decided by an event that is durable now, if it decides. said: by `said`; size: of the event, in bytes."""
        name = _FIELDS.get(type(said))
        if name is None:
            return
        noun = getattr(said, name)
        text = getattr(noun, "explanation", _NONE)
        self._kept[number] = kept = _Kept(noun, text, size - _size(text))
        self._shared[id(text)] += 1
        self._left -= kept.own + (_size(text) if self._shared[id(text)] == 1 else 0)
        while self._left < 0:
            self._forget(self._kept.pop(next(iter(self._kept))))

    def get(self, number: int) -> Decided | None:
        """None if it is not among them."""
        kept = self._kept.get(number)
        return kept.noun if kept else None

    def _text(self, explanation: Explanation) -> msgspec.Raw:
        known = self._told.get(id(explanation))
        if known is None:
            if len(self._told) >= TOLD_MAX:
                self._told.clear()
            self._told[id(explanation)] = known = explanation, msgspec.Raw(_encode(explanation))
        return known[1]

    def _forget(self, kept: _Kept) -> None:
        self._shared[id(kept.text)] -= 1
        self._left += kept.own
        if not self._shared[id(kept.text)]:
            self._left += _size(kept.text)
            del self._shared[id(kept.text)]


def _size(text: msgspec.Raw) -> int:
    return memoryview(text).nbytes
