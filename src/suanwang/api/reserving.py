"""The doors of reservations: keep room for later, look at it, give it back."""

from typing import Annotated, Any, Protocol

from litestar import Response, get, post
from litestar.params import Parameter

from suanwang.api.door import Called, Key, Limit, page, since
from suanwang.api.dry import only, told
from suanwang.api.said import Said
from suanwang.brain import commands, would
from suanwang.brain.loop import Brain
from suanwang.brain.reserve import find_reservation, reservation_view
from suanwang.brain.state import ReservationState
from suanwang.intent.reserve import check_reserve
from suanwang.model.reservation import ReservationPage, ReservationView, Reserve
from suanwang.trust.identity import short_hash

Name = Annotated[str, Parameter(max_length=80)]


class Doors(Protocol):
    """What these routes need of the server's door."""

    brain: Brain

    def clock(self) -> float: ...


def reservation_routes(door: Doors) -> list[Any]:
    """Reservations: for their users."""

    @post("/v1/reservations", responses=told(ReservationView))
    async def reserve(data: Reserve, caller: Called, key: Key, dry_run: bool = False) -> Response[ReservationView]:
        """The same key is the same reservation. dry_run: where the room would be kept, and what it would cost."""
        caller.must("user")
        asked = check_reserve(data)
        reservation_id = f"resv-{short_hash('suanwang reservation v1', f'{caller.user}/{key}'.encode())[:10]}"
        act = commands.reserve(reservation_id, caller.user, asked)
        if dry_run:
            return only(would.reserved(await door.brain.settled(), reservation_id, act, door.clock()))
        await door.brain.command(act)
        state = await door.brain.settled()
        return Said(reservation_view(state, state.reservations[reservation_id], door.clock()), status_code=201)

    @get("/v1/reservations")
    async def reservations(caller: Called, limit: Limit = 1000, cursor: str = "") -> ReservationPage:
        """Newest first; those that are over for a while."""
        state = await door.brain.settled()
        seen = [s for s in state.reservations.values() if "operator" in caller.roles or s.reservation.user == caller.user]
        rows, following = page(since(reversed(seen), _id, cursor), _id, limit)
        return ReservationPage(items=tuple(reservation_view(state, one, door.clock()) for one in rows), next=following)

    @post("/v1/reservations/{name:str}/cancel", status_code=200)
    async def unreserve(name: Name, caller: Called, dry_run: bool = False) -> ReservationView:
        """Before it opens it costs nothing; from then on what was not used is charged. Asking twice changes nothing. dry_run:
        what would be charged."""
        whose = None if "operator" in caller.roles else caller.user
        act = commands.unreserve(name, whose)
        if dry_run:
            state = await door.brain.settled()
            return would.unreserved(state, find_reservation(state, name, whose), act, door.clock())
        await door.brain.command(act)
        state = await door.brain.settled()
        return reservation_view(state, find_reservation(state, name, whose), door.clock())

    return [reserve, reservations, unreserve]


def _id(one: ReservationState) -> str:
    return one.reservation.id
