"""Cores that all of a machine wants: against what is known of queues, and what no load may do."""

import msgspec
import numpy as np
import pytest

from suanwang.twin.cores import all_busy, came, load, moved, pace, waited
from suanwang.twin.fleet import Fleet, Shared
from suanwang.twin.run import rule, run, shared

HOST = Shared(cores=2, busy=0.5, way_ms=1.0, ask_ms=0.2, turn_ms=0.5, breaks=2.0, break_ms=0.1)


def fleet(host: Shared | None, rate: float = 0.02) -> Fleet:
    return Fleet(
        servers=np.ones(2, np.int64), service_ms=np.full(2, 2.0), rtt_ms=np.full((1, 2), 4.0), rates=np.array([rate]),
        law="fixed", turns=2.0, cores=np.full(2, 0.2), others=np.zeros(2), shared=host,
    )  # fmt: skip


@pytest.mark.parametrize(("cores", "wanted", "chance"), [(1, 0.3, 0.3), (2, 1.0, 1 / 3), (2, 1.6, 0.7111), (4, 2.0, 0.1739)])
def test_all_are_busy_as_often_as_erlang_says(cores: int, wanted: float, chance: float) -> None:
    assert all_busy(cores, wanted) == pytest.approx(chance, abs=1e-4)


@pytest.mark.parametrize("busy", [0.5, 1.0, 1.5])
def test_the_mean_wait_is_that_of_the_queue(busy: float) -> None:
    rows = shared(fleet(HOST))
    rows[0, 1] = busy
    mean = np.mean([waited(0.0, 1, number, 0, rows) for number in range(20_000)])
    assert mean == pytest.approx(all_busy(2, busy) * HOST.turn_ms / (2 - busy), rel=0.05)


def test_load_follows_what_comes_and_a_site_takes_no_more_than_its_quota() -> None:
    rows = shared(fleet(HOST))
    assert load(0.0, rows) == HOST.busy
    for now in np.arange(0.0, 2000.0, 2.0):
        came(now, 0, rows)
    assert load(2000.0, rows) == pytest.approx(HOST.busy + 0.5 * HOST.way_ms + 0.2, rel=0.05)
    assert load(4000.0, rows) == pytest.approx(HOST.busy, abs=1e-6)


def test_without_a_machine_nothing_waits() -> None:
    rows = shared(fleet(None))
    assert waited(0.0, 1, 1, 0, rows) == 0.0 and pace(rows) == (1.0, np.inf) and not moved(0.0, 1, 1, rows)


def test_who_is_put_aside_takes_longer_the_oftener_the_more_others_want() -> None:
    assert pace(shared(fleet(HOST))) == pytest.approx((1.2, 0.5))
    assert pace(shared(fleet(msgspec.structs.replace(HOST, others=0.5, broken=2.0)))) == pytest.approx((1.4, 0.25))


@pytest.mark.parametrize(("busy", "part"), [(0.0, 0.0), (1.0, 0.25), (2.0, 0.0)])
def test_who_is_woken_moves_if_its_core_is_busy_and_another_is_not(busy: float, part: float) -> None:
    rows = shared(fleet(msgspec.structs.replace(HOST, busy=busy)))
    assert np.mean([moved(0.0, 3, k, rows) for k in range(20_000)]) == pytest.approx(part, abs=0.01)


def test_a_busier_machine_answers_later_at_the_same_sites() -> None:
    def mean(host: Shared | None) -> float:
        return float(np.mean(run(fleet(host), rule("shares", fleet(host)), 1, 2000).latency_ms))

    busier = Shared(cores=2, busy=1.6, way_ms=1.0, ask_ms=0.2, turn_ms=0.5, breaks=2.0, break_ms=0.1)
    assert mean(None) + 0.6 < mean(HOST) < mean(busier)


def test_others_who_give_way_tear_turns_apart() -> None:
    """Twice as many turns: twice the waiting."""

    def found(others: float) -> float:
        rows = shared(fleet(msgspec.structs.replace(HOST, others=others, torn=0.5)))
        return float(np.mean([waited(0.0, 3, k, 0, rows) for k in range(20_000)]))

    assert found(2.0) == pytest.approx(2 * found(0.0))
