"""Tasks to sites within the limits of links as a program for HiGHS: a column for each place that is looked at.

rows     each task once; each site at most its slots; each of some links at most its capacity, in parts of it
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]
from scipy.sparse import coo_array  # pyright: ignore[reportMissingTypeStubs]

from suanwang.world.world import Floats, Ints

INFEASIBLE = 2
"""Status of SciPy's milp."""


class Program(NamedTuple):
    """cost, task, site: of each column. Column column[e] takes part[e] of the capacity of link[e]. slots: of each site. room:
    of each link, 1, or 0 where it holds nothing."""

    cost: Floats
    task: Ints
    site: Ints
    column: Ints
    link: Ints
    part: Floats
    slots: Ints
    room: Floats

    def load(self, taken: Floats) -> Floats:
        """Of each link, when so much of each column is taken."""
        return np.bincount(self.link, self.part * taken[self.column], len(self.room)).astype(np.float64)


class Relaxed(NamedTuple):
    """taken: of each column. over: by how much each of the links asked for is overloaded. task: what each pays; price: of a
    slot; toll: of each of those links, for its capacity."""

    taken: Floats
    over: Floats
    task: Floats
    price: Floats
    toll: Floats


def relaxed(program: Program, tasks: int, links: Ints, dear: float) -> Relaxed:
    """The linear program with these links, which may be overloaded at `dear` for a link's capacity."""
    many, sites, some = len(program.cost), len(program.slots), len(links)
    matrix = _matrix(program, tasks, links, some)
    solved: Any = linprog(
        np.append(program.cost, np.full(some, dear)), matrix[tasks:], np.append(program.slots, program.room[links]),
        matrix[:tasks], np.ones(tasks), method="highs-ds",
    )  # fmt: skip
    value = np.maximum(0.0, -np.asarray(solved.ineqlin.marginals))
    return Relaxed(solved.x[:many], solved.x[many:], solved.eqlin.marginals, value[:sites], value[sites:])


def whole(program: Program, tasks: int, slack: float, above: float, branches: int) -> tuple[Ints | None, float]:
    """(the columns taken, None if nothing was found; what it costs at least) of the integer program, to this part above the
    least, in at most so many branches. slack: the part by which links hold less."""
    links = np.flatnonzero(program.load(np.ones(len(program.cost))) > program.room)  # others hold all that could come
    rest = np.append(program.slots, program.room[links] * (1 - slack))
    low = np.append(np.ones(tasks), np.full(len(rest), -np.inf))
    limits = LinearConstraint(_matrix(program, tasks, links, 0), low, np.append(np.ones(tasks), rest))  # pyright: ignore[reportArgumentType]
    solved: Any = milp(program.cost, constraints=limits, bounds=Bounds(0, 1), integrality=np.ones(len(program.cost)),
                       options={"mip_rel_gap": above, "node_limit": branches})  # fmt: skip
    least = (
        np.inf if solved.status == INFEASIBLE else -np.inf if solved.mip_dual_bound is None else float(solved.mip_dual_bound)
    )
    return (None if solved.x is None else np.flatnonzero(np.asarray(solved.x) > 0.5)), least


def _matrix(program: Program, tasks: int, links: Ints, spill: int) -> Any:
    """The rows; spill: so many more columns, each of which takes what a link holds too much."""
    many, sites, row = len(program.cost), len(program.slots), np.full(len(program.room), -1)
    row[links] = tasks + sites + np.arange(len(links))
    at, kept, over = np.arange(many), row[program.link] >= 0, np.arange(spill)
    rows = np.concatenate((program.task, tasks + program.site, row[program.link[kept]], tasks + sites + over))
    columns = np.concatenate((at, at, program.column[kept], many + over))
    value = np.concatenate((np.ones(2 * many), program.part[kept], -np.ones(spill)))
    return coo_array((value, (rows, columns)), shape=(tasks + sites + len(links), many + spill)).tocsr()
