"""What the meter and the doctor found on this machine."""

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import metric_row, state
from suanwang.api.render.table import Page, table
from suanwang.api.whys import why
from suanwang.drivers.doctor import Check
from suanwang.drivers.meter.report import MeterReport
from suanwang.model.quantity import show_fuel
from suanwang.world.score import levels


def meter_page(words: Words, report: MeterReport) -> Page:
    """`suan meter`: raw readings (L0), the scores made of them (L1, L2), and the one number that prices rest on."""
    titles = tuple(words(f"column.{key}") for key in ("metric", "value", "unit", "spread", "source"))
    rows = [metric_row(metric) for metric in (*report.metrics, *levels(report.metrics))]
    speed = words("meter.speed", fuel=show_fuel(report.speed.fuel_per_s), spread=f"{report.speed.spread:.1%}")
    return (table(titles, rows, " r r"), speed, *report.notes)


def doctor_page(words: Words, checks: tuple[Check, ...]) -> Page:
    """`suan doctor`: one row a check, then what to do about those that are not ok."""
    titles = tuple(words(f"column.{key}") for key in ("check", "state", "found", "means"))
    rows = [
        (_name(words, one), state(words, one.state), *(why(words, "doctor", t) for t in (one.found, one.means)))
        for one in checks
    ]
    todo = tuple(f"{_name(words, one)}: {why(words, 'todo', one.todo)}" for one in checks if one.state != "ok" and one.todo)
    ok = sum(check.state == "ok" for check in checks)
    return (table(titles, rows), words("doctor.works", ok=ok, all=len(checks)), *todo)


def _name(words: Words, check: Check) -> str:
    return words.get(f"check.{check.key}", check.name)
