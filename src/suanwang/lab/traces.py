"""Public traces as worlds for trials; they are found under $SUAN_DATA, and never part of this repository.

openb   Alibaba cluster-trace-gpu-v2023 (Weng et al., USENIX ATC 2023): nodes with accelerators, and tasks that want them.
        A share of an accelerator counts as a whole one. Times are squeezed to the rate that is asked for.
azure   Azure LLM inference traces 2023 (Patel et al., ISCA 2024): requests with their tokens, as jobs of so much work
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from suanwang.brain.trial.known import Arrival, Known
from suanwang.lab.worlds import AT, USER, made, node_of, synthetic
from suanwang.model.demand import AcceleratorNeed, Demand, Limits, Needs, Wasm
from suanwang.model.fault import NotFoundFault, UsageFault
from suanwang.model.node import Accelerator
from suanwang.model.where import Site
from suanwang.world.gazetteer import find

TRACES = ("openb", "azure")
FILES = {
    "nodes": "gpu-cluster-openb/openb_node_list_gpu_node.csv.gz",
    "tasks": "gpu-cluster-openb/openb_pod_list_default.csv.gz",
    "azure": "llm-requests-azure2023/AzureLLMInferenceTrace_conv.csv.gz",
}
FUEL_PER_TOKEN, FUEL_PER_TOKEN_READ = 50_000_000, 500_000
"""A model: writing a token keeps a core of 2.4 Gfuel/s busy for 20 ms, reading one for a hundredth of that."""
BUDGET_MICRO = 10**12
SPEED = 2.4e9
LASTS_S = 300.0
"""The median task of openb lasts so long here: in the trace they last for days."""
READ_MOST = 50_000


def trace(name: str, folder: Path, nodes: int, rate: float) -> Known:
    """nodes: made-up ones for azure. rate: jobs a second, 0 for that of the trace (openb: 2). NotFoundFault SUAN-N052: the
    data is not there."""
    if name == "openb":
        return openb(list(_rows(folder, "nodes")), list(_rows(folder, "tasks")), rate or 2.0)
    if name == "azure":
        return azure(list(_rows(folder, "azure")), nodes, rate)
    raise UsageFault("SUAN-U130", f"{name[:40]!r} is no trace", f"--trace can be {' or '.join(TRACES)}")


def openb(nodes: list[Mapping[str, str]], tasks: list[Mapping[str, str]], rate: float) -> Known:
    """Rows of the two files."""
    site = Site(name="openb", place=find("hangzhou"))
    machines = [
        node_of(
            row["sn"],
            site,
            cores_milli=int(row["cpu_milli"]),
            memory_bytes=int(row["memory_mib"]) << 20,
            fuel_per_s=SPEED,
            accelerators=_devices(row),
        )
        for row in nodes
    ]
    lasts = sorted(max(1.0, float(row["deletion_time"]) - float(row["creation_time"])) for row in tasks)
    squeeze = LASTS_S / lasts[len(lasts) // 2] if lasts else 1.0
    return made(machines, coming=[_task(row, AT + k / rate, squeeze) for k, row in enumerate(tasks)])


def _devices(row: Mapping[str, str]) -> tuple[Accelerator, ...]:
    count, model = int(row["gpu"]), row["model"].lower()
    return (Accelerator(kind=model, vendor="nvidia", name=row["model"], count=count),) if count else ()


def _task(row: Mapping[str, str], at: float, squeeze: float) -> Arrival:
    cpu, devices = int(row["cpu_milli"]), int(row["num_gpu"])
    seconds = squeeze * max(1.0, float(row["deletion_time"]) - float(row["creation_time"]))
    kinds = tuple(kind.lower() for kind in row["gpu_spec"].split("|") if kind)
    demand = Demand(
        name=row["name"], work=Wasm(file=f"{row['name']}.wasm"), fuel_per_task=round(seconds * SPEED),
        needs=Needs(cpu_milli=cpu, memory_bytes=int(row["memory_mib"]) << 20,
                    accelerator=AcceleratorNeed(count=devices, kinds=kinds) if devices else None),
        limits=Limits(budget_micro=BUDGET_MICRO),
    )  # fmt: skip
    return Arrival(at=at, user=USER, demand=demand)


def azure(rows: list[Mapping[str, str]], nodes: int, rate: float) -> Known:
    """Rows of one file."""
    start = _at(rows[0]) if rows else 0.0
    lasts = max(1.0, _at(rows[-1]) - start) if rows else 1.0
    squeeze = len(rows) / lasts / rate if rate else 1.0
    coming = [_request(k, row, AT + (_at(row) - start) * squeeze) for k, row in enumerate(rows)]
    world = synthetic(nodes, 0.0)
    return made(tuple(world.living.particulars.values()), coming=coming)


def _at(row: Mapping[str, str]) -> float:
    return datetime.fromisoformat(row["TIMESTAMP"][:26]).timestamp()


def _request(k: int, row: Mapping[str, str], at: float) -> Arrival:
    read, written = int(row["ContextTokens"]), int(row["GeneratedTokens"])
    fuel = read * FUEL_PER_TOKEN_READ + written * FUEL_PER_TOKEN
    demand = Demand(
        name=f"request-{k}", work=Wasm(file="model.wasm"), fuel_per_task=max(1, fuel), needs=Needs(cpu_milli=1000),
        limits=Limits(budget_micro=BUDGET_MICRO),
    )  # fmt: skip
    return Arrival(at=at, user=USER, demand=demand)


def _rows(folder: Path, which: str) -> Iterator[Mapping[str, str]]:
    path = folder / FILES[which]
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                if number >= READ_MOST:
                    return
                yield row
    except OSError:
        why = f"{FILES[which]} is not in {folder}"
        raise NotFoundFault(
            "SUAN-N052", why, "export SUAN_DATA=FOLDER, or suan twin try jobs x2 --nodes 1000 --rate 10"
        ) from None
