"""In the cloud: after how many minutes it repeats itself, by the correlation at every lag up to two hours."""

import json
from pathlib import Path

values = [float(line.split(",")[1]) for line in Path("minutes.csv").read_text().split()]
mean = sum(values) / len(values)
flat = [value - mean for value in values]


def alike(lag: int) -> float:
    """Mean product of values that are so many minutes apart."""
    return sum(a * b for a, b in zip(flat, flat[lag:], strict=False)) / (len(flat) - lag)


Path("period.json").write_text(json.dumps({"period_min": max(range(10, 120), key=alike)}))
