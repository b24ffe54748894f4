"""Where and when each task of a graph is to run, and when each file goes from where to where."""

import msgspec


class Host(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A machine that takes tasks of a graph. name: unique. router: the one that it stands behind (model.network). cores: whole
    ones. speed: of one core, in reference cores."""

    name: str
    router: int
    cores: int
    speed: float


class Run(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One task on one host. cores: which of the host's, counted from 0. Times: seconds from the begin of the plan.

    node_id, fuel, price_micro, carbon_g: of a plan for a job: the host's id, and what the task is thought to burn, cost, emit.
    """

    task: str
    host: str
    cores: tuple[int, ...]
    start_s: float
    finish_s: float
    node_id: str = ""
    fuel: int = 0
    price_micro: int = 0
    carbon_g: float = 0.0


class Sending(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Files that go together, since one task makes them (or they are given) and the same tasks read them. source, target:
    routers. start_s: when the first byte leaves; there_s: when the last byte is there. No file: a word that a task is done.
    via: routers on the way, both ends included, for a plan of a job."""

    files: tuple[str, ...]
    source: int
    target: int
    start_s: float
    there_s: float
    after: str = ""
    via: tuple[int, ...] = ()


class Choice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a task runs where it runs, in figures.

    finish_s: there. runner_up: the other host where it would end first, all else planned before it being equal, and when; ""
    where no other host can take it. A finish there that is earlier than the chosen one is a price paid for what comes later.
    waits: "files", "cores" or "" (it begins at once). file: the last of those that it reads to be there, "" if it reads none,
    or waits for a task alone; source: the router that it comes from, 0 where it lay or was made at the task's own site;
    there_s: when it is there. core_free_s: when the cores that it takes were free.
    """

    task: str
    host: str
    finish_s: float
    runner_up: str
    runner_up_finish_s: float
    waits: str
    file: str
    source: int
    there_s: float
    core_free_s: float


class GraphPlan(msgspec.Struct, frozen=True, kw_only=True):
    """runs: in the order of the graph's tasks. sendings: by start. makespan_s: when the last task ends. bound_s: no plan can be
    shorter. policy: the way of planning that it came from.
    choices: why each task runs where it does, in the order of the graph's tasks. routers: (number, name) of where files go,
    for a plan of a job; network: whether the links are "told" by the operator or "modelled" from the map."""

    graph: str
    runs: tuple[Run, ...]
    sendings: tuple[Sending, ...]
    makespan_s: float
    bound_s: float
    policy: str
    choices: tuple[Choice, ...] = ()
    routers: tuple[tuple[int, str], ...] = ()
    network: str = ""

    @property
    def price_micro(self) -> int:
        """Predicted, of all tasks."""
        return sum(run.price_micro for run in self.runs)

    @property
    def carbon_g(self) -> float:
        """Modelled, of all tasks."""
        return sum(run.carbon_g for run in self.runs)
