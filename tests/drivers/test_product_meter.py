"""What a unit of a product takes is the CPU time of more units less that of fewer; what cannot be run is said."""

import sys
from pathlib import Path

import pytest

from suanwang.drivers.meter.product import taken
from suanwang.model.fault import RuntimeFault


def test_twice_the_work_is_twice_the_cpu_and_starting_is_not_counted(tmp_path: Path) -> None:
    def each(loops: int) -> float:
        work = f"import sys, json, email, decimal\nfor _ in range(int(sys.argv[1])): sum(range({loops}))"
        return taken([sys.executable, "-c", work, "{units}"], 40, tmp_path, rounds=3).cpu_s

    one, four = each(200_000), each(800_000)
    assert 0 < one < four


@pytest.mark.parametrize("run", [["/nowhere/program"], ["no-such-program"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_what_cannot_be_run_is_said(tmp_path: Path, run: list[str]) -> None:
    with pytest.raises(RuntimeFault, match="SUAN-R060"):
        taken(run, 1, tmp_path, rounds=1)


def test_memory_is_that_of_the_program_and_not_of_who_measures_it(tmp_path: Path) -> None:
    own = b"x" * (200 << 20)  # of this process, which is larger than what is measured
    work = "import sys\nsum(range(4_000_000 * int(sys.argv[1])))"
    found = taken([sys.executable, "-I", "-S", "-c", work, "{units}"], 12, tmp_path, rounds=1)
    assert 4 << 20 < found.memory_bytes < len(own) // 4
    large = taken([sys.executable, "-I", "-S", "-c", f"x = b'x' * {80 << 20}\n{work}", "{units}"], 12, tmp_path, rounds=1)
    assert large.memory_bytes > 80 << 20
