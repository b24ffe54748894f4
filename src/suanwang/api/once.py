"""JSON in which a key stands twice is refused: of the two values readers take the last, and nobody is told (RFC 8259, 4).

What reads nouns cannot see it. So a body is written again from its noun: what our clients send is the same bytes then, which is
all that it costs them. Anything else is read once more for its keys alone.
"""

import json
from collections.abc import Sequence

import msgspec

from suanwang.model.fault import UsageFault


def is_as_written(body: bytes, noun: object) -> bool:
    """Whether a body is what its noun is written as: then no key stands twice."""
    return msgspec.json.encode(noun) == body


def check_keys(body: bytes) -> None:
    """UsageFault SUAN-U003: an object in this JSON, which is whole, has a key twice."""
    _READER.decode(body.decode(errors="replace"))


def _keys(pairs: Sequence[tuple[str, object]]) -> None:
    """Of one object; None stands for it, so that nothing is kept of what is read."""
    if len(dict(pairs)) == len(pairs):
        return
    seen = set[str]()
    for key, _ in pairs:
        if key in seen:
            raise UsageFault("SUAN-U003", f"the JSON has the key {key[:40]!r} twice in one object", "say it once")
        seen.add(key)


_READER = json.JSONDecoder(object_pairs_hook=_keys, parse_int=float)
"""Numbers of any length are read; what they are, the noun has been asked."""
