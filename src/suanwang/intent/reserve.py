"""What `suan reserve` means: needs and limits are read as those of a job file, the time as people write it."""

import re
from datetime import UTC, datetime, timedelta, timezone

import msgspec

from suanwang.intent.demand import demand_from
from suanwang.intent.document import Document
from suanwang.intent.steps import check
from suanwang.model import quantity
from suanwang.model.demand import Command, Demand
from suanwang.model.fault import UsageFault
from suanwang.model.quantity import quoted
from suanwang.model.reservation import Reserve

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_EXAMPLE = "write it like this: --from 20:00, --from +30min, or --from 2026-12-31T20:00"


def reserve_from(document: Document, begins: str, lasts: str, *, now: float, zone_s: int) -> Reserve:
    """name, needs, near and limits: of the document, as in a job file. begins: 20:00 (the next), +30min, now, or a date and
    time. now: seconds since 1970; zone_s: seconds by which the clock on the wall is ahead of UTC. Faults as those of
    `demand_from`."""
    asked = demand_from({"run": "true", **document}, files=(), items=())
    at = moment(begins, now, zone_s)
    until = at + quantity.duration_s(lasts, "for")
    return Reserve(name=asked.name, needs=asked.needs, near=asked.near, limits=asked.limits, from_at=at, until_at=until)


def check_reserve(asked: Reserve) -> Reserve:
    """One that came over the wire, held to the same bounds."""
    demand = Demand(name=asked.name, work=Command(argv=("true",)), needs=asked.needs, near=asked.near, limits=asked.limits)
    found = check(demand)
    return msgspec.structs.replace(asked, needs=found.needs, near=found.near, limits=found.limits)


def moment(text: str, now: float, zone_s: int) -> float:
    """Seconds since 1970 of a moment as people write it. UsageFault SUAN-U098."""
    if text == "now":
        return now
    if text.startswith("+"):
        return now + quantity.duration_s(text[1:], "from")
    here = datetime.fromtimestamp(now, UTC).astimezone(timezone(timedelta(seconds=zone_s)))
    if found := _CLOCK.fullmatch(text):
        at = here.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        return (at if at > here else at + timedelta(days=1)).timestamp()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageFault("SUAN-U098", f"from is {quoted(text)}, which is no moment.", _EXAMPLE) from None
    return (at if at.tzinfo else at.replace(tzinfo=here.tzinfo)).timestamp()
