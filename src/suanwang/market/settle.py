"""What each event moves: grant, hold, post, void. Pure: the same events always give the same transfers.

Per placement, `paid_micro` is what has been paid at a given total fuel; an outcome posts its rise. The sum of the posts is
therefore the same however outcomes are batched, and it cannot pass the placement's hold. Movements of nothing are left out.
"""

from suanwang.market.ledger import ISSUER, hold_account, user_account
from suanwang.market.price import cost_micro, fuel_for
from suanwang.model.money import Transfer
from suanwang.model.plan import Placement, Plan, Preempted
from suanwang.model.reservation import Reservation

Transfers = tuple[Transfer, ...]


def billable_fuel(placement: Placement, fuel: int) -> int:
    """The part of the fuel that is paid for: at most what the hold covers. An overshoot is the node's loss."""
    return min(fuel, fuel_for(placement.hold_micro, placement.price_micro_per_tfuel))


def paid_micro(placement: Placement, fuel: int) -> int:
    """All that is paid for a placement that has burned `fuel` in total: its cost, never more than its hold."""
    return cost_micro(billable_fuel(placement, fuel), placement.price_micro_per_tfuel)


def for_grant(user: str, amount_micro: int) -> Transfers:
    """The operator credits a user."""
    return _moved("grant", ISSUER, user_account(user), amount_micro, "")


def for_credit(user: str, job_id: str, charged_micro: int, amount_micro: int) -> Transfers:
    """The operator gives back a part of what a job was charged, because what was promised of it was missed."""
    assert 0 <= amount_micro <= charged_micro, f"{job_id} was charged {charged_micro}, and is to be given back {amount_micro}"
    return _moved("grant", ISSUER, user_account(user), amount_micro, job_id)


def for_placed(plan: Plan, user: str) -> Transfers:
    """Hold the plan's money, before anything runs."""
    held = sum(placement.hold_micro for placement in plan.placements)
    assert held == plan.hold_micro, f"plan {plan.job_id} holds {plan.hold_micro}, its placements {held}"
    return _moved("hold", user_account(user), hold_account(plan.job_id), held, plan.job_id)


def for_outcomes(placement: Placement, owner: str, fuel_before: int, fuel_after: int) -> Transfers:
    """Pay for outcomes that raised the placement's total fuel from `fuel_before` to `fuel_after`.

    owner: of the node; "" means that the node has none, and the operator (`issuer`) is paid.
    """
    assert fuel_before <= fuel_after, f"fuel of {placement.id} fell from {fuel_before} to {fuel_after}"
    rise = paid_micro(placement, fuel_after) - paid_micro(placement, fuel_before)
    payee = user_account(owner) if owner else ISSUER
    return _moved("post", hold_account(placement.job_id), payee, rise, placement.job_id)


def for_closed(placement: Placement, user: str, fuel: int) -> Transfers:
    """Give back what a finished or lost placement did not use, so that its tasks can be held for again within the budget.

    fuel: all that was paid for, or may be once a quorum is found. Once only; nothing beyond that fuel may be posted for this
    placement afterwards: what else is left in the hold belongs to the job's other placements.
    """
    rest = placement.hold_micro - paid_micro(placement, fuel)
    return _moved("void", hold_account(placement.job_id), user_account(user), rest, placement.job_id)


def for_resumed(placement: Placement, user: str, fuel: int) -> Transfers:
    """Hold again what `for_closed` gave back at the same fuel: the placement goes on."""
    rest = placement.hold_micro - paid_micro(placement, fuel)
    return _moved("hold", user_account(user), hold_account(placement.job_id), rest, placement.job_id)


def for_refused(placement: Placement, user: str, fuel_before: int, fuel_after: int) -> Transfers:
    """Give back what was kept, after it was closed, for work that then found no quorum.

    fuel_before, fuel_after: what is paid for or may be yet, before and after the refusal.
    """
    assert fuel_after <= fuel_before, f"fuel of {placement.id} rose from {fuel_before} to {fuel_after}"
    rest = paid_micro(placement, fuel_before) - paid_micro(placement, fuel_after)
    return _moved("void", hold_account(placement.job_id), user_account(user), rest, placement.job_id)


def for_preempted(given: Preempted, job_id: str, payer: str, user: str) -> Transfers:
    """Hold what a placement that gives way may cost the urgent job of `payer`; its user gets the compensation at once."""
    held = _moved("hold", user_account(payer), hold_account(job_id), given.hold_micro, job_id)
    return (*held, *_moved("post", hold_account(job_id), user_account(user), given.compensation_micro, job_id))


def for_burned(placement: Placement, job_id: str, owner: str, fuel_before: int, fuel_after: int) -> Transfers:
    """Pay the owner of a node for what a placement that gave way had burned in vain; the job that got its room pays.

    fuel_before, fuel_after: as told so far and now, each within what it can have burned.
    """
    rise = cost_micro(fuel_after, placement.price_micro_per_tfuel) - cost_micro(fuel_before, placement.price_micro_per_tfuel)
    return _moved("post", hold_account(job_id), user_account(owner) if owner else ISSUER, rise, job_id)


def for_unburned(job_id: str, payer: str, rest_micro: int) -> Transfers:
    """Give back what was held for a placement that gave way and had not burned as much."""
    return _moved("void", hold_account(job_id), user_account(payer), rest_micro, job_id)


def for_reserved(reservation: Reservation) -> Transfers:
    """Hold the price of not using it."""
    made = reservation
    return _moved("hold", user_account(made.user), hold_account(made.id), made.hold_micro, made.id)


def for_reservation_ended(reservation: Reservation, owner: str, charge_micro: int) -> Transfers:
    """Charge what was not used, for the owner of the node, and give back the rest."""
    account, payee = hold_account(reservation.id), user_account(owner) if owner else ISSUER
    back = reservation.hold_micro - charge_micro
    post = _moved("post", account, payee, charge_micro, reservation.id)
    return (*post, *_moved("void", account, user_account(reservation.user), back, reservation.id))


def for_ended(job_id: str, user: str, held_left: int) -> Transfers:
    """Give back all that is left. held_left: balance of the job's hold account (Ledger.balance(hold_account(job_id)))."""
    return _moved("void", hold_account(job_id), user_account(user), held_left, job_id)


def _moved(kind: str, debit: str, credit: str, amount_micro: int, job_id: str) -> Transfers:
    if amount_micro == 0:
        return ()
    return (Transfer(kind=kind, debit=debit, credit=credit, amount_micro=amount_micro, job_id=job_id),)
