"""What `suan apply` would do, one line for each thing, below it what differs."""

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import KIND, some, state
from suanwang.api.render.table import Page
from suanwang.model.app import AppChange, AppChanges
from suanwang.model.plan import Plan, Refusal
from suanwang.model.quantity import show_money

SIGNS = {"create": "+", "change": "~", "again": "+", "stop": "-", "keep": " "}
COUNTS = {
    "create": "apply.create",
    "change": "apply.change",
    "again": "apply.again",
    "stop": "apply.stop",
    "keep": "apply.keep",
}
DIFFERENCES_MAX = 20


def changes_page(words: Words, changes: AppChanges) -> Page:
    """`suan apply`: services, jobs, what is stopped; how many of each."""
    if not changes.items:
        return (words("apply.nothing", app=changes.app),)
    lines = [line for change in changes.items for line in _change(words, change)]
    counted = [(key, sum(c.action == action for c in changes.items)) for action, key in COUNTS.items()]
    said = ", ".join(words(key, n=n) for key, n in counted if n)
    return (*lines, "", words("apply.sum", app=changes.app, said=said))


def _change(words: Words, change: AppChange) -> tuple[str, ...]:
    head = f"{SIGNS[change.action]} {words(KIND[change.what])} {change.name}"
    shown = change.differences[:DIFFERENCES_MAX]
    differs = tuple(f"    {d.place}: {d.was or '-'} -> {d.becomes or '-'}" for d in shown)
    more = len(change.differences) - len(shown)
    return (head + _note(words, change), *differs, *((f"    {words('apply.more', n=more)}",) if more else ()))


def _note(words: Words, change: AppChange) -> str:
    match change.taken:
        case Plan() as plan:
            known = {finalist.node_id: finalist.node for finalist in plan.explanation.finalists}
            names = some(words, dict.fromkeys(known.get(p.node_id, p.node_id) for p in plan.placements))
            return "  " + words("apply.placed", names=names, price=show_money(sum(p.price_micro for p in plan.placements)))
        case Refusal() as refusal:
            return "  " + words("apply.refused", code=refusal.code, why=words.get(f"error.{refusal.code}", refusal.code))
        case None:
            return f"  {state(words, change.state)}" if change.state and change.action == "keep" else ""
