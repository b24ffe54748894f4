"""Made-up backbones, sites and demands, from a seed."""

import numpy as np

from suanwang.place.batch.options import Demands, Net, Sites


def a_case(seed: int, routers: int, more: int, sites: int, demands: int, tight: float = 1.0) -> tuple[Net, Sites, Demands]:
    """A tree and some more links; sites of different price; demands worth little to much, near and far. tight: the higher, the
    less room there is."""
    chance = np.random.default_rng(seed)
    ends = {(int(chance.integers(0, n)), n) for n in range(1, routers)}
    ends |= {(a, b) for a, b in chance.integers(0, routers, (more, 2)).tolist() if a < b}
    a, b = (np.array([e[x] for e in sorted(ends)], np.int64) for x in (0, 1))
    net = Net(
        a, b, chance.uniform(0.2, 5, len(a)), chance.uniform(0.3, 2, len(a)) * 60 * demands / len(a) / tight,
        chance.uniform(0, 0.01, len(a)),
    )  # fmt: skip
    place = Sites(
        chance.integers(0, routers, sites), chance.uniform(0.5, 1.5, sites) * 5 * demands / sites / tight,
        chance.uniform(0.1, 0.5, sites),
    )  # fmt: skip
    work = chance.exponential(6.0, demands)
    asked = Demands(
        chance.integers(0, routers, demands), work, chance.exponential(40.0, demands),
        chance.choice([4.0, 10.0, 100.0], demands), work * chance.uniform(0.2, 1.2, demands),
    )  # fmt: skip
    return net, place, asked
