"""A rate from counts: smoothed, but a change that is more than chance is believed at once."""

import math

import msgspec

CALM_S = 2.0
"""Counted over about so long: of 25 flows a second the count then errs by a tenth."""
RECENT_S, CHANCE, FEW = 0.5, 4.0, 3.0
"""If in so long so many standard deviations, and so many more, came than were to be expected, the rate is another one: what
was before is forgotten."""


class Count(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """sum, weight: smoothed; their quotient is the rate. recent: what came in the last spans, each with its length in s."""

    sum: float = 0.0
    weight: float = 0.0
    recent: tuple[tuple[int, float], ...] = ()

    @property
    def per_s(self) -> float:
        """0 before anything was counted."""
        return self.sum / self.weight if self.weight else 0.0

    def after(self, came: int, passed_s: float) -> "Count":
        """So many more."""
        recent, span = ((came, passed_s), *self.recent), 0.0
        for kept, (_, s) in enumerate(recent, 1):
            span += s
            if span >= RECENT_S - 1e-9:
                recent = recent[:kept]
                break
        number, expected = sum(n for n, _ in recent), self.per_s * span
        if self.weight and abs(number - expected) > CHANCE * math.sqrt(expected) + FEW:
            weight = 1 - math.exp(-span / CALM_S)
            return Count(sum=weight * number / span, weight=weight, recent=recent)
        kept = math.exp(-passed_s / CALM_S)
        return Count(sum=kept * self.sum + (1 - kept) * came / passed_s, weight=kept * self.weight + 1 - kept, recent=recent)
