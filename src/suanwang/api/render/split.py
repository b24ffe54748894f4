"""A split of a model as tables: the ways to cut it beside each other, why the best is best, and how it ran."""

from suanwang.api.catalogue import Words
from suanwang.api.render.table import Page, Table, table
from suanwang.api.splitting import SplitReport
from suanwang.model.quantity import show_bytes
from suanwang.model.split import Figures, Flip, Layers, Split

MILLI = 1e3
BASES = {"measured": "split.measured", "estimated": "split.estimated"}


def plan_page(words: Words, layers: Layers, report: SplitReport) -> Page:
    """The table of cuts, and why."""
    split = report.split
    line = " > ".join(f"{tier.name} ({node}, x{tier.speed:.2f})" for tier, node in zip(split.tiers, report.nodes, strict=True))
    head = words("split.head", model=report.model, layers=len(report.layers), basis=words(BASES[layers.basis]), line=line)
    ways = tuple(
        words("split.way", a=a.name, b=b.name, mbit=f"{way.up_mbit:g}", rtt=_ms(way.round_trip_ms / MILLI))
        for a, b, way in zip(split.tiers, split.tiers[1:], split.ways, strict=False)
    )
    return (head, *ways, _cuts(words, report), *_why(words, report))


def _cuts(words: Words, report: SplitReport) -> Table:
    split = report.split
    named = [(words("split.whole", tier=tier.name), whole) for tier, whole in zip(split.tiers, split.whole, strict=True)]
    if split.best.at not in [whole.at for whole in split.whole]:
        named.append((words("split.best"), split.best))
    named.sort(key=lambda row: row[1].cost)
    titles = ("cut", "layers", "compute", "up", "down", "sending", "trips", "latency", "energy", "money")
    rows = [
        (
            name,
            "/".join(str(figures.at.count(tier)) for tier in range(len(split.tiers))),
            " + ".join(_ms(s) for s in figures.compute_s if s) or _ms(0.0),
            show_bytes(sum(figures.up_bytes)),
            show_bytes(sum(figures.down_bytes)),
            _ms(sum(figures.sending_s)),
            _ms(figures.round_trip_s),
            _ms(figures.latency_s),
            _mj(figures),
            f"{figures.money_micro:.3g}",
        )
        for name, figures in named
    ]
    return table(tuple(words(f"column.{title}") for title in titles), rows, " rrrrrrrrr")


def _why(words: Words, report: SplitReport) -> Page:
    """What the best saves and what it pays for that, against the device alone; where it goes over; and what would flip it."""
    split, best, alone = report.split, report.split.best, report.split.whole[0]
    lines = [
        words("split.cut", tier=split.tiers[tier + 1].name, layer=name, size=show_bytes(size))
        for tier, (name, size) in enumerate(zip(_firsts(report), best.up_bytes, strict=False))
        if name
    ]
    if best.at != alone.at:
        saved, paid = sum(alone.compute_s) - sum(best.compute_s), sum(best.sending_s) + best.round_trip_s
        lines.append(words("split.why", saved=_ms(saved), paid=_ms(paid), tier=split.tiers[0].name))
        if split.goal == "energy":
            lines.append(words("split.energy", best=_mj(best), alone=_mj(alone)))
        if split.goal == "money":
            lines.append(words("split.money", best=f"{best.money_micro:.3g}", alone=f"{alone.money_micro:.3g}"))
    else:
        lines.append(words("split.stays", tier=split.tiers[0].name))
    flips = (("split.slower", split.slower), ("split.faster", split.faster))
    lines += [words(key, mbit=f"{f.up_mbit:.3g}", instead=_instead(words, split, f)) for key, f in flips if f is not None]
    if split.ways and split.slower is None and split.faster is None:
        lines.append(words("split.never"))
    return tuple(lines)


def _firsts(report: SplitReport) -> list[str]:
    """For each tier after the first, its first layer; "" where it has none."""
    at = report.split.best.at
    return [
        next((name for name, where in zip(report.layers, at, strict=True) if where == tier), "")
        for tier in range(1, len(report.split.tiers))
    ]


def _instead(words: Words, split: Split, flip: Flip) -> str:
    """Layers on each tier, in words."""
    counts = [flip.instead.at.count(tier) for tier in range(len(split.tiers))]
    return ", ".join(words("split.on", n=n, tier=tier.name) for n, tier in zip(counts, split.tiers, strict=True) if n)


def ran_page(words: Words, report: SplitReport) -> Page:
    """How the pieces ran, beside what was predicted."""
    titles = ("tier", "node", "job", "layers", "predicted", "measured", "loaded", "took", "result")
    rows = [
        (
            one.tier,
            one.node,
            one.job,
            str(one.layers),
            _ms(one.predicted_s),
            _ms(one.run_s),
            _ms(one.loaded_s),
            _ms(one.wall_s),
            f"{one.result.sha256[:12]} ({show_bytes(one.result.size)})",
        )
        for one in report.ran
    ]
    shown = table(tuple(words(f"column.{title}") for title in titles), rows, "   rrrrr")
    latency = words("split.latency", predicted=_ms(report.split.best.latency_s), measured=_ms(report.latency_s))
    took = words("split.took", took=f"{report.took_s:.1f}", jobs=len(report.ran))
    return (shown, latency, took, _same(words, report.apart))


def _same(words: Words, apart: float | None) -> str:
    if apart is None:
        return words("split.not_run")
    return words("split.differs", worst=f"{apart:.2g}") if apart else words("split.identical")


def _mj(figures: Figures) -> str:
    return f"{figures.energy_j * MILLI:.3g} mJ"


def _ms(seconds: float) -> str:
    return f"{seconds * MILLI:.3g} ms" if seconds < 10 else f"{seconds:.3g} s"
