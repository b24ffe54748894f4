"""Room kept for later: what is asked for, what was found for it, and what came of it."""

from typing import Annotated

import msgspec

from suanwang.model.demand import Limits, Needs
from suanwang.model.plan import Placement
from suanwang.model.where import Place

STATES = ("coming", "open", "over", "cancelled", "failed")


class Reserve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Room on one node from one moment to another, in seconds since 1970. Of the limits latency, region, trust and budget
    count; the budget bounds what is held for it."""

    name: Annotated[str, msgspec.Meta(max_length=64)]
    needs: Needs = Needs()
    near: Place | None = None
    limits: Limits = Limits()
    from_at: float
    until_at: float


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation as it was made. room: what it holds and where, under the reservation's own id; full_micro: what it would
    cost if all of it were used all the time, hold_micro: what is held for it, the price of not using it at all."""

    id: str
    user: str
    asked: Reserve
    room: Placement
    full_micro: int
    hold_micro: int


class ReservationView(msgspec.Struct, frozen=True, kw_only=True):
    """A reservation as seen from outside. state: of STATES. used_micro: what jobs paid for work in it; charged_micro: what was
    charged because it was not used."""

    reservation: Reservation
    node: str
    state: str
    used_micro: int
    charged_micro: int
    ended_at: float


class ReservationPage(msgspec.Struct, frozen=True, kw_only=True):
    """next: cursor for the following page, "" at the end."""

    items: tuple[ReservationView, ...]
    next: str = ""
