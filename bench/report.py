"""What every benchmark says in the same way: the machine it ran on, a table to read, and bench/results/NAME.json to compare."""

import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("httpx", "litestar", "msgspec", "numpy", "uvicorn", "uvloop", "wasmtime")


def machine() -> dict[str, object]:
    """Facts without which no figure means anything. load_average: over 1, 5 and 15 minutes; take it before you begin."""
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cpu": _field("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory": _field("/proc/meminfo", "MemTotal"),
        "kernel": platform.release(),
        "arch": platform.machine(),
        "load_average": _load(),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in ("suanwang", *LIBRARIES)},
        "commit": _commit(),
    }


def _load() -> list[float]:
    return [round(x, 2) for x in os.getloadavg()]


def _field(file: str, name: str) -> str:
    lines = Path(file).read_text().splitlines() if Path(file).exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")


def _commit() -> str:
    """The checkout's commit, with a plus if its code was changed since; "" outside a checkout."""
    here = {"cwd": RESULTS.parent, "capture_output": True, "text": True}
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], **here).stdout.strip()
    changed = subprocess.run(["git", "status", "--porcelain", "--", "../src"], **here).stdout.strip()
    return head + ("+" if changed else "")


def line(facts: dict[str, object]) -> str:
    """The machine in one line, to stand above a table."""
    return f"{facts['cpu']}, {facts['cores']} cores, load {facts['load_average']}, {facts['commit']}, {facts['date']}"


def spread(samples: Iterable[float]) -> dict[str, float]:
    """p50 and p99 of the samples, in their unit, and how many there were."""
    values = np.array(list(samples))
    p50, p99 = (float(p) for p in np.percentile(values, [50, 99]))
    return {"p50": p50, "p99": p99, "n": len(values)}


def figure(value: float) -> str:
    """Three digits that matter, thousands apart."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as what they hold takes on a terminal; text (whose header ends in a space) to the left, figures right."""
    widths = [max(_width(row[i]) for row in (header, *rows)) for i in range(len(header))]

    def laid(row: Sequence[str]) -> str:
        cells = [(c, " " * (w - _width(c)), h.endswith(" ")) for c, w, h in zip(row, widths, header, strict=True)]
        return "  ".join(c + gap if text else gap + c for c, gap, text in cells).rstrip()

    return "\n".join(map(laid, (header, *rows)))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def save(name: str, facts: dict[str, object], **found: object) -> Path:
    """Write bench/results/NAME.json: the machine's facts, its load now, then what was found."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    body = {"machine": {**facts, "load_average_after": _load()}, **found}
    path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    return path
