"""Which of two rules is better, and how sure that is: means over runs with confidence intervals, differences seed by seed.

Two rules under one seed see the same requests (twin.chance), so most of what differs between runs cancels in the difference.
Runs are independent; within a run successive requests are not, so a run counts once.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]


class Mean(NamedTuple):
    """A mean, and how far off it is at most with the probability asked for; runs: how many it is of."""

    value: float
    half: float
    runs: int

    @property
    def sure(self) -> bool:
        """Whether it is not 0 (of a difference: whether there is one)."""
        return abs(self.value) > self.half

    def __str__(self) -> str:
        return f"{self.value:.3g} ± {self.half:.1g}"


def mean(values: Sequence[float], probability: float = 0.95) -> Mean:
    """Mean of independent runs, with Student's interval: t s / sqrt(n). Infinitely wide of one run."""
    found = np.array(values, float)
    if len(found) < 2:
        return Mean(float(found.mean()), math.inf, len(found))
    half = student(probability, len(found) - 1) * float(found.std(ddof=1)) / math.sqrt(len(found))
    return Mean(float(found.mean()), half, len(found))


def better(a: Sequence[float], b: Sequence[float], probability: float = 0.95) -> Mean:
    """By how much a is less than b, seed by seed: positive where a is better."""
    assert len(a) == len(b), "runs of the same seeds"
    return mean([y - x for x, y in zip(a, b, strict=True)], probability)


def student(probability: float, freedom: int) -> float:
    """t such that |T| <= t with this probability, T of Student's distribution."""
    return float(stdtrit(freedom, 0.5 + probability / 2))
