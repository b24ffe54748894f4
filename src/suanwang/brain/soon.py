"""What load of a service is foreseen, and whether that helps; apart, because the machine code behind it is loaded late."""

from collections.abc import Mapping

import numpy as np

from suanwang.world.forecast import filled, foreseen
from suanwang.world.world import Floats

DAY = 24


def said(series: Mapping[str, Floats]) -> dict[str, tuple[float, float]]:
    """service -> what is foreseen of the hour after the series and of the one after that; of those for whom, over the last day,
    foreseeing an hour was nearer than saying that it is as the one before."""
    return {service: told for service, row in series.items() if (told := _said(row)) is not None}


def _said(row: Floats) -> tuple[float, float] | None:
    value, real = foreseen(row, 2).value, filled(row)
    error = float(np.nanmean(np.abs(value[-DAY - 1 : -1, 0] - real[-DAY:])))
    plain = float(np.nanmean(np.abs(real[-DAY - 1 : -1] - real[-DAY:])))
    return (max(0.0, float(value[-1, 0])), max(0.0, float(value[-1, 1]))) if error < plain else None
