"""The smallest single change of a demand that would get a plan, or another winner: guessed from the columns, then tried.

For every rule that alone keeps nodes out, the nearest of those nodes says how far the limit or need has to give; the figure is
rounded outwards to one a person would type. Guesses are tried by deciding again, smallest first: what is offered works.
A word added or a level lowered (region, kind of accelerator, trust) counts as a change of 1, as large as doubling a limit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

import msgspec
import numpy as np
from numpy.typing import NDArray

from suanwang.model.demand import TRUST_LEVELS, AcceleratorNeed
from suanwang.model.explanation import Change
from suanwang.model.quantity import bytes_text, carbon_text, cpu_text, money_text, ms_text, s_text
from suanwang.place.ask import Ask
from suanwang.place.rank import figures, scores, weights
from suanwang.place.room import enough, usable
from suanwang.place.rules import NAMES
from suanwang.place.think import Thought, think
from suanwang.world.supply import WHOLE
from suanwang.world.world import Ints

_ADMITS = 3
_TRIES = 6
_AGAINST_NOTHING = 1000.0
_GIB, _STEP = 2**30, 64 * 2**20


@dataclass(frozen=True, slots=True)
class Guess:
    """A changed ask, and the change in words."""

    relative: float
    field: str
    was: str
    to: str
    flag: str
    ask: Ask


def smallest(thought: Thought, fails: NDArray[np.uint8]) -> Change | None:
    """The smallest change that works, of those that touch one limit or need; None where one alone does not do.

    fails: how many rules each node fails, shape (nodes,).
    """
    told = (guess for guess in _guesses(thought, fails) if guess.to != guess.was)
    guesses = sorted(told, key=lambda guess: (guess.relative, guess.field, guess.to))
    for guess in guesses[:_TRIES]:
        after = think(thought.world, guess.ask, thought.count, thought.seed)
        if after.shares and (not thought.shares or _winner(after) != _winner(thought)):
            return Change(
                field=guess.field,
                was=guess.was,
                to=guess.to,
                flag=guess.flag,
                relative=guess.relative,
                admits=_admits(thought, after),
            )
    return None


def _winner(thought: Thought) -> int:
    return int(thought.figures.rows[thought.winner])


def _admits(before: Thought, after: Thought) -> tuple[str, ...]:
    """Names of the nodes that the change lets in, the best first; those that get tasks, if they had passed the rules before."""
    known = np.zeros(len(before.world.ids), np.bool_)
    known[before.figures.rows] = True
    new = np.flatnonzero(~known[after.figures.rows])
    at = new[np.argsort(after.score[new], kind="stable")] if len(new) else np.array([at for at, _ in after.shares])
    rows: list[int] = after.figures.rows[at[:_ADMITS]].tolist()
    return tuple(before.world.nodes[row].name for row in rows)


def _guesses(thought: Thought, fails: NDArray[np.uint8]) -> Iterator[Guess]:
    lone = fails == 1
    for name, guess in GUESSES.items():
        out = lone & ~thought.masks[NAMES.index(name)]
        if out.any() and len(rows := _better(thought, np.flatnonzero(out))):
            yield from guess(thought, rows)
    if not thought.shares and thought.count > 1:
        yield from _loosened(thought)


def _better(thought: Thought, rows: Ints) -> Ints:
    """Of nodes that were kept out, those that would beat the winner; all of them where there is none."""
    if not thought.shares:
        return rows
    alone = figures(thought.world, thought.ask, rows, thought.count).alone()
    return rows[scores(alone, weights(thought.ask.demand.prefer)) < thought.score[thought.winner]]


def _limited(ask: Ask, **limits: object) -> Ask:
    demand = ask.demand
    return msgspec.structs.replace(
        ask, demand=msgspec.structs.replace(demand, limits=msgspec.structs.replace(demand.limits, **limits))
    )


def _needing(ask: Ask, **needs: object) -> Ask:
    demand = ask.demand
    return msgspec.structs.replace(
        ask, demand=msgspec.structs.replace(demand, needs=msgspec.structs.replace(demand.needs, **needs))
    )


def _lowest(thought: Thought, rows: Ints, term: str) -> float:
    return float(figures(thought.world, thought.ask, rows, thought.count).alone()[term].min())


def rounded_up(value: float) -> float:
    """The next figure with two digits: 23.4 -> 24, 0.0123 -> 0.013, 112 -> 120; a whole number above ten."""
    exact = Decimal(repr(value))
    return float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), ROUND_CEILING)) if value > 0 else 0.0


def _seconds_up(seconds: float) -> float:
    """From a minute on whole minutes."""
    return rounded_up(seconds) if seconds < 60 else float(-(-seconds // 60) * 60)


def _latency(thought: Thought, rows: Ints) -> Iterator[Guess]:
    was = thought.ask.demand.limits.latency_ms_max
    if was is not None:
        to = rounded_up(_lowest(thought, rows, "latency"))
        text = ms_text(to)
        ask = _limited(thought.ask, latency_ms_max=to)
        yield Guess(_relative(was, to), "limits.latency", ms_text(was), text, f"--within {text}", ask)


def _budget_to(thought: Thought, needed_micro: float) -> Iterator[Guess]:
    """The limit gives by as much as the money at hand falls short; where the demand names none, the money at hand was it."""
    limit, left = thought.ask.demand.limits.budget_micro, thought.ask.budget_micro
    if left is None:
        return
    was = max(0, left) if limit is None else limit
    to = max(was, round(rounded_up((needed_micro + was - left) / 1e6) * 1e6))
    ask = msgspec.structs.replace(_limited(thought.ask, budget_micro=to), budget_micro=left + to - was)
    flag = f"--budget {money_text(to).removesuffix(' CNY')}"
    yield Guess(_relative(was, to), "limits.budget", money_text(was), money_text(to), flag, ask)


def _finish_to(thought: Thought, needed_s: float) -> Iterator[Guess]:
    was = thought.ask.demand.limits.finish_s_max
    if was is not None:
        to = max(was, _seconds_up(needed_s))
        ask = _limited(thought.ask, finish_s_max=to)
        yield Guess(_relative(was, to), "limits.finish", s_text(was), s_text(to), f"--finish {s_text(to)}", ask)


def _carbon_to(thought: Thought, needed_g: float) -> Iterator[Guess]:
    was = thought.ask.demand.limits.carbon_g_max
    if was is not None:
        to = max(was, rounded_up(needed_g))
        flag = f"--carbon {carbon_text(to).replace(' ', '')}"
        ask = _limited(thought.ask, carbon_g_max=to)
        yield Guess(_relative(was, to), "limits.carbon", carbon_text(was), carbon_text(to), flag, ask)


def _relative(was: float, to: float) -> float:
    return min(abs(to - was) / was, _AGAINST_NOTHING) if was else _AGAINST_NOTHING


def _budget(thought: Thought, rows: Ints) -> Iterator[Guess]:
    return _budget_to(thought, _lowest(thought, rows, "price") * 1e6)


def _finish(thought: Thought, rows: Ints) -> Iterator[Guess]:
    return _finish_to(thought, _lowest(thought, rows, "finish"))


def _carbon(thought: Thought, rows: Ints) -> Iterator[Guess]:
    return _carbon_to(thought, _lowest(thought, rows, "carbon"))


def _loosened(thought: Thought) -> Iterator[Guess]:
    """An array job that shared bounds stop: what the best spread takes if one of them is lifted is what it would have to be."""
    ask = thought.ask
    for prefer, name in (("price", "budget"), ("speed", "finish"), ("carbon", "carbon")):
        lifted = {"budget": {"budget_micro": None}, "finish": {"finish_s_max": None}, "carbon": {"carbon_g_max": None}}[name]
        free = _limited(ask, **lifted)
        if name == "budget":
            free = msgspec.structs.replace(free, budget_micro=None)
        free = msgspec.structs.replace(free, demand=msgspec.structs.replace(free.demand, prefer=prefer))
        taken = think(thought.world, free, thought.count, thought.seed)
        if taken.shares:
            yield from _to_what_it_takes(thought, taken, name)


def _to_what_it_takes(thought: Thought, taken: Thought, name: str) -> Iterator[Guess]:
    at = np.array([at for at, _ in taken.shares])
    sizes = np.array([size for _, size in taken.shares])
    figured = taken.figures
    assert figured.slots is not None, "one task needs no spreading"
    if name == "budget":  # half a millionth a placement for rounding
        return _budget_to(thought, float((figured.price_micro[at] * sizes + 0.5).sum()))
    if name == "finish":
        return _finish_to(thought, float((figured.move_s[at] + figured.task_s[at] * -(-sizes // figured.slots[at])).max()))
    return _carbon_to(thought, float((figured.task_g[at] * sizes).sum()))


def _cpu(thought: Thought, rows: Ints) -> Iterator[Guess]:
    was, free = thought.ask.demand.needs.cpu_milli, int(thought.world.cpu_milli_free[rows].max())
    to = free - free % (1000 if free >= 1000 else 100)
    if to > 0:
        relative = (was - to) / was
        yield Guess(
            relative, "needs.cpu", cpu_text(was), cpu_text(to), f"--cpu {cpu_text(to)}", _needing(thought.ask, cpu_milli=to)
        )


def _memory(thought: Thought, rows: Ints) -> Iterator[Guess]:
    was, free = thought.ask.demand.needs.memory_bytes, int(thought.world.memory_bytes_free[rows].max())
    to = free - free % (_GIB if free >= _GIB else _STEP)
    if to > 0:
        ask = _needing(thought.ask, memory_bytes=to)
        text = bytes_text(to)
        yield Guess((was - to) / was, "needs.memory", bytes_text(was), text, f"--memory {text}", ask)


def _best_of(thought: Thought, rows: Ints) -> int:
    """The row of the node that would score best."""
    alone = figures(thought.world, thought.ask, rows, thought.count).alone()
    return int(rows[np.argmin(scores(alone, weights(thought.ask.demand.prefer)))])


def _tier(thought: Thought, rows: Ints) -> Iterator[Guess]:
    """The tier of the node that would score best."""
    was = thought.ask.demand.limits.tiers
    tier = thought.world.nodes[_best_of(thought, rows)].site.tier
    ask = _limited(thought.ask, tiers=(*was, tier))
    yield Guess(1.0, "limits.tier", ", ".join(was), ", ".join((*was, tier)), f"--tier {tier}", ask)


def _region(thought: Thought, rows: Ints) -> Iterator[Guess]:
    """The region of the node that would score best."""
    was = thought.ask.demand.limits.regions
    region = thought.world.nodes[_best_of(thought, rows)].site.place.region
    if region:
        ask = _limited(thought.ask, regions=(*was, region))
        yield Guess(1.0, "limits.region", ", ".join(was), ", ".join((*was, region)), f"--region {region}", ask)


def _trust(thought: Thought, rows: Ints) -> Iterator[Guess]:
    was, level = thought.ask.demand.limits.trust, int(thought.world.trust[rows].max())
    if level >= 0:
        to = TRUST_LEVELS[level]
        relative = float(TRUST_LEVELS.index(was) - level)
        yield Guess(relative, "limits.trust", was, to, f"--trust {to}", _limited(thought.ask, trust=to))


def _accelerator(thought: Thought, rows: Ints) -> Iterator[Guess]:
    """One more kind, fewer devices, or a smaller share."""
    need, world = thought.ask.demand.needs.accelerator, thought.world
    if need is None:
        return
    for kind, supply in sorted(world.accelerators.items()):
        free, wanted = int(usable(need, supply)[rows].max()), enough(need)
        if need.kinds and kind not in need.kinds and free >= wanted:
            yield _devices(thought, 1.0, msgspec.structs.replace(need, kinds=(*need.kinds, kind)))
        if (not need.kinds or kind in need.kinds) and 0 < free < wanted:
            less = {"count": free} if need.share_milli == WHOLE else {"share_milli": free}
            yield _devices(thought, (wanted - free) / wanted, msgspec.structs.replace(need, **less))


def _devices(thought: Thought, relative: float, to: AcceleratorNeed) -> Guess:
    need = thought.ask.demand.needs.accelerator
    assert need is not None, "no accelerator is asked for"
    word = _gpu_text(to)
    return Guess(relative, "needs.gpu", _gpu_text(need), word, f"--gpu {word}", _needing(thought.ask, accelerator=to))


def _gpu_text(need: AcceleratorNeed) -> str:
    """As the flag is written: "2:a100", "0.5"."""
    return f"{need.count * need.share_milli / WHOLE:g}:{','.join(need.kinds)}".rstrip(":")


GUESSES: dict[str, Callable[[Thought, Ints], Iterator[Guess]]] = {
    "latency": _latency,
    "budget": _budget,
    "finish": _finish,
    "carbon": _carbon,
    "cpu": _cpu,
    "memory": _memory,
    "region": _region,
    "tier": _tier,
    "trust": _trust,
    "accelerator": _accelerator,
}
