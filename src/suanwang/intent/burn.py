"""A recorded workflow as a job graph that runs: each task burns the processor time that was measured, and moves its bytes.

What a task did is not known, only how long it took and which files it read and wrote, of what size. So a stand-in does as much:
`burn.py`, which reads its files, turns in a loop, and writes files that depend on what it read. Seconds are those of the
reference machine (world.score). A task of several cores burns them one after the other on one core: WebAssembly runs one
thread.
"""

import json
import re
from collections.abc import Iterable, Mapping

from suanwang.model import quantity
from suanwang.model.graph import Graph, makers
from suanwang.world.score import REFERENCE_FUEL_PER_S

FUEL_PER_TURN, FUEL_PER_BYTE_READ, FUEL_PER_BYTE_WRITTEN, FUEL_TO_START = 4_424, 31, 1, 4_600_000
"""What PROGRAM burns in the sandboxed Python (3.14 in wasmtime 50), measured: it is the same on every node."""
RECIPE, FILE = "recipe.json", "burn.py"
PROGRAM = '''"""Does as much as a recorded task did: reads its files, turns in a loop, writes files that depend on them."""

import hashlib
import json
import sys
import zlib

with open("recipe.json") as file:
    turns, reads, writes = json.load(file)[sys.argv[1]]
read = 0
for name in reads:
    with open(name, "rb") as file:
        while part := file.read(1 << 20):
            read = zlib.crc32(part, read)
value = 1
for _ in range(turns):
    value = value * 48271 % 2147483647
for name, size in writes.items():
    block = hashlib.sha256(f"{name} {value} {read}".encode()).digest() * 2048
    with open(name, "wb") as file:
        for begin in range(0, size, len(block)):
            file.write(block[: min(len(block), size - begin)])
'''
_PLAIN = re.compile(r"\w[\w.-]{0,63}")


def scaled(graph: Graph, scale: float) -> tuple[dict[str, object], dict[str, int], str]:
    """(the document, given files and their bytes, the recipe as text) of a graph whose times and sizes are scaled.

    Names that cannot be those of a task or a path are numbered. Both are scaled alike, so that computing and moving keep their
    proportion.
    """
    tasks = _names((task.name for task in graph.tasks), "task")
    files = _names((file.name for file in graph.files), "file")
    size = {file.name: max(1, round(file.size_bytes * scale)) for file in graph.files}
    document: dict[str, dict[str, object]] = {}
    recipe: dict[str, tuple[int, list[str], dict[str, int]]] = {}
    for task in graph.tasks:
        reads, writes = [files[name] for name in task.reads], {files[name]: size[name] for name in task.writes}
        moving = FUEL_PER_BYTE_READ * sum(size[n] for n in task.reads) + FUEL_PER_BYTE_WRITTEN * sum(writes.values())
        turns = max(
            0, round((task.work_s * task.cores * scale * REFERENCE_FUEL_PER_S - FUEL_TO_START - moving) / FUEL_PER_TURN)
        )
        recipe[tasks[task.name]] = (turns, reads, writes)
        document[tasks[task.name]] = {
            "python": FILE,
            "args": [tasks[task.name]],
            "reads": [FILE, RECIPE, *reads],
            "writes": {name: quantity.bytes_text(bytes_) for name, bytes_ in writes.items()},
            "after": [tasks[name] for name in task.after],
            "work": quantity.fuel_text(turns * FUEL_PER_TURN + FUEL_TO_START + moving),
            "needs": {"cpu": 1, "memory": "256MiB"},
        }
    given = {files[file.name]: size[file.name] for file in graph.files if file.name not in makers(graph)}
    read = {name for _, reads, _ in recipe.values() for name in reads}
    name = _names([graph.name], "workflow")[graph.name]
    return {"name": name, "tasks": document}, {n: s for n, s in given.items() if n in read}, json.dumps(recipe)


def _names(names: Iterable[str], kind: str) -> Mapping[str, str]:
    """Each name as it is if it may be one, else a number; no two alike."""
    told = list(dict.fromkeys(names))
    kept = {name for name in told if _PLAIN.fullmatch(name) and name not in (FILE, RECIPE)}
    numbered = (f"{kind}-{number}" for number in range(len(told) * 2) if f"{kind}-{number}" not in kept)
    return {name: name if name in kept else next(numbered) for name in told}
