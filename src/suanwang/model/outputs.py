"""Which files a task may give back: plain paths under what its job declared, so many of them, and nothing else."""

from suanwang.model.demand import Demand, Python, result_path

FILES_MAX = 10_000
PATH_MAX = 1024


def covers(prefix: str, path: str) -> bool:
    """Whether an output prefix ("out/", "result.csv", "." for everything) covers a relative path."""
    prefix = prefix.removeprefix("./")
    return prefix in ("", ".") or path == prefix or path.startswith(prefix if prefix.endswith("/") else prefix + "/")


def declared(demand: Demand, task: int, tasks_total: int, path: str) -> bool:
    """Whether a task may give a file of this path back: it is relative, stays inside, can be shown, and the job said that it
    would write it, or it is the result of the task's function. demand: of the task (model.steps.task_demand)."""
    parts = path.split("/")
    plain = path.isprintable() and 0 < len(path) <= PATH_MAX and not any(part in ("", ".", "..") for part in parts)
    return plain and (path == _result(demand, task, tasks_total) or any(covers(prefix, path) for prefix in demand.outputs))


def _result(demand: Demand, task: int, tasks_total: int) -> str:
    function = isinstance(demand.work, Python) and bool(demand.work.function)
    return result_path(task, tasks_total, array=bool(demand.items)) if function else ""
