"""The explanation record in words: who was looked at, who was ruled out and why, who won by how much, what would flip it."""

from decimal import Decimal

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import exact_cny, some, unit
from suanwang.api.render.graphs import graph_page
from suanwang.api.render.grid import hour_text
from suanwang.api.render.table import Page, Table, table
from suanwang.model.deferral import Deferral
from suanwang.model.explanation import Change, Explanation, Finalist, RuledOut
from suanwang.model.plan import Plan, Refusal
from suanwang.model.quantity import show_bytes, show_carbon, show_duration, show_energy, show_fuel, show_money, show_ms
from suanwang.model.reason import Reason
from suanwang.model.view import Decision

RULED_OUT_SHOWN = 16


def why_page(words: Words, decision: Decision) -> Page:
    """`suan why JOB`: the decision that stands, and how many there were before it."""
    last = decision.taken[-1] if decision.taken else None
    if decision.graph is not None and not isinstance(last, Refusal):
        return graph_page(words, decision.demand.name, decision.graph)
    if not decision.taken:
        return (words("why.preparing" if decision.preparing else "why.undecided", name=decision.demand.name),)
    times = (words("why.times", n=len(decision.taken)),) if len(decision.taken) > 1 else ()
    last = list(decision.taken)[-1]
    if isinstance(last, Deferral):
        return (*deferral_page(words, decision.demand.name, last), *times)
    waited = next((one for one in reversed(decision.taken) if isinstance(one, Deferral)), None)
    before = ("", words("why.waited", at=hour_text(waited.start_at), saved=_gain(waited))) if waited else ()
    return (*decided_page(words, decision.demand.name, last), *before, *times)


def deferral_page(words: Words, name: str, told: Deferral, *, rehearsed: bool = False) -> Page:
    """Which hour, what is gained by waiting for it, and what the deadline leaves. rehearsed: it was only tried out."""
    titles = tuple(words(f"column.{key}") for key in ("term", "at_once", "later", "weight", "contribution"))
    rows = [
        (
            words.get(f"term.{now.name}", now.name),
            f"{now.value:.6g} {unit(words, now.unit)}",
            f"{then.value:.6g} {unit(words, then.unit)}",
            f"{now.weight:.6g}",
            f"{exact_cny(now.contribution)} -> {exact_cny(then.contribution)}",
        )
        for now, then in zip(told.now, told.then, strict=True)
    ]
    full = (words("why.full_now"),) if told.saved <= 0 else ()
    said = "why.would_wait" if rehearsed else "why.deferred"
    sure = words("why.told") if told.told else words("why.foreseen", error=exact_cny(told.error))
    return (
        words(said, name=name, at=hour_text(told.start_at), site=told.site),
        words("why.gain", saved=exact_cny(told.saved), gain=_gain(told), sure=sure),
        words("why.latest", latest=hour_text(told.latest_at), due=hour_text(told.due_at), takes=show_duration(told.finish_s)),
        *full,
        table(titles, rows, " rrrr"),
    )


def _gain(told: Deferral) -> str:
    """In the units of what is gained: more of one may cost some of the other."""
    money = f"{'-' if told.price_micro_saved < 0 else ''}{show_money(abs(told.price_micro_saved))}"
    return f"{'-' if told.carbon_g_saved < 0 else ''}{show_carbon(abs(told.carbon_g_saved))}, {money}"


def decided_page(words: Words, name: str, taken: Plan | Refusal, *, rehearsed: bool = False) -> Page:
    """One decision, for a plan or a refusal. rehearsed: it was only tried out."""
    told = taken.explanation
    if isinstance(taken, Plan):
        head = _plan_head(words, name, taken, rehearsed)
    else:
        head = (refused(words, f"{name}: {taken.step}" if taken.step else name, taken.code),)
    return (
        *head,
        *_looked(words, told),
        *_finalists(words, told),
        *_terms(words, told),
        *_ruled_out(words, told),
        *_flip(words, told),
    )


def refused(words: Words, name: str, code: str) -> str:
    """What happened, with the job's name in it."""
    return words.get(f"refused.{code}", code, name=name)


def counted(words: Words, told: Explanation) -> str:
    """How many nodes each rule ruled out, in one line, with the nearest miss where distance has a meaning."""
    parts: list[str] = []
    for rule in told.rules:
        if rule.count == 0:
            continue
        said = words.get(f"count.{rule.rule}", f"{rule.rule} {rule.count}", n=rule.count)
        miss = _nearest(words, told, rule.rule)
        parts.append(f"{said} ({words('count.nearest', node=miss[0], gap=miss[1])})" if miss else said)
    return ", ".join(parts)


def reason(words: Words, why: Reason) -> str:
    """One reason as a sentence about a node."""
    gap = gap_text(words, why)
    said = words.get(f"reason.{why.rule}", why.rule, need=why.need, have=why.have)
    said = words("reason.misses", said=said, gap=gap) if gap else said
    return words("reason.passing", said=said) if why.passing else said


def gap_text(words: Words, why: Reason) -> str:
    """How far off, or nothing where that has no meaning. Figures keep three digits: a near miss stays a miss."""
    if why.gap <= 0:
        return ""
    figure = f"{Decimal(f'{why.gap:.3g}').normalize():f}" if why.gap < 1e6 else f"{why.gap:.3g}"
    return f"{figure} {unit(words, why.unit)}".rstrip()


def fix(words: Words, change: Change) -> str:
    """The smallest change of a refused demand that would admit somebody."""
    what = f"{change.field.rpartition('.')[2]} {change.to}"
    return words("refused.fix", what=what, was=change.was, n=len(change.admits), nodes=some(words, change.admits))


def _plan_head(words: Words, name: str, plan: Plan, rehearsed: bool) -> Page:
    by_id = {finalist.node_id: finalist.node for finalist in plan.explanation.finalists}
    names = tuple(dict.fromkeys(by_id.get(placement.node_id, placement.node_id) for placement in plan.placements))
    first = words("why.would" if rehearsed else "why.placed", name=name, nodes=some(words, names))
    expected = words(
        "why.expected",
        price=show_money(plan.price_micro),
        hold=show_money(plan.hold_micro),
        finish=show_duration(plan.finish_s),
        carbon=show_carbon(plan.carbon_g),
        energy=show_energy(plan.energy_kwh),
        each=show_carbon(plan.carbon_g / max(1, sum(len(p.tasks) for p in plan.placements))),
    )
    return (first, expected, *_preempted(words, plan))


def _preempted(words: Words, plan: Plan) -> Page:
    """What gives way, where, and what that costs."""
    if not plan.preempted:
        return ()
    compensation = sum(one.compensation_micro for one in plan.preempted)
    return (
        words(
            "why.preempted",
            n=len(plan.preempted),
            node=some(words, tuple(dict.fromkeys(one.node for one in plan.preempted))),
            compensation=show_money(compensation),
            burned=show_money(sum(one.hold_micro for one in plan.preempted) - compensation),
        ),
    )


def _looked(words: Words, told: Explanation) -> Page:
    looked = words("why.looked", n=told.candidates, passed=told.admitted, world=told.world_version, seed=told.seed)
    basis = words.get(f"basis.{told.fuel_basis}", told.fuel_basis)
    return (looked, words("why.fuel", fuel=show_fuel(told.fuel_per_task), basis=basis))


def _finalists(words: Words, told: Explanation) -> Page:
    if not told.finalists:
        return ()
    moves = any(one.move_bytes for one in told.finalists)
    keys = ("", "node", "site", "tasks", "price", "latency", "carbon", *(("to_move",) if moves else ()), "finish", "score")
    titles = tuple(words(f"column.{key}") for key in keys)
    rows = [_finalist(one, one is _winner(told), moves) for one in told.finalists]
    lines: list[str | Table] = ["", words("why.candidates"), table(titles, rows, "   rrrrrrr"[: len(keys)])]
    if told.runner_up:
        winner = _winner(told)
        shown = winner.node if winner else told.winner
        lines.append(words("why.margin", winner=shown, runner_up=_name(told, told.runner_up), margin=exact_cny(told.margin)))
    if rest := told.admitted - len(told.finalists):
        lines.append(words("why.not_shown", n=rest))
    return tuple(lines)


def _finalist(one: Finalist, wins: bool, moves: bool) -> tuple[str, ...]:
    return (
        "*" if wins else "",
        one.node,
        one.site,
        str(one.tasks) if one.tasks else "-",
        show_money(one.price_micro),
        show_ms(one.latency_ms) if one.latency_ms else "-",
        show_carbon(one.carbon_g),
        *((show_bytes(one.move_bytes) if one.move_bytes else "-",) if moves else ()),
        show_duration(one.finish_s),
        exact_cny(one.score),
    )


def _terms(words: Words, told: Explanation) -> Page:
    winner = _winner(told)
    if winner is None:
        return ()
    titles = tuple(words(f"column.{key}") for key in ("term", "value", "weight", "contribution"))
    rows = [
        (
            words.get(f"term.{term.name}", term.name),
            f"{term.value:.6g} {unit(words, term.unit)}",
            f"{term.weight:.6g}",
            exact_cny(term.contribution),
        )
        for term in winner.terms
    ]
    rows.append((words("term.score"), "", "", exact_cny(winner.score)))
    basis = (words("why.latency_basis", basis=words.get(f"basis.{winner.basis}", winner.basis)),) if winner.basis else ()
    return ("", words("why.terms", node=winner.node), table(titles, rows, " rrr"), *basis, *_moves(words, winner))


def _moves(words: Words, winner: Finalist) -> Page:
    """What is to come to the winner before its work can begin."""
    if not winner.move_basis:
        return ()
    basis = words.get(f"basis.{winner.move_basis}", winner.move_basis)
    egress = next((round(term.value * 1e6) for term in winner.terms if term.name == "egress"), 0)
    figures = {"size": show_bytes(winner.move_bytes), "time": show_duration(winner.move_s), "egress": show_money(egress)}
    return (words("why.moves", node=winner.node, basis=basis, **figures),)


def _ruled_out(words: Words, told: Explanation) -> Page:
    if not told.ruled_out:
        return ()
    titles = tuple(words(f"column.{key}") for key in ("node", "site", "reasons"))
    rows = [_ruled_out_row(words, one) for one in told.ruled_out[:RULED_OUT_SHOWN]]
    out = told.candidates - told.admitted
    lines: list[str | Table] = ["", words("why.ruled_out", n=out, counts=counted(words, told)), table(titles, rows)]
    if out > len(rows):
        lines.append(words("why.not_shown", n=out - len(rows)))
    return tuple(lines)


def _ruled_out_row(words: Words, one: RuledOut) -> tuple[str, ...]:
    return (one.node, one.site, "; ".join(reason(words, why) for why in one.reasons))


def _flip(words: Words, told: Explanation) -> Page:
    if told.change is None:
        return ()
    if not told.winner:
        return ("", fix(words, told.change), f"  {told.change.flag}")
    key = told.change.field.rpartition(".")[2]
    flip = words("why.flip", what=f"{key} {told.change.to}", was=told.change.was, nodes=some(words, told.change.admits))
    return ("", flip, f"  {told.change.flag}")


def _winner(told: Explanation) -> Finalist | None:
    return next((one for one in told.finalists if told.winner in (one.node_id, one.node)), None)


def _name(told: Explanation, node: str) -> str:
    return next((one.node for one in told.finalists if node in (one.node_id, one.node)), node)


def _nearest(words: Words, told: Explanation, rule: str) -> tuple[str, str] | None:
    """(node, gap) of the nearest miss under a rule, among the nodes that are listed."""
    misses = [
        (why.gap, one.node, gap_text(words, why))
        for one in told.ruled_out
        for why in one.reasons
        if why.rule == rule and why.gap > 0
    ]
    if not misses:
        return None
    _, node, gap = min(misses)
    return node, gap
