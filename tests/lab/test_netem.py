"""What the kernel is told of a link's end, where it has netem."""

import pytest

from suanwang.lab.netem import FRAMES_MAX, figures
from suanwang.lab.plan import Cable


@pytest.mark.parametrize(
    ("cable", "up", "told"),
    [
        (Cable(a="x", b="y", latency_ms=1.5), True, "delay 1500us"),
        (Cable(a="x", b="y", latency_ms=2.0, jitter_ms=0.25), True, "delay 2000us 250us"),
        (Cable(a="x", b="y", loss=0.001), True, "delay 0us loss 0.1%"),
        (Cable(a="x", b="y", rate_mbit=2.5), True, "delay 0us rate 2500kbit"),
        (Cable(a="x", b="y", latency_ms=2.0, loss=0.001, rate_mbit=1.0), False, "delay 2000us loss 100% rate 1000kbit"),
    ],
)
def test_an_end_delays_loses_and_paces_and_when_cut_loses_all(cable: Cable, up: bool, told: str) -> None:
    assert " ".join(figures(cable, up)) == f"netem limit {FRAMES_MAX} {told}"
