"""Three agents in ten are always away, killed without a word, for moments or for good while: every job still ends, once."""

from tests.chaos.clients import Crowd
from tests.chaos.forks import Forks
from tests.chaos.schedule import Step, churn
from tests.chaos.test_kills import SEED, USERS, fight, kept, verdict

OWNERS = {f"node-{n}": f"owner-{n % 5}" for n in range(10)}
SHARE, SECONDS = 0.3, 40.0


def test_every_job_ends_while_three_agents_in_ten_come_and_go(forks: Forks) -> None:
    steps, done = churn(SEED, tuple(OWNERS), SHARE, SECONDS), list[Step]()
    with kept(forks, steps, done, OWNERS) as network:
        network.begin()
        crowd = Crowd(network, SEED, USERS)
        crowd.begin()
        fight(network, crowd, steps, done)
        wrong = verdict(network, crowd)
        assert not wrong, "\n".join(f"{name}: {line}" for name, lines in wrong.items() for line in lines[:5])
        ends = [promise.last.state for promise in crowd.promises if promise.last]
        assert len(ends) == len(crowd.promises) > 50 and ends.count("done") > 0.5 * len(ends), ends
