"""When requests are meant to be sent: the same for whoever steers, in the lab and in simulated time."""

import random
from collections.abc import Callable

RATE = {"home-1": 34.0, "home-2": 22.0}
CROWD = 5.5
"""Times the rate of home-1 in a flash crowd."""
EVENT_S, END_S, LIMIT_S = 1.2, 4.2, 2.0
EVENTS = ("steady", "flash crowd", "site death", "link cut", "grey failure", "liar", "churn", "brain gone", "client moves")
IDLE = "idle"
"""No event of the table: nobody asks, so that what the lab takes for itself can be seen."""


def schedule(chance: random.Random, rate: Callable[[float], float], most: float, end_s: float = END_S) -> list[float]:
    """Poisson arrivals of a rate that changes (thinning, Lewis and Shedler 1979)."""
    found, at = [], 0.0
    while (at := at + chance.expovariate(most)) < end_s:
        if chance.random() < rate(at) / most:
            found.append(at)
    return found


def schedules(event: str, seed: int) -> dict[str, list[float]]:
    crowd = {"flash crowd", "brain gone"}
    chance = {users: random.Random(f"{users}/{event}/{seed}") for users in RATE}

    def rate(users: str) -> Callable[[float], float]:
        def at(t: float) -> float:
            after = t >= EVENT_S
            if event == IDLE:
                return 0.0
            if event in crowd and users == "home-1" and after:
                return CROWD * RATE[users]
            if event == "client moves" and after:
                return 0.0 if users == "home-1" else RATE["home-1"] + RATE["home-2"]
            return RATE[users]

        return at

    return {users: schedule(chance[users], rate(users), CROWD * sum(RATE.values())) for users in RATE}
