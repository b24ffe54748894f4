"""Three agents in ten are always away, killed without a word, for moments or for a good while: every job still ends, once."""

from tests.chaos.forks import Forks
from tests.chaos.schedule import churn
from tests.chaos.test_kills import SEED, survived

OWNERS = {f"node-{n}": f"owner-{n % 5}" for n in range(10)}
SHARE, SECONDS = 0.3, 20.0


def test_every_job_ends_while_three_agents_in_ten_come_and_go(forks: Forks) -> None:
    _, promises = survived(forks, churn(SEED, tuple(OWNERS), SHARE, SECONDS), OWNERS)
    ends = [promise.last.state for promise in promises if promise.last]
    assert len(ends) == len(promises) > 25 and ends.count("done") > 0.5 * len(ends), ends
