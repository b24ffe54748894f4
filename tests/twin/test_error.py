"""The frozen table of the twin's error says what was measured last."""

import json
from pathlib import Path

import pytest

from suanwang.twin.error import ERRORS, error_of

FOUND = json.loads((Path(__file__).parents[2] / "bench" / "results" / "fidelity.json").read_text())
NAMES = {"p50": "p50_ms", "p99": "p99_ms", "answers": "answered_s"}


@pytest.mark.parametrize("error", [e for e in ERRORS if e.figure in NAMES], ids=lambda e: f"{e.kind}-{e.figure}")
def test_it_is_what_the_bench_found(error) -> None:  # type: ignore[no-untyped-def]
    row = next(r for r in FOUND["judged"]["sums"] if r[:2] == [error.kind, NAMES[error.figure]])
    assert [str(error.cells), f"{error.half:.1%}", f"{error.most:.1%}", str(error.close)] == row[2:6]


def test_placements_are_those_of_the_scenarios() -> None:
    exact, unlike = (1 - float(FOUND["placements"][n]["foreseen alike"].rstrip("%")) / 100 for n in (2, 4))
    assert (error_of("placements").half, error_of("placements").most) == pytest.approx((exact, unlike), abs=1e-9)


def test_what_was_not_measured_is_not_told() -> None:
    with pytest.raises(KeyError):
        error_of("placements", "crowd")
