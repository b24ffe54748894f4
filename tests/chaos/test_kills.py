"""kill -9 of the brain, of agents, of both, a hundred times: nothing accepted is lost, and nothing is billed twice.

Everything is real but the start-up (forks.py). SUAN_CHAOS_SEED and SUAN_CHAOS_KILLS choose another run, or a longer one.
"""

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.chaos import checks
from tests.chaos.clients import Crowd, Promise
from tests.chaos.forks import Forks
from tests.chaos.network import BRAIN, Network, until
from tests.chaos.schedule import Step, schedule

SEED = int(os.environ.get("SUAN_CHAOS_SEED", "1"))
KILLS = int(os.environ.get("SUAN_CHAOS_KILLS", "100"))
OWNERS = {"bob-1": "bob", "bob-2": "bob", "cat": "cat", "dan": "dan"}
USERS = 6
AWAIT_S = 0.4
"""A moment that does not come within so long is not waited for."""
DRAIN_S = 120.0
"""All that was accepted is over so soon after the last kill."""
GONE_S = 5.0
"""Within so long nothing is left of a process that was killed."""
SHARE_MIN = 0.03
"""So many of the kills meet a process that is starting, or an agent at work; or they would not be worth much."""


def test_nothing_accepted_is_lost_and_nothing_is_billed_twice(forks: Forks) -> None:
    struck, _ = survived(forks, schedule(SEED, KILLS, tuple(OWNERS)), OWNERS)
    assert sum(struck.values()) >= 0.95 * KILLS  # but for those that fell
    assert min(struck[what] for what in ("starting", "working")) >= SHARE_MIN * KILLS, struck


def survived(forks: Forks, steps: Sequence[Step], owners: Mapping[str, str]) -> tuple[Counter[str], list[Promise]]:
    """What the killed were at, and what was promised, once all steps are taken, all is over and nothing is wrong."""
    done = list[Step]()
    with kept(forks, steps, done, owners) as network:
        network.begin()
        crowd = Crowd(network, SEED, USERS)
        crowd.begin()
        fight(network, crowd, steps, done)
        wrong = verdict(network, crowd)
        assert not wrong, "\n".join(f"{name}: {line}" for name, lines in wrong.items() for line in lines[:5])
        return network.struck, crowd.promises


@contextmanager
def kept(forks: Forks, steps: Sequence[Step], done: Sequence[Step], owners: Mapping[str, str]) -> Generator[Network]:
    """A network in a folder that stays if anything goes wrong; then it is said where, and what to repeat it with."""
    network = Network(Path(tempfile.mkdtemp(prefix="suan-chaos-")), forks, owners)
    try:
        yield network
    except BaseException:
        tail = "\n".join(map(str, done[-30:]))
        print(f"SUAN_CHAOS_SEED={SEED} SUAN_CHAOS_KILLS={KILLS}; kept in {network.folder}")
        print(f"{len(network.falls)} fell; after {len(done)} of {len(steps)} steps, the last of them:\n{tail}")
        raise
    else:
        network.end()
        shutil.rmtree(network.folder)
    finally:
        network.end()


def fight(network: Network, crowd: Crowd, steps: Sequence[Step], done: list[Step]) -> None:
    """All the steps, and then until every job that was accepted is over."""
    began = time.monotonic()
    for step in steps:
        done.append(step)
        strike(network, crowd, step)
        standing(network, crowd)
    fought = time.monotonic()
    crowd.enough()
    until(lambda: standing(network, crowd), DRAIN_S)
    print(f"\nkilled {dict(network.struck)} in {fought - began:.0f} s, drained in {time.monotonic() - fought:.0f} s")
    print(Counter(p.last.state for p in crowd.promises if p.last), "unanswered:", crowd.patience.codes)


def strike(network: Network, crowd: Crowd, step: Step) -> None:
    """Carry out a step."""
    match step.do:
        case "pause":
            time.sleep(step.seconds)
        case "await":
            what, *whom = step.names
            crowd.heard(what, AWAIT_S, lambda: network.hit(*whom))
        case "start":
            for name in step.names:
                network.start(name)
        case _:
            network.kill(*step.names)


def standing(network: Network, crowd: Crowd) -> bool:
    """Whether all is over. Nobody falls who was not killed."""
    network.fallen()
    assert not network.falls, f"{network.falls[0].name} ended with {network.falls[0].status}: {network.falls[0].words}"
    return crowd.over()


def verdict(network: Network, crowd: Crowd) -> dict[str, list[str]]:
    """Everything that is wrong, by check: what can be seen through the doors, then what the log and the machine tell."""
    promises = crowd.promises
    with ExitStack() as stack:
        network.until_up()
        client = stack.enter_context(network.client())
        users = {name: stack.enter_context(network.client(token)) for name, token in crowd.tokens.items()}
        seen = checks.shown(client, users)
        found = {
            "growth": checks.growth(client, crowd.checkpoints, seen.head),
            "results": checks.results(promises, seen),
            "contents": checks.contents(promises, seen, users),
        }
    network.end()
    log = checks.written(network.home(BRAIN) / "log.sqlite")
    found |= {
        "events": log.wrong,
        "replay": checks.replay(seen, log),
        "acceptance": checks.acceptance(promises, log),
        "endings": checks.endings(promises, log),
        "money": checks.money(seen, log),
        "once": checks.once(log),
        "fuel": checks.fuel(log),
        "trust": checks.trust(log),
        "orphans": left_over(network),
        "answers": [code for code in crowd.patience.codes if code != "SUAN-W001"],
        "words": checks.words(network.folder),
    }
    return {name: wrong for name, wrong in found.items() if wrong}


def left_over(network: Network) -> list[str]:
    """What outlives the processes that were killed."""
    end = time.monotonic() + GONE_S
    while (left := network.orphans()) and time.monotonic() < end:
        time.sleep(0.1)
    return left
