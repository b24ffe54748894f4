"""Which processes are killed when: scenes of a few steps, drawn from a seed until they add up to so many kills.

A schedule says nothing about what the network does meanwhile, so the same seed gives the same schedule everywhere.
"""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tests.chaos.network import BRAIN

STARTING_S = 0.45
"""A brain or an agent that is killed within so long is often still starting."""
BREATH_S = (0.05, 0.5)
"""Between two scenes."""
AWAY_S = (0.5, 14.0)
"""For so long an agent is away that comes and goes."""


class Step(NamedTuple):
    """do: "kill" or "start" the names; "pause" for so long; or "await" the first of them, "accept" or "output".

    Whoever else is awaited with it is killed in that very moment, and by the next step in any case.
    """

    do: str
    names: tuple[str, ...] = ()
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.do} {self.seconds:.4f} s" if self.do == "pause" else f"{self.do} {' '.join(self.names)}"


Scene = list[Step]
Draw = Callable[[random.Random, Sequence[str]], Scene]


def schedule(seed: int, kills: int, agents: Sequence[str]) -> Scene:
    """Steps with at least so many kills in them, at the brain and at agents by turns. At their end everything runs."""
    chance, steps, count = random.Random(seed), Scene(), 0
    for draws, scenes in itertools.cycle(CHAPTERS):
        for draw in chance.choices(list(draws), list(draws.values()), k=chance.randint(*scenes)):
            scene = [*draw(chance, agents), pause(chance, *BREATH_S)]
            count += sum(len(step.names) for step in scene if step.do == "kill")
            steps += scene
            if count >= kills:
                return steps
    raise AssertionError("a cycle does not end")


def after_an_answer(chance: random.Random, agents: Sequence[str]) -> Scene:
    """The brain, at the moment when it has told a client that a job is accepted, or within milliseconds."""
    if chance.random() < 0.6:
        return [Step("await", ("accept", BRAIN)), *brain_again(chance)]
    return [Step("await", ("accept",)), pause(chance, 0.0, 0.003), *brain_again(chance)]


def while_results_come(chance: random.Random, agents: Sequence[str]) -> Scene:
    """An agent, seldom the brain, when an array has results and is not through."""
    who = BRAIN if chance.random() < 0.1 else chance.choice(agents)
    return [Step("await", ("output",)), pause(chance, 0.0, 0.1), *again(chance, (who,))]


def some_agents(chance: random.Random, agents: Sequence[str]) -> Scene:
    """Some, at once; some of them again while they start."""
    who = some(chance, agents)
    return [*again(chance, who), *twice(chance, some(chance, who))]


def brain_while_it_starts(chance: random.Random, agents: Sequence[str]) -> Scene:
    """The brain, again and again before it is up."""
    return [step for _ in range(chance.randrange(2, 4)) for step in (*brain_again(chance), pause(chance, 0.0, STARTING_S))]


def both_at_once(chance: random.Random, agents: Sequence[str]) -> Scene:
    """The brain and some agents in the same moment; they come back in any order."""
    who = [BRAIN, *some(chance, agents)]
    back = chance.sample(who, len(who))
    starts = [step for name in back for step in (Step("start", (name,)), pause(chance, 0.0, 0.1))]
    return [Step("kill", tuple(who)), pause(chance, 0.0, 0.2), *starts]


def in_the_dark(chance: random.Random, agents: Sequence[str]) -> Scene:
    """Agents, while the brain is down for a second or two."""
    scene = [Step("kill", (BRAIN,)), pause(chance, 0.0, 0.5)]
    for _ in range(chance.randrange(1, 3)):
        scene += [*again(chance, some(chance, agents)), pause(chance, 0.2, 0.7)]
    return [*scene, Step("start", (BRAIN,))]


AT_THE_BRAIN: dict[Draw, int] = {after_an_answer: 4, brain_while_it_starts: 2, both_at_once: 3, in_the_dark: 2}
AT_AGENTS: dict[Draw, int] = {while_results_come: 3, some_agents: 4}
"""How often each scene is drawn, in proportion."""
CHAPTERS = ((AT_THE_BRAIN, (2, 4)), (AT_AGENTS, (4, 8)))
"""By turns, so many scenes of a kind: agents that have lost their brain again and again take some seconds to ask for it."""


def brain_again(chance: random.Random) -> Scene:
    return again(chance, (BRAIN,))


def again(chance: random.Random, who: tuple[str, ...]) -> Scene:
    """Killed, and started a moment later."""
    return [Step("kill", who), pause(chance, 0.0, 0.2), Step("start", who)]


def twice(chance: random.Random, who: tuple[str, ...]) -> Iterator[Step]:
    if chance.random() < 0.3:
        yield pause(chance, 0.0, STARTING_S)
        yield from again(chance, who)


def some(chance: random.Random, agents: Sequence[str]) -> tuple[str, ...]:
    return tuple(chance.sample(list(agents), chance.randrange(1, len(agents) + 1)))


def pause(chance: random.Random, least: float, most: float) -> Step:
    return Step("pause", (), chance.uniform(least, most))


def churn(seed: int, agents: Sequence[str], share: float, seconds: float) -> Scene:
    """Steps in which such a share of the agents is always away, each for a moment or for longer than silence is suffered. At
    their end everything runs."""
    chance, steps, clock = random.Random(seed), Scene(), 0.0
    away: list[tuple[float, str]] = []
    while clock < seconds:
        while len(away) < round(share * len(agents)):
            name = chance.choice([a for a in agents if a not in (gone for _, gone in away)])
            steps.append(Step("kill", (name,)))
            away.append((clock + chance.uniform(*AWAY_S), name))
        back_at, name = min(away)
        steps += [Step("pause", (), max(0.0, back_at - clock)), Step("start", (name,))]
        clock = max(clock, back_at)
        away.remove((back_at, name))
    return [*steps, *(Step("start", (name,)) for _, name in away)]
