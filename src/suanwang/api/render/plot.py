"""A trial as a drawing: how latencies are distributed before and after, and the load at each site. Plain SVG, written by
hand."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from suanwang.api.catalogue import Words
from suanwang.api.render.table import clean
from suanwang.model.trial import Compared, ServiceTrial, Trial

WIDE, HIGH, LEFT, TOP, ROW = 640, 220, 60, 30, 18
BEFORE, AFTER = "#0072b2", "#d55e00"
"""Told apart by those who see few colours (Okabe and Ito 2008); the second line is dashed too."""
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
    'font-family="sans-serif" font-size="12">'
)


def svg(words: Words, trial: Trial) -> bytes:
    """One panel for each service; or, where there is none, one of the figures of jobs."""
    panels: list[str] = []
    down = 0
    for service in trial.services:
        lines, high = _service(words, service)
        panels.append(f'<g transform="translate(0 {down})">{"".join(lines)}</g>')
        down += high
    if trial.jobs:
        lines, high = _bars(words, [f for f in trial.jobs.figures if f.unit == "jobs"], words("twin.jobs_plot"))
        panels.append(f'<g transform="translate(0 {down})">{"".join(lines)}</g>')
        down += high
    head = _HEAD.format(w=WIDE, h=down or TOP)
    return f'{head}<rect width="100%" height="100%" fill="white"/>{"".join(panels)}</svg>\n'.encode()


def _service(words: Words, service: ServiceTrial) -> tuple[list[str], int]:
    lines = [_text(LEFT, 18, f"{service.name}: {words('twin.distribution')}", bold=True)]
    lines += _distribution(words, service)
    bars, high = _bars(words, service.sites, words("twin.load_plot", name=service.name))
    return [*lines, f'<g transform="translate(0 {HIGH + TOP})">{"".join(bars)}</g>'], HIGH + TOP + high


def _distribution(words: Words, service: ServiceTrial) -> Iterator[str]:
    """The share of requests that are answered within a time, up to the slower 99.5 in 100."""
    curve = service.curve
    most = max((*curve.before_ms[-2:-1], *curve.after_ms[-2:-1], 1e-9))
    floor, across, up = HIGH - 20, WIDE - LEFT - 20, HIGH - 50
    for part in range(5):
        x, y = LEFT + across * part / 4, floor - up * part / 4
        yield f'<path d="M{LEFT} {y:.1f}H{WIDE - 20}" stroke="#ddd"/>'
        yield _text(x, floor + 15, f"{most * part / 4:.3g} ms", middle=True)
        yield _text(LEFT - 8, y + 4, f"{part * 25}%", end=True)
    for values, colour, dash in ((curve.before_ms, BEFORE, ""), (curve.after_ms, AFTER, ' stroke-dasharray="6 3"')):
        points = [
            (LEFT + across * min(ms / most, 1.0), floor - up * share) for share, ms in zip(curve.share, values, strict=True)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    yield _text(WIDE - 120, floor - 28, words("column.before"), BEFORE)
    yield _text(WIDE - 120, floor - 12, f"- - {words('column.after')}", AFTER)


def _bars(words: Words, figures: Sequence[Compared], title: str) -> tuple[list[str], int]:
    """Two bars for each figure."""
    most = max((max(f.before.value, f.after.value) for f in figures), default=0.0) or 1.0
    lines, across = [_text(LEFT, 18, title, bold=True)], WIDE - 3 * LEFT - 60
    for at, one in enumerate(figures):
        y = TOP + at * 2 * ROW
        lines.append(_text(2 * LEFT - 8, y + ROW, words.get(f"figure.{one.name}", one.name), end=True))
        for value, colour, below in ((one.before.value, BEFORE, 0), (one.after.value, AFTER, ROW - 4)):
            long = across * max(0.0, value) / most
            lines.append(f'<rect x="{2 * LEFT}" y="{y + below + 2}" width="{long:.1f}" height="{ROW - 6}" fill="{colour}"/>')
            lines.append(_text(2 * LEFT + long + 4, y + below + 12, f"{value:.3g}"))
    return lines, TOP + (len(figures) * 2 + 1) * ROW


def _text(
    x: float, y: float, said: str, colour: str = "#222", *, bold: bool = False, middle: bool = False, end: bool = False
) -> str:
    anchor = ' text-anchor="middle"' if middle else ' text-anchor="end"' if end else ""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}"{anchor}{weight}>{escape(clean(said))}</text>'
