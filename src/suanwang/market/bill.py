"""The bill of one job: a FOCUS line per node (and price), whose costs add up to what the ledger posted, to the millionth.

Columns follow the FinOps Open Cost and Usage Specification (FOCUS) 1.2. Quantities are Tfuel, exact to one unit of fuel. The
four costs are equal: there are no discounts and no commitments. A line's cost is the sum of what was posted for its
placements, each rounded once; so it may differ from quantity x unit price by half a millionth per placement.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from suanwang.market.settle import billable_fuel, paid_micro
from suanwang.model.money import Bill, BillLine
from suanwang.model.node import Node
from suanwang.model.plan import Placement
from suanwang.world.sci import sci_g


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """What one placement used, from its outcomes.

    fuel, cpu_s: sums over its outcomes. tasks: outcomes counted. carbon_g, energy_kwh: modelled. embodied_g: of
    making the node, its share. started_at, ended_at: seconds since
    1970, from placing to the last outcome (or its loss, or now).
    """

    placement: Placement
    node: Node
    fuel: int
    cpu_s: float
    tasks: int
    carbon_g: float
    energy_kwh: float = 0.0
    embodied_g: float = 0.0
    started_at: float
    ended_at: float


class Displaced(msgspec.Struct, frozen=True, kw_only=True):
    """A placement that gave way to the job. hold_micro, paid_micro: held for it, and paid to its user and its provider so far;
    fuel: burned in vain. at: seconds since 1970 when it gave way."""

    placement_id: str
    node: Node
    tasks: int
    hold_micro: int
    paid_micro: int
    fuel: int
    at: float


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same on every line. at: seconds since 1970 when the job ended (or now); its month is the billing period.

    invoice_issuer: name of the domain that bills. state: of the job.
    """

    job_id: str
    job_name: str
    user: str
    state: str
    at: float
    invoice_issuer: str = "suanwang"
    currency: str = "CNY"


def bill(head: Head, used: Iterable[Used], displaced: Iterable[Displaced] = (), held_now_micro: int = 0) -> Bill:
    """The bill of a job over all its placements, lost ones too, and a line for each placement that gave way to it.
    held = posted + voided + held now, posted = sum of the lines. held_now_micro: what the ledger holds for it.
    """
    uses, gone = tuple(used), tuple(displaced)
    held = sum(use.placement.hold_micro for use in uses) + sum(one.hold_micro for one in gone)
    posted = sum(paid_micro(use.placement, use.fuel) for use in uses) + sum(one.paid_micro for one in gone)
    units, carbon, made = sum(use.tasks for use in uses), sum(use.carbon_g for use in uses), sum(u.embodied_g for u in uses)
    told = bool(uses) and all(use.node.embodied_g > 0 for use in uses)
    made = made if told else 0.0
    return Bill(
        job_id=head.job_id,
        user=head.user,
        state=head.state,
        currency=head.currency,
        held_micro=held,
        posted_micro=posted,
        voided_micro=held - posted - held_now_micro,
        held_now_micro=held_now_micro,
        fuel=sum(use.fuel for use in uses),
        carbon_g=carbon,
        energy_kwh=sum(use.energy_kwh for use in uses),
        embodied_g=made,
        embodied=told,
        units=units,
        sci_g=sci_g(carbon, made, units) if units else 0.0,
        lines=(*(_line(head, group) for group in _by_node(uses)), *(_displaced_line(head, one) for one in gone)),
        moved_bytes=sum(use.placement.move_bytes for use in uses),
        elsewhere_micro=sum(use.placement.egress_micro for use in uses),
    )


def csv(of: Bill) -> str:
    """The bill as FOCUS CSV (RFC 4180 quoting, lines end in LF): a header, then a row per line; null is an empty cell."""
    names = tuple(field.encode_name for field in msgspec.structs.fields(BillLine))
    rows = (names, *(msgspec.structs.astuple(line) for line in of.lines))
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def decimal(micro: int) -> str:
    """Whole millionths as an exact decimal string: 1_500_000 -> "1.500000"."""
    return _decimal(micro, 6)


def _by_node(uses: tuple[Used, ...]) -> list[tuple[Used, ...]]:
    """Grouped by node and price, in order of first use; a node may have changed its ask between two placements."""
    groups: dict[tuple[str, int], list[Used]] = {}
    for use in uses:
        if use.fuel or use.tasks:
            groups.setdefault((use.node.id, use.placement.price_micro_per_tfuel), []).append(use)
    return [tuple(group) for group in groups.values()]


def _line(head: Head, group: tuple[Used, ...]) -> BillLine:
    node, price = group[0].node, group[0].placement.price_micro_per_tfuel
    unit_price, tasks = decimal(price), sum(use.tasks for use in group)
    line = _charge(
        head,
        node,
        decimal(sum(paid_micro(use.placement, use.fuel) for use in group)),
        min(use.started_at for use in group),
        max(use.ended_at for use in group),
    )
    return msgspec.structs.replace(
        line,
        list_unit_price=unit_price,
        contracted_unit_price=unit_price,
        pricing_quantity=_decimal(sum(billable_fuel(use.placement, use.fuel) for use in group), 12),
        consumed_quantity=_decimal(sum(use.fuel for use in group), 12),
        charge_description=f"{head.job_name}: {tasks} {'task' if tasks == 1 else 'tasks'} on {node.name}",
        sku_price_id=f"tfuel@{unit_price}{head.currency}",
        x_carbon_g=sum(use.carbon_g for use in group),
        x_energy_kwh=sum(use.energy_kwh for use in group),
        x_cpu_s=sum(use.cpu_s for use in group),
        x_tasks=tasks,
    )


def _displaced_line(head: Head, one: Displaced) -> BillLine:
    """Room that was given up is bought once, so it is a purchase, of one piece."""
    cost = decimal(one.paid_micro)
    said = f"{head.job_name}: room of {one.tasks} {'task' if one.tasks == 1 else 'tasks'} that gave way on {one.node.name}"
    return msgspec.structs.replace(
        _charge(head, one.node, cost, one.at, one.at),
        list_unit_price=cost,
        contracted_unit_price=cost,
        pricing_quantity="1",
        pricing_unit="Preemption",
        consumed_quantity=_decimal(one.fuel, 12),
        charge_category="Purchase",
        charge_description=said,
        charge_frequency="One-Time",
        resource_id=one.placement_id,
        sku_id="preemption",
        sku_price_id=f"preemption@{cost}{head.currency}",
    )


def _charge(head: Head, node: Node, cost: str, started_at: float, ended_at: float) -> BillLine:
    """What is the same for every charge on a node; of no quantity yet."""
    month, month_after = _month(head.at)
    return BillLine(
        billing_account_id=head.user,
        billing_currency=head.currency,
        billed_cost=cost,
        effective_cost=cost,
        list_cost=cost,
        contracted_cost=cost,
        list_unit_price="",
        contracted_unit_price="",
        pricing_quantity="",
        pricing_unit="Tfuel",
        consumed_quantity="",
        consumed_unit="Tfuel",
        charge_category="Usage",
        charge_class=None,
        charge_description="",
        charge_frequency="Usage-Based",
        charge_period_start=_second(started_at),
        charge_period_end=_second(ended_at, after=True),
        billing_period_start=month,
        billing_period_end=month_after,
        invoice_issuer_name=head.invoice_issuer,
        provider_name=node.owner or head.invoice_issuer,
        publisher_name=node.owner or head.invoice_issuer,
        region_id=node.site.place.region,
        region_name=node.site.place.region,
        resource_id=node.id,
        resource_name=node.name,
        resource_type="Node",
        service_category="Compute",
        service_name="Suanwang",
        sku_id="tfuel",
        sku_price_id="",
        pricing_category="Standard",
        x_job_id=head.job_id,
        x_carbon_g=0.0,
        x_cpu_s=0.0,
        x_tasks=0,
    )


def _decimal(number: int, digits: int) -> str:
    """number x 10^-digits, exact; number at least 0."""
    whole, rest = divmod(number, 10**digits)
    return f"{whole}.{rest:0{digits}d}"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _second(at: float, after: bool = False) -> str:
    """ISO 8601 in UTC, whole seconds. after: the next second, because FOCUS ends are exclusive."""
    return _iso(_EPOCH + timedelta(seconds=int(at) + after))


def _month(at: float) -> tuple[str, str]:
    """Start of the calendar month (UTC) that `at` lies in, and of the next."""
    start = (_EPOCH + timedelta(seconds=int(at))).replace(day=1, hour=0, minute=0, second=0)
    return _iso(start), _iso((start + timedelta(days=31)).replace(day=1))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _cell(value: object) -> str:
    """One CSV cell. Names come from strangers: one that a spreadsheet would run as a formula is made text with a quote."""
    text = "" if value is None else str(value)
    if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        text = "'" + text
    if any(mark in text for mark in ',"\n\r'):
        text = '"' + text.replace('"', '""') + '"'
    return text
