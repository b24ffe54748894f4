"""What was decided last is at hand, as it stands in the log; the rest is read there."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.brain import loop
from suanwang.brain.recent import Recent
from tests.api.stage import demand, staged


@given(st.lists(st.integers(0, 12)), st.integers(0, 30))
def test_the_newest_within_the_bound_are_kept(sizes: list[int], most: int) -> None:
    recent = Recent(most)
    for number, size in enumerate(sizes):
        recent.keep(number, bytes(size))
    kept = [n for n in range(len(sizes)) if recent.get(n) is not None]
    assert kept == list(range(len(sizes) - len(kept), len(sizes))) and sum(sizes[n] for n in kept) <= most
    older = len(sizes) - len(kept) - 1
    assert older < 0 or sizes[older] + sum(sizes[n] for n in kept) > most


@pytest.mark.parametrize("most", [0, 1 << 20])
def test_why_is_told_alike_from_memory_and_from_the_log(tmp_path, monkeypatch, most: int) -> None:
    monkeypatch.setattr(loop, "TAKEN_BYTES", most)
    with staged(tmp_path) as stage:
        stage.node(cores=1)
        for key in ("first", "second"):
            stage.operator.job(demand(), key)
        for job in stage.operator.get("/v1/jobs").json()["items"]:
            told = stage.operator.get(f"/v1/jobs/{job['id']}/why").json()["taken"]
            assert [one["type"] for one in told] == ["plan" if job["state"] == "running" else "refusal"], msgspec.json.encode(
                told
            )
