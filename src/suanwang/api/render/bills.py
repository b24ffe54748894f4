"""Bills: what was held, posted and given back, and one line for each node that was paid."""

from decimal import Decimal

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import state
from suanwang.api.render.table import Page, table
from suanwang.model.money import Bill, BillLine
from suanwang.model.quantity import LEDGER_CURRENCY, show_bytes, show_carbon, show_energy, show_fuel, show_money


def bill_page(words: Words, bill: Bill) -> Page:
    """`suan bill JOB`."""
    titles = tuple(words(f"column.{key}") for key in ("node", "site", "tasks", "tfuel", "unit_price", "cost", "carbon"))
    rows = [_line(line) for line in bill.lines]
    sums = words(
        "bill.sums_so_far" if bill.held_now_micro else "bill.sums",
        held=_exact(bill.held_micro),
        posted=_exact(bill.posted_micro),
        voided=_exact(bill.voided_micro),
        now=_exact(bill.held_now_micro),
    )
    used = words("bill.used", fuel=show_fuel(bill.fuel), energy=show_energy(bill.energy_kwh), carbon=show_carbon(bill.carbon_g))
    head = f"{bill.job_id}  {state(words, bill.state)}"
    lines: Page = (table(titles, rows, "  rrrrr"),) if rows else (words("bill.no_lines"),)
    back = (words("bill.compensated", paid=show_money(bill.compensated_micro)),) if bill.compensated_micro else ()
    back += (words("bill.credited", paid=show_money(bill.credited_micro)),) if bill.credited_micro else ()
    elsewhere = words("bill.elsewhere", size=show_bytes(bill.moved_bytes), egress=show_money(bill.elsewhere_micro))
    return (head, *lines, sums, used, *sci(words, bill), *back, *((elsewhere,) if bill.elsewhere_micro else ()))


def sci(words: Words, bill: Bill) -> Page:
    """What a unit of work emitted, and whether making the machines is in it."""
    if not bill.units:
        return ()
    made = words("sci.made", made=show_carbon(bill.embodied_g)) if bill.embodied else words("sci.unmade")
    return (words("sci.said", grams=show_carbon(bill.sci_g), unit=words("sci.task"), n=bill.units, made=made),)


def bills_page(words: Words, bills: tuple[Bill, ...], *, more: bool = False) -> Page:
    """`suan bill`: one row a job, and the sum. more: these are not all."""
    if not bills:
        return (words("bill.none"),)
    columns = ("job", "state", "fuel", "held", "posted", "voided", "held_now", "carbon")
    titles = tuple(words(f"column.{key}") for key in columns)
    rows = [
        (
            bill.job_id,
            state(words, bill.state),
            show_fuel(bill.fuel),
            _exact(bill.held_micro),
            _exact(bill.posted_micro),
            _exact(bill.voided_micro),
            _exact(bill.held_now_micro),
            show_carbon(bill.carbon_g),
        )
        for bill in bills
    ]
    posted = _exact(sum(bill.posted_micro for bill in bills))
    total = words("bill.total_shown" if more else "bill.total", posted=posted, n=len(bills))
    return (table(titles, rows, "  rrrrrr"), total)


def joined_csv(parts: list[str]) -> str:
    """Several FOCUS tables as one: the header of the first, the rows of all."""
    rows = [part.splitlines(keepends=True) for part in parts]
    return "".join((*rows[0], *(line for part in rows[1:] for line in part[1:]))) if rows else ""


def _line(line: BillLine) -> tuple[str, ...]:
    return (
        line.resource_name,
        line.region_name or line.region_id,
        str(line.x_tasks),
        _short(line.consumed_quantity),
        f"{_short(line.list_unit_price)} {line.billing_currency}/{line.pricing_unit}",
        f"{_short(line.billed_cost, 2)} {line.billing_currency}",
        show_carbon(line.x_carbon_g),
    )


def _exact(micro: int) -> str:
    """Every millionth, so that what is held is seen to be what is posted and voided."""
    return f"{_short(f'{Decimal(micro).scaleb(-6):f}', 2)} {LEDGER_CURRENCY}"


def _short(number: str, places: int = 0) -> str:
    """A decimal string without trailing zeros after so many places; what is not one is shown as it came."""
    try:
        short = Decimal(number).normalize()
    except ArithmeticError:
        return number
    return f"{short:f}" if -int(short.as_tuple().exponent) >= places else f"{short:.{places}f}"
