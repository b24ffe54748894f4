"""The published protocol on one workload: our FGD and BestFit are the published ones, and ours is better by what is claimed."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench"


def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))
    try:
        spec = importlib.util.spec_from_file_location("packing", BENCH / "packing.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(BENCH))


packing = bench()


@pytest.mark.skipif(not packing.DATA.exists(), reason=f"no data set {packing.DATA.name} under SUAN_DATA")
@pytest.mark.parametrize("seed", [42, 49])
def test_a_third_of_the_gap_between_fgd_and_the_bound_is_closed(seed: int) -> None:
    runs = {run["policy"]: run for run in packing.measured("default", packing.cluster(), (seed,))}
    assert runs["FGD"]["apart"] <= 0.05 and runs["BestFit"]["apart"] <= 0.05
    fgd, ours, bound = runs["FGD"]["at_100"], runs["ours"]["at_100"], runs["ours"]["bound"]
    assert fgd + (bound - fgd) / 3 <= ours <= bound


def test_allocation_is_the_mean_over_arrivals_that_round_to_a_percent() -> None:
    """A cluster of 1 whole accelerator: halves arrive, the third finds no room."""
    milli = np.array([500, 500, 500])
    curve = packing.allocated(milli, np.array([0, 0, -1]), 1)
    assert curve[[50, 100]].tolist() == [50.0, 100.0] and np.isnan(curve[51])
