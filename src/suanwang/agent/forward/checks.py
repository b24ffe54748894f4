"""What this forwarder sees of each contact with its own eyes: timed requests through the data path, which no liar can better.

Each contact is asked about twice a second, less often where there are many; one that failed is asked again at once, and is dead
after DEAD failures in a row. It is asked at once, too, when its node has fallen silent. (Pure: who asks is told who is due.)
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median

from suanwang.model.steering import Contact, Served

EVERY_S = 0.5
RATE_MAX = 60.0
"""Checks a second, of all contacts together."""
DEAD = 2
LIMIT_S_MIN, LIMIT_S_MAX = 0.25, 2.0
TIMED = 5
WAITED_S = 0.5
SILENT_S = 0.7
"""A node that tells its loads twice a second or more and has not for so long is looked after."""


@dataclass(slots=True)
class Seen:
    """path: asked for by HTTP, "" for a connection only. failed: in a row. asking: since when a check is under way, None if
    none is. checked_at: when the last answer came, or did not."""

    contact: Contact
    path: str
    next_at: float
    failed: int = 0
    asking: float | None = None
    checked_at: float = -math.inf
    times: deque[float] = field(default_factory=lambda: deque[float](maxlen=TIMED))

    @property
    def dead(self) -> bool:
        """It is not to be steered to."""
        return self.failed >= DEAD

    def limit_s(self, path_s: float) -> float:
        """How long to wait for an answer: several times what is usual, of which two ways along the path are no fault of its
        own."""
        usual = median(self.times) if self.times else LIMIT_S_MAX / 4
        return min(max(LIMIT_S_MIN + 2 * path_s, 4 * usual), LIMIT_S_MAX)

    def latency_ms(self, now: float) -> float:
        """What the last answer took, or the present one has taken already, if that is more; 0 if unknown."""
        waited = now - self.asking if self.asking is not None else 0.0
        return 1000 * max(self.times[-1], waited) if self.times else 0.0

    def measured(self, now: float) -> tuple[float | None, float] | None:
        """Its latency in ms, and when it was so; (None, when) for one that is dead; None where nothing is known. What has not
        come yet is told when it is WAITED_S late."""
        if self.dead:
            return None, self.checked_at
        if not self.times:
            return None
        late = self.asking is not None and now - self.asking > max(WAITED_S, self.times[-1])
        return (self.latency_ms(now), now) if late else (1000 * self.times[-1], self.checked_at)


class Checks:
    """Who is to be asked, and what came of it. Times: steady seconds."""

    def __init__(self) -> None:
        self.of: dict[str, Seen] = {}
        self._every_s = EVERY_S

    def follow(self, services: Iterable[Served], now: float) -> None:
        """Ask their contacts from now on; one that has moved is another one."""
        wanted = {contact.id: (contact, served.health) for served in services for contact in served.contacts}
        self._every_s = max(EVERY_S, len(wanted) / RATE_MAX)
        kept = {id: seen for id, seen in self.of.items() if id in wanted and _same(seen, *wanted[id])}
        fresh = [id for id in wanted if id not in kept]
        later = {id: now + self._every_s * i / len(fresh) for i, id in enumerate(fresh)}
        self.of = kept | {id: Seen(*wanted[id], later[id]) for id in fresh}

    def due(self, now: float, silent: Mapping[str, float]) -> Iterator[Seen]:
        """Who is to be asked now; each is under way from here on. silent: by node, for how long it has told nothing."""
        for seen in self.of.values():
            worried = silent.get(seen.contact.node_id, 0.0) > SILENT_S and seen.next_at - now < self._every_s / 2
            if seen.asking is None and (seen.next_at <= now or worried):
                seen.asking = now
                seen.next_at = now + self._every_s
                yield seen

    def came(self, seen: Seen, took_s: float | None, now: float) -> bool:
        """It answered, or did not (None); whether that killed or revived it."""
        before = seen.dead
        seen.asking, seen.checked_at = None, now
        if took_s is None:
            seen.failed += 1
            seen.next_at = now if seen.failed < DEAD else seen.next_at
        else:
            seen.failed = 0
            seen.times.append(took_s if took_s < math.inf else LIMIT_S_MAX)  # it is there, and busy
        return seen.dead != before


def _same(seen: Seen, contact: Contact, path: str) -> bool:
    one = seen.contact
    return (one.address, one.port, one.node_id, seen.path) == (contact.address, contact.port, contact.node_id, path)
