"""Fuel to money and back, in whole numbers: a price is per unit of fuel, as an electricity tariff is per kilowatt-hour.

One Tfuel is 10^12 fuel. Money is whole millionths (`_micro`). Floats never touch money: they could make two honest parties
compute two different bills from the same fuel.
"""

TFUEL = 10**12
HOUR_MS = 3_600_000
FUEL_MOST = 2**63 - 1
"""The most fuel that is ever given out: it still fits a signed 64-bit number in the log, on the wire and in an engine."""


def cost_micro(fuel: int, price_micro_per_tfuel: int) -> int:
    """What `fuel` costs, in millionths, rounded half up: floor(fuel x price / 10^12 + 1/2). Both arguments at least 0.

    Never falls as fuel rises. Rounding means that the costs of parts may differ from the cost of the whole by half a
    millionth a part; that is why settling posts differences of this function, not costs of parts.
    """
    return _half_up(fuel, price_micro_per_tfuel, TFUEL)


def fuel_for(budget_micro: int, price_micro_per_tfuel: int) -> int:
    """The most fuel that the budget pays for: the largest f <= FUEL_MOST with cost_micro(f, price) <= budget_micro.

    FUEL_MOST where the price is 0; 0 for a budget below 0.
    """
    if budget_micro < 0:
        return 0
    if price_micro_per_tfuel == 0:
        return FUEL_MOST
    # cost <= budget means fuel x price + TFUEL / 2 < (budget + 1) x TFUEL, so fuel x price <= budget x TFUEL + TFUEL / 2 - 1
    return min(FUEL_MOST, (budget_micro * TFUEL + TFUEL // 2 - 1) // price_micro_per_tfuel)


def predicted_micro(fuel_per_task: int, tasks: int, price_micro_per_tfuel: int) -> int:
    """What so many tasks would cost on one node, if each burns `fuel_per_task`."""
    return cost_micro(fuel_per_task * tasks, price_micro_per_tfuel)


def accelerator_micro(count: int, milliseconds: int, price_micro_per_accelerator_hour: int) -> int:
    """What `count` accelerators cost for so many milliseconds of wall time, rounded half up as in cost_micro."""
    return _half_up(count * milliseconds, price_micro_per_accelerator_hour, HOUR_MS)


def _half_up(quantity: int, price: int, per: int) -> int:
    """quantity x price / per. A negative quantity or price is a bug in the caller: nothing is ever paid backwards."""
    assert quantity >= 0 and price >= 0, f"negative quantity {quantity} or price {price}"
    return (quantity * price + per // 2) // per
