"""Why work that could start now starts later: the hour, what is gained by it, how sure that is, and what the deadline
leaves."""

import msgspec

from suanwang.model.explanation import Term


class Deferral(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="deferral"):
    """start_at: seconds since 1970 at which the hour begins. latest_at: the last start that still ends in time, with the
    margin. due_at: when it must have ended. site: where it is thought to run then; the node is chosen when the hour has come.

    now, then: the terms that go by the hour, of the whole job, if it started at once and as it is to start; contribution in CNY
    of the objective. saved: their difference, below 0 where what would be better now has no room. error: by so much of it the
    forecast was wrong on average so far, 0 where the hours were told. carbon_g_saved, price_micro_saved: the same in units.
    finish_s: how long it is thought to take.
    """

    job_id: str
    start_at: float
    latest_at: float
    due_at: float
    site: str
    prefer: str
    now: tuple[Term, ...]
    then: tuple[Term, ...]
    saved: float
    error: float
    carbon_g_saved: float
    price_micro_saved: int
    finish_s: float
    told: bool
