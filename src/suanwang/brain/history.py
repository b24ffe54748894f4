"""What a task of some code is expected to burn: the user's word, else the record of the same code, else an assumption."""

import hashlib

import msgspec

from suanwang.model.demand import Command, Demand, Steps

FUEL_ASSUMED = 10_000_000_000
"""10 Gfuel, a few seconds of one core: what a task of unknown code is taken to burn. An assumption, and labelled so."""


def code_key(demand: Demand) -> str:
    """The same for jobs that run the same code in the same way: the program's content and the shape of its arguments."""
    work = demand.work
    main = "" if isinstance(work, Command | Steps) else next((f.sha256 for f in demand.files if f.path == work.file), "")
    return hashlib.sha256(msgspec.json.encode((main, work))).hexdigest()[:32]


def fuel_estimate(demand: Demand, record: tuple[int, int] | None) -> tuple[int, str]:
    """(fuel of one task, where the figure comes from). record: (tasks ended, their fuel) of the same code."""
    if demand.fuel_per_task > 0:
        return demand.fuel_per_task, "stated"
    if record is not None and record[0] > 0:
        return max(1, record[1] // record[0]), "history of this code"
    return FUEL_ASSUMED, "assumed"
