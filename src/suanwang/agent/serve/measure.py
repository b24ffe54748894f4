"""The C-SMA: what is measured of the instances here over the last window, as numbers that a path selector can use."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from statistics import mean, median

from suanwang.agent.serve.instance import Instance
from suanwang.agent.serve.stand import Waits
from suanwang.model.steering import Load, Loads
from suanwang.steer.loads import JUMP, TIMES

STREAM_MS = 10_000
"""A request that has waited for longer is no request, but a stream of which the last word was the client's: it tells no
time."""
WINDOW_S = 0.125
LOOKS = 2
"""In each window, at the requests in flight."""


class Gauge:
    """Sums up looks into windows. An instance that is gone is told as ill for a while: who steers to it must not wait until it
    has not been heard of for too long. now: steady seconds."""

    def __init__(self) -> None:
        self._looks: dict[str, list[Waits]] = {}
        self._cpu: dict[str, tuple[float, float]] = {}
        self._gone: dict[str, float] = {}

    def look(self, instances: Sequence[Instance], in_flight: Iterable[Waits]) -> None:
        """A check of ours that is under way is no request of anybody's; which it is cannot be told, so the last that came."""
        for one, waits in zip(instances, in_flight, strict=True):
            self._looks.setdefault(one.id, []).append(tuple(sorted(waits)[one.asking :]))

    def jumped(self, before: Iterable[Load]) -> bool:
        """Whether a queue was just seen to have grown so fast that it should be told at once; then only that look counts."""
        known = {load.contact: load.in_flight for load in before}
        found = [one for one, looks in self._looks.items() if looks and len(looks[-1]) > TIMES * known.get(one, 0.0) + JUMP]
        for one in found:
            del self._looks[one][:-1]
        return bool(found)

    def gone(self, contact: str, until: float) -> None:
        """The instance is over; it is told as ill until then."""
        self._gone[contact] = until
        self._looks.pop(contact, None)
        self._cpu.pop(contact, None)

    def loads(self, instances: Iterable[Instance], now: float) -> tuple[Load, ...]:
        """Of the window that ends now; of those that have been well once."""
        here = tuple(self._load(one, now) for one in instances if one.well is not None)
        self._looks.clear()
        self._gone = {contact: until for contact, until in self._gone.items() if until > now}
        ids = {load.contact for load in here}
        return (*here, *(Load(contact=c, in_flight=0.0, healthy=False) for c in self._gone if c not in ids))

    def _load(self, one: Instance, now: float) -> Load:
        looks, cpu_s = self._looks.get(one.id) or [()], one.cpu_s()
        at, before_s = self._cpu.get(one.id, (now, cpu_s))
        self._cpu[one.id] = (now, cpu_s)
        return Load(
            contact=one.id,
            in_flight=sum(map(len, looks)) / len(looks),
            latency_ms=round(answers_ms(looks) or one.latency_ms, 3),
            cpu=round(max(0.0, cpu_s - before_s) / (now - at), 3) if now > at else 0.0,
            healthy=bool(one.well) and not one.draining,
        )


def answers_ms(looks: Iterable[Waits]) -> float:
    """What requests take now: of those in flight, half have as long before them as behind them; so twice the median of how
    long they have waited. The mean over looks that saw any; 0 if none did."""
    seen = [kept for waits in looks if (kept := [ms for ms in waits if ms < STREAM_MS])]
    return 2 * mean(median(waits) for waits in seen) if seen else 0.0


class Numbered:
    """Gives each `Loads` a number above all before, also of earlier runs of this agent. clock: seconds since 1970."""

    def __init__(self, node_id: str, clock: Callable[[], float]) -> None:
        self._node_id, self._clock = node_id, clock
        self._numbers = itertools.count(int(clock() * 1000))

    def __call__(self, loads: tuple[Load, ...], lifetime_s: float) -> Loads:
        number, at = next(self._numbers), self._clock()
        return Loads(node_id=self._node_id, number=number, at=at, lifetime_s=lifetime_s, window_s=WINDOW_S, loads=loads)
