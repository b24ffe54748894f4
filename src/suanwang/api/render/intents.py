"""Intents as tables: how each stands with its targets, and how long it held them."""

from datetime import datetime

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import KIND, ago, basis, state, unit
from suanwang.api.render.table import Page, Table, table
from suanwang.api.whys import coded, why
from suanwang.model.intent import CREDITED, LEAST, UNITS, Found, IntentReport, IntentView, Target, Window
from suanwang.model.quantity import show_duration, show_money


def intents_page(words: Words, listed: tuple[IntentView, ...], now: float) -> Page:
    """`suan intents`: newest first."""
    if not listed:
        return (words("intents.none"),)
    titles = tuple(words(f"column.{title}") for title in ("id", "about", "state", "since", "targets"))
    rows = [
        (
            v.intent.id,
            f"{words(KIND[v.intent.kind])} {v.intent.name}",
            state(words, v.state),
            ago(words, v.since, now),
            _brief(words, v),
        )
        for v in listed
    ]
    return (table(titles, rows),)


def _brief(words: Words, view: IntentView) -> str:
    """Those that are missed, else all."""
    missed = [f for f in view.found if not f.met]
    said = (f"{words(f'target.{f.measure}')} {_value(words, f)}" for f in missed)
    return ", ".join(said) or ", ".join(target(words, t) for t in view.intent.targets) or "-"


def target(words: Words, one: Target) -> str:
    """Such as "latency <= 15 ms"."""
    bound = f"{'>=' if one.measure in LEAST else '<='} {one.limit:g} {unit(words, UNITS[one.measure])}"
    return f"{words(f'target.{one.measure}')} {bound}"


def _value(words: Words, found: Found) -> str:
    return "-" if found.value is None else f"{found.value:.4g} {unit(words, UNITS[found.measure])}"


def accept_page(words: Words, view: IntentView) -> Page:
    """What is promised, before it is accepted; or why it cannot be."""
    if view.state == "rejected":
        return (words("intents.rejected", reason=coded(words, view.reason)), *_proposal(words, view))
    if not view.intent.targets:
        return ()
    kept = ", ".join(target(words, t) for t in view.intent.targets)
    credited = ", ".join(words(f"target.{t.measure}") for t in view.intent.targets if t.measure in CREDITED) or "-"
    return (words("intents.promise", targets=kept, credit=f"{view.intent.credit:.0%}", credited=credited),)


def report_page(words: Words, report: IntentReport, now: float) -> Page:
    """`suan intents ID`: the compliance report."""
    view = report.view
    head = words("intents.head", id=view.intent.id, what=words(KIND[view.intent.kind]), name=view.intent.name,
                 state=state(words, view.state), since=ago(words, view.since, now))  # fmt: skip
    ended = (f"  {basis(words, coded(words, view.reason))}",) if view.reason else ()
    page: Page = (head, f"  {view.intent.words}", *ended, *_proposal(words, view))
    if view.found:
        page = (*page, _found_table(words, report))
    if report.windows and report.whole.compliant_s + report.whole.degraded_s:
        titles = tuple(words(f"column.{title}") for title in ("from", "compliant", "degraded", "share"))
        rows = [_window(w) for w in report.windows]
        missed = show_duration(report.whole.degraded_s)
        page = (
            *page,
            "",
            words("intents.whole", share=f"{report.whole.share:.2%}", missed=missed),
            table(titles, rows, " rrr"),
        )
    if view.credited_micro:
        page = (*page, words("intents.credited", paid=show_money(view.credited_micro)))
    done = [f"  {_clock(one.at)}  {basis(words, why(words, 'done', one.what))}" for one in report.done[-20:]]
    return (*page, *(("", words("intents.done"), *done) if done else ()))


def _found_table(words: Words, report: IntentReport) -> Table:
    held = {one.measure: one for one in report.whole.targets}
    titles = tuple(words(f"column.{title}") for title in ("target", "now", "met", "missed", "how"))
    rows = [
        (
            target(words, Target(measure=f.measure, limit=f.limit)), _value(words, f), words("yes" if f.met else "no"),
            show_duration(held[f.measure].missed_s) if held[f.measure].missed_s else "-", basis(words, f.how),
        )
        for f in report.view.found
    ]  # fmt: skip
    return table(titles, rows, " r r")


def _proposal(words: Words, view: IntentView) -> Page:
    one = view.proposal
    if one is None:
        return ()
    return (words("intents.proposal", field=one.field, was=one.was, to=one.to, why=why(words, "proposal", one.why)),)


def _window(window: Window) -> tuple[str, ...]:
    return (_clock(window.from_at), show_duration(window.compliant_s), show_duration(window.degraded_s), f"{window.share:.2%}")


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
