"""From what somebody did to how far they are believed: the error estimate of BOINC's adaptive replication.

The estimate e starts at 0.1, is multiplied by 0.95 when a result was what a quorum found, and rises by 0.1 (to at most 1) when
it was not; who is below 0.05 is trusted with work alone (Anderson, "BOINC: A Platform for Volunteer Computing", 2019, and its
AdaptiveReplication notes). Old errors fade as agreement piles up. reputation = 1 - e.
"""

from statistics import median

import msgspec

from suanwang.model.record import Record

AGREED, DISAGREED, SPOILED, LOST = "agreed", "disagreed", "failed", "lost"
FADES, RISES = 0.95, 0.1
TRUSTED_BELOW = 0.05
AGREED_MIN = 10
CHECKED_MIN = 0.01
FLOOR = 0.5
"""A reputation below this quarantines: nothing is placed there."""
SPEEDS_KEPT, SPEEDS_MIN = 9, 5
SEEN_TIMES = 1.5
"""A claimed speed is believed up to so many times the median that tasks showed."""


def after(record: Record, verdict: str) -> Record:
    """The record after one more verdict: AGREED, DISAGREED, SPOILED (failed where others did not) or LOST."""
    error = record.error
    if verdict == AGREED:
        error *= FADES
    elif verdict in (DISAGREED, SPOILED):
        error = min(1.0, error + RISES)
    return msgspec.structs.replace(record, error=error, **{verdict: getattr(record, verdict) + 1})


def reputation(record: Record) -> float:
    """1 - e, between 0 and 1: the chance that the next result is right, as far as the record goes. 0.9 for the unknown."""
    return 1.0 - record.error


def trusted(record: Record) -> bool:
    """Whether work may be done there alone: e < 0.05 after at least 10 results that were agreed on."""
    return record.error < TRUSTED_BELOW and record.agreed >= AGREED_MIN


def check_chance(record: Record) -> float:
    """How often work of somebody trusted is replicated all the same: e, at least one in a hundred."""
    return max(CHECKED_MIN, record.error)


def timed(record: Record, fuel_per_s: float) -> Record:
    """The record after one more task that was long enough to show a speed."""
    return msgspec.structs.replace(record, speeds=(*record.speeds, fuel_per_s)[-SPEEDS_KEPT:])


def speed_seen(record: Record) -> float:
    """Median fuel per second and core of the newest tasks; 0 until five were seen."""
    return median(record.speeds) if len(record.speeds) >= SPEEDS_MIN else 0.0


def speed_believed(claimed: float, record: Record) -> float:
    """The claim, but at most one and a half times what was seen."""
    seen = speed_seen(record)
    return min(claimed, SEEN_TIMES * seen) if seen else claimed
