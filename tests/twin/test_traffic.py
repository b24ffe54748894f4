"""A service in simulated time: the same for a seed; what is lost, waits and shifts when its world changes."""

import msgspec
import numpy as np
import pytest

from suanwang.twin.fleet import Change, Fleet
from suanwang.twin.traffic import END_MS, POLICIES, WARM_MS, Lived, live

FLEET = Fleet(
    servers=np.array([1, 1]), service_ms=np.array([10.0, 10.0]), rtt_ms=np.array([[2.0, 20.0]]), rates=np.array([0.08])
)


def lived(policy: str = "selectors", seed: int = 1, times: float = 1.0, **changes: object) -> Lived:
    return live(msgspec.structs.replace(FLEET, **changes), policy, seed, times)


def test_a_seed_is_a_run() -> None:
    one, again, other = lived(), lived(), lived(seed=2)
    assert np.array_equal(one.latency_ms, again.latency_ms) and one.load.tolist() == again.load.tolist()
    assert not np.array_equal(one.latency_ms, other.latency_ms)
    assert one.lost == 0 and one.came == pytest.approx(0.08 * (END_MS - WARM_MS), rel=0.1)


def test_what_is_told_is_what_little_says() -> None:
    """Requests at both instances together: rate times the mean time there, which is latency less the way."""
    one = lived("shares", rtt_ms=np.zeros((1, 2)))
    assert one.load.sum() == pytest.approx(0.08 * one.latency_ms.mean(), rel=0.15)


def test_a_site_that_dies_loses_requests_and_the_rest_goes_elsewhere() -> None:
    one = lived(rates=np.array([0.04]), changes=(Change(at_ms=WARM_MS, turn="site dies", site=0),))
    assert one.lost > 0 and one.load[0] == 0 and one.load[1] > 0
    assert one.latency_ms.min() > 20.0, "all that is settled came from the far one"


def test_one_that_comes_later_takes_its_part() -> None:
    turns = (Change(at_ms=0.0, turn="site dies", site=1), Change(at_ms=WARM_MS, turn="site lives", site=1))
    assert lived(rates=np.array([0.12]), changes=turns).load[1] > 0.1


def test_more_requests_wait_longer() -> None:
    rise = (Change(at_ms=WARM_MS, turn="rate", times=2.0),)
    assert lived(times=2.0, changes=rise).percentile(0.5) > lived().percentile(0.5)


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_every_policy_runs(policy: str) -> None:
    one = lived(policy, rates=np.array([0.04]))
    assert one.lost == 0 and np.isfinite(one.percentile(0.99))
