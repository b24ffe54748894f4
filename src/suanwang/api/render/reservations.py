"""Reservations as tables, times on the clock of whoever looks."""

from datetime import datetime

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import state
from suanwang.api.render.table import Page, table
from suanwang.model.quantity import cpu_text, show_bytes, show_duration, show_money
from suanwang.model.reservation import ReservationView


def reservations_page(words: Words, listed: tuple[ReservationView, ...]) -> Page:
    """`suan reservations`: newest first."""
    if not listed:
        return (words("reserve.none"),)
    titles = ("name", "state", "node", "cpu", "ram", "begins", "lasts", "held", "charged")
    return (table(tuple(words(f"column.{title}") for title in titles), [_row(words, one) for one in listed], "   rrrrrr"),)


def reservation_page(words: Words, one: ReservationView) -> Page:
    """One reservation, and what it costs."""
    asked, made = one.reservation.asked, one.reservation
    price = words(
        "reserve.price",
        full=show_money(made.full_micro),
        held=show_money(made.hold_micro),
        charged=show_money(one.charged_micro),
    )
    use = words("reserve.use", name=asked.name)
    return (*reservations_page(words, (one,)), price, *((use,) if one.state in ("coming", "open") else ()))


def _row(words: Words, one: ReservationView) -> tuple[str, ...]:
    asked, room = one.reservation.asked, one.reservation.room
    return (
        asked.name,
        state(words, one.state),
        one.node,
        cpu_text(room.cpu_milli),
        show_bytes(room.memory_bytes),
        datetime.fromtimestamp(asked.from_at).astimezone().strftime("%Y-%m-%d %H:%M"),
        show_duration(asked.until_at - asked.from_at),
        show_money(one.reservation.hold_micro),
        show_money(one.charged_micro) if one.charged_micro else "-",
    )
