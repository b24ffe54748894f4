"""How many instances a service is to have: as many as its requests under way call for; more at once, fewer only after a while.

asked for    requests in flight / requests that each instance is to have, rounded up
out          at once, at most doubled in a step; ahead of time for what is foreseen, where that was nearer than "as now"
(brain/soon) in           when for CALM_S nothing more was asked for to zero      when for idle_s there was no request, if
that is allowed; from zero as soon as somebody asks
"""

import math

import msgspec

from suanwang.model.serving import Scale

CALM_S = 30.0


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """count: wanted last. since: when so many or more were last called for. busy_at: when there was last a request."""

    count: int = 0
    since: float = float("-inf")
    busy_at: float = float("-inf")


def wanted(
    memory: Memory, scale: Scale, *, up: int, in_flight: float, asked: bool, now: float, soon: float = 0.0
) -> tuple[Memory, int]:
    """(what to remember, how many). up: instances that can be reached. in_flight: of all of them together. asked: somebody
    asked lately while there was none. now: seconds of a clock that does not jump. soon: in flight as foreseen, 0 if nobody
    says."""
    fresh = memory.count == 0 and memory.busy_at == float("-inf")
    busy_at = now if in_flight > 0 or asked or fresh else memory.busy_at
    least = max(scale.least, 1) if now - busy_at < scale.idle_s or scale.least else 0
    called = min(math.ceil(max(in_flight, soon) / scale.in_flight - 1e-9), 2 * max(up, 1))
    target = max(least, min(scale.most, called))
    if target >= memory.count or now - memory.since >= CALM_S or (not least and not in_flight):
        count = target
        since = now
    else:
        count, since = max(least, min(memory.count, scale.most)), memory.since
    return Memory(count=count, since=now if target >= memory.count else since, busy_at=busy_at), count
