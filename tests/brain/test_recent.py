"""What was decided last is at hand, as it stands in the log; the rest is read there."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.brain import loop
from suanwang.brain.recent import Recent, logged
from suanwang.model import event as ev
from suanwang.model.explanation import Explanation
from suanwang.model.plan import Refusal
from tests.api.stage import demand, staged


def explained(seed: int) -> Explanation:
    return Explanation(world_version=1, seed=seed, candidates=0, admitted=0, fuel_per_task=1, fuel_basis="x" * seed, rules=(),
                       finalists=(), ruled_out=())  # fmt: skip


def waits(explanation: Explanation, name: str = "j") -> ev.JobWaits:
    return ev.JobWaits(at=1.0, job_id=name, refusal=Refusal(job_id=name, code="c", passing=True, explanation=explanation))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3))), st.integers(0, 2_000))
def test_the_newest_within_the_bound_are_kept_and_what_is_shared_counts_once(told, most: int) -> None:
    recent, texts, sizes = Recent(most), [explained(40 * n) for n in range(4)], dict[int, tuple[int, int]]()
    for number, (which, extra) in enumerate(told):
        event = waits(texts[which], "j" * (1 + extra))
        said = recent.said(event)
        body = msgspec.json.encode(said)
        assert body == msgspec.json.encode(event)
        recent.keep(number, said, len(body))
        sizes[number] = which, len(body) - len(msgspec.json.encode(texts[which]))

    def size(first: int) -> int:
        kept = [sizes[n] for n in range(first, len(told))]
        return sum(own for _, own in kept) + sum(len(msgspec.json.encode(texts[n])) for n in {which for which, _ in kept})

    there = [n for n in range(len(told)) if recent.get(n) is not None]
    first = len(told) - len(there)
    assert there == list(range(first, len(told))) and size(first) <= most
    assert first == 0 or size(first - 1) > most


def test_what_an_explanation_was_is_not_mistaken_for_another() -> None:
    """Identities are given out again when what had them is gone."""
    recent = Recent(1 << 20)
    for n in range(500):
        event = waits(explained(n % 7))
        assert msgspec.json.encode(recent.said(event)) == msgspec.json.encode(event)


@given(st.integers(0, 50))
def test_a_decision_is_the_same_from_the_log(seed: int) -> None:
    recent, event = Recent(1 << 20), waits(explained(seed))
    said = recent.said(event)
    body = msgspec.json.encode(said)
    recent.keep(7, said, len(body))
    kept, read = recent.get(7), logged(body)
    assert msgspec.json.encode(kept) == msgspec.json.encode(read) == msgspec.json.encode(event.refusal)


@pytest.mark.parametrize("most", [0, 1 << 20])
def test_why_is_told_alike_from_memory_and_from_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(loop, "TAKEN_BYTES", most)
    with staged(tmp_path) as stage:
        stage.node(cores=1)
        for key in ("first", "second", "third"):
            stage.operator.job(demand(), key)
        for job in stage.operator.get("/v1/jobs").json()["items"]:
            told = stage.operator.get(f"/v1/jobs/{job['id']}/why").json()["taken"]
            assert [one["type"] for one in told] == ["plan" if job["state"] == "running" else "refusal"], told
            assert all(one["job_id"] == job["id"] for one in told)
            (found,) = stage.client.blocking_portal.call(stage.brain.events, stage.brain.state.jobs[job["id"]].decided[0], 1)
            event = msgspec.json.decode(found)
            assert told == [event.get("plan") or event.get("refusal")]
