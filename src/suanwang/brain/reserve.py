"""Making reservations and ending them: where there is room then, what it costs, and what comes of it; pure."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec

from suanwang.brain.state import ReservationState, State
from suanwang.market.ledger import user_account
from suanwang.market.price import accelerator_micro, cost_micro
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Wasm
from suanwang.model.fault import ConflictFault, NotFoundFault, QuotaFault, UsageFault
from suanwang.model.node import Node
from suanwang.model.plan import Plan, Refusal
from suanwang.model.quantity import show_duration
from suanwang.model.reservation import Reservation, ReservationView, Reserve
from suanwang.place.ask import Ask
from suanwang.place.choose import choose
from suanwang.place.reserved import START_S, clock
from suanwang.world.fold import released
from suanwang.world.world import World

UNUSED = 2
"""Of what is reserved and not used one part in so many is charged: the node was kept free for it, and burned nothing. A half is
an assumption, stated before anything is held."""
AHEAD_S_MAX, LONG_S_MAX, SHORT_S_MIN = 30 * 86_400.0, 7 * 86_400.0, 300.0
RESERVATIONS_MAX = 100
"""Reservations of one user that are not over."""


def reservation_for(state: State, reservation_id: str, user: str, asked: Reserve, now: float) -> Reservation:
    """The best node that has the room then. UsageFault SUAN-U098: the time cannot be; ConflictFault SUAN-U099: the name is
    taken; QuotaFault SUAN-U100: too many; ConflictFault SUAN-P016: no node has the room; QuotaFault SUAN-M001: no money."""
    _check(state, user, asked, now)
    answer = _found(state, reservation_id, user, asked)
    if isinstance(answer, Refusal):
        told = answer.explanation
        why = ", ".join(f"{count.rule} {count.count}" for count in told.rules) or "there are none"
        raise ConflictFault(
            "SUAN-P016", f"{told.candidates} nodes looked at: {why}", "ask for less, another time, or wider limits"
        )
    room = msgspec.structs.replace(answer.placements[0], id=reservation_id, tasks=(), price_micro=0, fuel_max=0, hold_micro=0)
    node = state.node(room.node_id)
    assert node is not None, "who is chosen has joined"
    full = full_micro(node, asked)
    made = Reservation(id=reservation_id, user=user, asked=asked, room=room, full_micro=full, hold_micro=full // UNUSED)
    _check_money(state, user, made)
    return made


def _check(state: State, user: str, asked: Reserve, now: float) -> None:
    long = asked.until_at - asked.from_at
    if not (now - START_S <= asked.from_at <= now + AHEAD_S_MAX and SHORT_S_MIN <= long <= LONG_S_MAX):
        todo = "write it like this: --from 20:00 --for 2h"
        if not SHORT_S_MIN <= long <= LONG_S_MAX:
            raise UsageFault("SUAN-U098", f"it lasts {show_duration(long)}; it may last 5 min to 7 days", todo)
        away = show_duration(abs(asked.from_at - now))
        why = f"it began {away} ago" if asked.from_at < now else f"it begins in {away}"
        raise UsageFault("SUAN-U098", f"{why}; it may begin now or within 30 days", todo)
    mine = [s for s in state.reservations.values() if s.reservation.user == user and not s.ended]
    if any(s.reservation.asked.name == asked.name for s in mine):
        raise ConflictFault("SUAN-U099", f"you have a reservation called {asked.name!r} already", "choose another --name")
    if len(mine) >= RESERVATIONS_MAX:
        raise QuotaFault("SUAN-U100", f"{user} has {len(mine)} reservations that are not over", "cancel some first")


def _check_money(state: State, user: str, made: Reservation) -> None:
    budget, balance = made.asked.limits.budget_micro, state.ledger.balance(user_account(user))
    most = balance if budget is None else min(balance, budget)
    if made.hold_micro > most:
        why = f"{made.hold_micro / 1e6:.6g} CNY are held for it, and {most / 1e6:.6g} CNY may be"
        raise QuotaFault("SUAN-M001", why, "reserve less or shorter, or name a larger budget")


def _found(state: State, reservation_id: str, user: str, asked: Reserve) -> Plan | Refusal:
    """Decided as if it were a job of one task, begun then, that takes all the time; what is gone by then is not in its way."""
    limits = msgspec.structs.replace(asked.limits, budget_micro=None, finish_s_max=None, carbon_g_max=None)
    long = asked.until_at - asked.from_at
    demand = Demand(name=asked.name, work=Wasm(file="-"), needs=asked.needs, near=asked.near, limits=limits, task_s_max=long)
    fuel = max(1, int(1e9 * long * asked.needs.cpu_milli / 1000))
    ask = Ask(demand=demand, user=user, fuel_per_task=fuel, asked_at=asked.from_at - START_S)
    world = _then(state, asked.from_at)
    return choose(world, ask, job_id=reservation_id, seed=0, number=1, attempt=1, tasks=(0,))


def _then(state: State, at: float) -> World:
    """The world less what is over by then, at the latest."""
    gone = (p for live in state.live.values() for p in live if _over_at(state, p) <= at)
    return replace(released(state.world, *gone), version=state.world.version)


def _over_at(state: State, placement_id: str) -> float:
    job = state.jobs[placement_id.rsplit("/", 1)[0]]
    held = job.placements[placement_id]
    turns = -(-len(held.placement.tasks) // max(1, held.placement.width))
    return (held.given_at or job.placed_at) + START_S + turns * job.demand.task_s_max


def full_micro(node: Node, asked: Reserve) -> int:
    """What all of it would cost on a node, in use all the time."""
    long, needs = asked.until_at - asked.from_at, asked.needs
    fuel = int(node.speed.fuel_per_s * long * needs.cpu_milli / 1000)
    full = cost_micro(fuel, node.offer.price_micro_per_tfuel)
    if needs.accelerator is None:
        return full
    devices = max(1, needs.accelerator.count * needs.accelerator.share_milli // 1000)
    return full + accelerator_micro(devices, int(long * 1000), node.offer.price_micro_per_accelerator_hour)


def due(state: State, now: float) -> list[ev.Event]:
    """Reservations whose time is up end by themselves; one whose node is not heard then is not charged."""
    return [_ended(state, one, "over", now) for one in _live(state) if now >= one.reservation.asked.until_at]


def failed(state: State, node_id: str, now: float) -> list[ev.Event]:
    """What follows for reservations when a node leaves: they end, and cost nothing."""
    return [
        ev.ReservationEnded(at=now, reservation_id=one.reservation.id, state="failed", charged=False)
        for one in _live(state)
        if one.reservation.room.node_id == node_id
    ]


def cancelled(state: State, one: ReservationState, now: float) -> list[ev.Event]:
    """Before it opens a reservation costs nothing; from then on what is not used of it is charged as if it had run out."""
    opened = now >= one.reservation.asked.from_at
    end = _ended(state, one, "cancelled", now)
    return [] if one.ended else [end if opened else msgspec.structs.replace(end, charged=False)]


def _ended(state: State, one: ReservationState, how: str, now: float) -> ev.ReservationEnded:
    row = state.world.row(one.reservation.room.node_id)
    heard = row is not None and bool(state.world.alive[row])
    return ev.ReservationEnded(at=now, reservation_id=one.reservation.id, state=how, charged=heard)


def _live(state: State) -> Iterator[ReservationState]:
    return (one for one in state.reservations.values() if not one.ended)


def find_reservation(state: State, name: str, user: str | None) -> ReservationState:
    """A reservation by id, or by name: the newest of the user's. user None sees all. NotFoundFault SUAN-N013."""
    seen = [s for s in state.reservations.values() if user is None or s.reservation.user == user]
    found = [s for s in seen if name in (s.reservation.id, s.reservation.asked.name)]
    if not found:
        raise NotFoundFault("SUAN-N013", f"there is no reservation {name[:80]!r}", "suan reservations")
    return found[-1]


def check_open(one: ReservationState) -> None:
    """Nothing can run any more in a reservation that has ended. NotFoundFault SUAN-N015."""
    if one.ended:
        why = f"{one.reservation.asked.name} was over at {clock(one.ended_at)}"
        raise NotFoundFault("SUAN-N015", why, "leave --reservation out, or suan reserve")


def reservation_view(state: State, one: ReservationState, now: float) -> ReservationView:
    """A reservation as seen from outside."""
    node = state.node(one.reservation.room.node_id)
    running = "open" if now >= one.reservation.asked.from_at else "coming"
    return ReservationView(
        reservation=one.reservation,
        node=node.name if node else "",
        state=one.ended or running,
        used_micro=one.used_micro,
        charged_micro=one.charged_micro,
        ended_at=one.ended_at,
    )
