"""Moments as people write them."""

import pytest

from suanwang.intent.reserve import check_reserve, moment, reserve_from
from suanwang.model.fault import Fault

NOON = 1_795_694_400.0  # 2026-11-26 12:00 UTC
CHINA = 8 * 3600


@pytest.mark.parametrize(
    ("text", "after_h"),
    [
        *(("now", 0.0), ("+30min", 0.5), ("20:00", 24.0), ("21:30", 1.5), ("9:00", 13.0)),
        *(("2026-11-26T22:00", 2.0), ("2026-11-26T22:00+00:00", 10.0)),
    ],
)
def test_a_moment_is_the_next_on_the_wall(text: str, after_h: float) -> None:
    assert moment(text, NOON, CHINA) == NOON + after_h * 3600


@pytest.mark.parametrize("text", ["", "tomorrow", "25:00", "+", "20:00:00x"])
def test_what_is_no_moment_says_so(text: str) -> None:
    with pytest.raises(Fault):
        moment(text, NOON, CHINA)


def test_needs_and_limits_are_those_of_a_job_file() -> None:
    document = {"name": "eve", "needs": {"cpu": 8, "memory": "16GiB"}, "near": "shenzhen", "limits": {"latency": "20ms"}}
    asked = reserve_from(document, "20:30", "2h", now=NOON, zone_s=CHINA)
    assert (asked.name, asked.needs.cpu_milli, asked.until_at - asked.from_at) == ("eve", 8000, 7200.0)
    assert asked.from_at == NOON + 1800 and asked.near is not None and check_reserve(asked) == asked
