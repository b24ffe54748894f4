"""What came of a run, from its rows: (when a request was meant to be sent, s; what it took, s; who answered, "" for nobody)."""

import itertools

import numpy as np

from crowd.arrivals import END_S, EVENT_S, LIMIT_S
from crowd.stage import SITES

DEADLINE_MS = 100.0
Rows = list[tuple[float, float, str]]


def judged(rows: Rows) -> dict[str, object]:
    """Of the time after the event; a request without an answer took its time limit."""
    after = [(m, (t if w else LIMIT_S) * 1000, w) for m, t, w in rows if m >= EVENT_S]
    ms = np.array([t for _, t, _ in after])
    return {
        "requests": len(after),
        "p50_ms": float(np.percentile(ms, 50)),
        "p99_ms": float(np.percentile(ms, 99)),
        "missed": float(np.mean(ms > DEADLINE_MS)),
        "failed": sum(not w for _, _, w in after),
        "resteer_s": resteered(after),
        "reversals_min": reversals(rows),
        "moved_s": moved(rows),
    }


def resteered(after: Rows) -> float:
    """Seconds from the event until nine of ten requests of each later quarter of a second meet the deadline."""
    bins = [[t for m, t, _ in after if EVENT_S + b <= m < EVENT_S + b + 0.25] for b in np.arange(0, END_S - EVENT_S, 0.25)]
    bad = [i for i, b in enumerate(bins) if b and np.mean(np.array(b) > DEADLINE_MS) > 0.1]
    return 0.25 * (bad[-1] + 1) if bad else 0.0


def moved(rows: Rows) -> float:
    """Seconds from the event until the nearest site's part of what is sent, over 0.2 s, has come three quarters of the way from
    what it was before to what it is in the end; 0 where that is the same."""

    def part(since: float, until: float) -> float:
        return float(np.mean([w.startswith("near") for m, _, w in rows if since <= m < until and w] or [0.0]))

    before, end = part(0.0, EVENT_S), part(END_S - 1.5, END_S)
    ways = (
        [(part(at, at + 0.2) - end) / (before - end) for at in np.arange(EVENT_S, END_S - 0.2, 0.05)] if before != end else []
    )
    there = [i for i, way in enumerate(ways) if way <= 0.25]
    return 0.0 if abs(before - end) < 0.1 else round(0.2 + 0.05 * there[0], 2) if there else END_S - EVENT_S


def reversals(rows: Rows) -> float:
    """How often a site's share of the answers turned by more than a fifth and back, from one half second to the next, a
    minute."""
    steps = np.arange(0.0, END_S, 0.5)
    turns = 0
    for site in SITES:
        shares = []
        for at in steps:
            here = [w for m, _, w in rows if at <= m < at + 0.5 and w]
            shares.append(np.mean([w.startswith(site) for w in here]) if here else 0.0)
        moves = [d for d in np.diff(shares) if abs(d) > 0.2]
        turns += sum(a * b < 0 for a, b in itertools.pairwise(moves))
    return turns * 60 / END_S
