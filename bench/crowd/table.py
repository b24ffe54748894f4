"""The table of all runs, and its picture."""

import statistics
from collections.abc import Sequence

import numpy as np

TITLES = ("event", "policy", "runs", "p50 ms", "p99 ms [spread]", "/nearest", "/static", "missed", "broken", "re-steer s",
          "reversals/min", "messages / kB / choices per s")  # fmt: skip


COLOURS = ("#8a8a8a", "#b0b0b0", "#c9a66b", "#b58ac9", "#c98a8a", "#8ab0c9", "#1b6ca8", "#2a9d8f", "#e76f51")
WIDE, TALL, LEFT = 1180, 420, 60


def table(rows: list[dict], policies: Sequence[str], events: Sequence[str]) -> list[tuple[str, ...]]:
    shown = []
    for event in events:
        by = {p: [r for r in rows if r["policy"] == p and r["event"] == event] for p in policies}
        for name in policies:
            mine = by[name]
            good = [r for r in mine if "error" not in r]
            if not good:
                shown.append((event, name, f"{len(mine)} failed", *("-",) * 9))
                continue
            p99 = [r["p99_ms"] for r in good]
            pair = [ratio(good, by[other]) for other in ("nearest", "static")]
            shown.append((
                event, name, f"{len(good)}", f"{median(good, 'p50_ms'):.0f}",
                f"{statistics.median(p99):.0f} [{min(p99):.0f}-{max(p99):.0f}]",
                *pair, f"{median(good, 'missed'):.1%}",
                "/".join(str(sum(r[k] - r["at_dead"] for r in good)) for k in ("broken", "held")),
                f"{median(good, 'resteer_s'):.2f}", f"{median(good, 'reversals_min'):.0f}",
                f"{median(good, 'messages_s'):.0f} / {median(good, 'bytes_s') / 1000:.1f} / {median(good, 'decisions_s'):.0f}",
            ))  # fmt: skip
    return shown


def median(rows: list[dict], key: str) -> float:
    return statistics.median(r[key] for r in rows)


def ratio(mine: list[dict], other: list[dict]) -> str:
    """Median over the seeds of the quotient of p99 on the same schedule."""
    base = {r["seed"]: r["p99_ms"] for r in other if "error" not in r}
    quotients = [r["p99_ms"] / base[r["seed"]] for r in mine if r["seed"] in base]
    return f"{statistics.median(quotients):.2f}" if quotients else "-"


def drawn(rows: list[dict], policies: Sequence[str], events: Sequence[str]) -> str:
    """p99 of every policy in every event as an SVG: the median, and a line from the least to the most, on a logarithmic
    scale."""
    size = f'width="{WIDE}" height="{TALL + 70}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
             f'<rect {size} fill="white"/>']  # fmt: skip
    for ms in (10, 30, 100, 300, 1000, 3000):
        parts.append(f'<line x1="{LEFT}" x2="{WIDE}" y1="{_y(ms):.0f}" y2="{_y(ms):.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="8" y="{_y(ms) + 4:.0f}">{ms} ms</text>')
    step = (WIDE - LEFT) / len(events)
    for e, event in enumerate(events):
        parts.append(f'<text x="{LEFT + step * e + 4:.0f}" y="{TALL + 16}">{event}</text>')
        for p, name in enumerate(policies):
            found = [r["p99_ms"] for r in rows if r["policy"] == name and r["event"] == event and "error" not in r]
            parts += _bar(
                found, LEFT + step * e + 6 + p * (step - 14) / len(policies), (step - 20) / len(policies), COLOURS[p % 9]
            )
    for p, name in enumerate(policies):
        parts.append(f'<rect x="{LEFT + p * 120}" y="{TALL + 34}" width="10" height="10" fill="{COLOURS[p % 9]}"/>')
        parts.append(f'<text x="{LEFT + p * 120 + 14}" y="{TALL + 43}">{name}</text>')
    return "\n".join((*parts, "</svg>"))


def _y(ms: float) -> float:
    return TALL - (np.log10(max(ms, 10)) - 1) / (np.log10(3000) - 1) * (TALL - 30)


def _bar(found: list[float], x: float, wide: float, colour: str) -> list[str]:
    if not found:
        return []
    top = _y(statistics.median(found))
    box = f'<rect x="{x:.1f}" width="{wide:.1f}" y="{top:.1f}" height="{TALL - top:.1f}" fill="{colour}"/>'
    ends = f'y1="{_y(min(found)):.1f}" y2="{_y(max(found)):.1f}"'
    return [box, f'<line x1="{x + wide / 2:.1f}" x2="{x + wide / 2:.1f}" {ends} stroke="black"/>']
