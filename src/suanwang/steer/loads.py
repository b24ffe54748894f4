"""When a load is worth telling: at once if it has changed by much, else seldom, and never more often than the bound."""

from suanwang.model.steering import Load, Loads

EVERY_S_LEAST, EVERY_S_MOST, AT_ONCE_S = 0.125, 0.5, 0.05
"""Between two tellings, at least and at most: eight a second bound the churn, two a second show that it lives. What cannot
wait is told sooner."""
JUMP, TIMES = 3.0, 1.5
"""Requests in flight that have grown to so many times what was told, and so many more, cannot wait."""
STEP, SHARE = 0.5, 0.15
"""A change worth telling: half a request in flight, or 15 % of what was told last."""
STEP_MS, SHARE_MS = 5.0, 0.5
"""The same for what answers take."""


def due(before: Loads | None, now: Loads) -> bool:
    """Whether to tell what is measured now, after what was told last."""
    if before is None or now.at - before.at >= EVERY_S_MOST or now.at < before.at:
        return True
    since = now.at - before.at
    return (since >= EVERY_S_LEAST and _changed(before, now)) or (since >= AT_ONCE_S and jumped(before, now))


def jumped(before: Loads, now: Loads) -> bool:
    """Whether a queue has grown so fast that whoever steers should know at once."""
    known = {load.contact: load.in_flight for load in before.loads}
    return any(load.in_flight > TIMES * known.get(load.contact, 0.0) + JUMP for load in now.loads)


def _changed(last: Loads, now: Loads) -> bool:
    before = {load.contact: load for load in last.loads}
    if before.keys() != {load.contact for load in now.loads}:
        return True
    return any(_differs(before[load.contact], load) for load in now.loads)


def _differs(a: Load, b: Load) -> bool:
    return (
        a.healthy != b.healthy
        or abs(a.in_flight - b.in_flight) > max(STEP, SHARE * a.in_flight)
        or abs(a.latency_ms - b.latency_ms) > max(STEP_MS, SHARE_MS * a.latency_ms)
    )
