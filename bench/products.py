"""What one unit of each product takes: run it as the product does, meter its CPU time, and count it in calibrated fuel.

fuel = CPU seconds x the fuel that a core of this machine burns in one (docs/unit.md), so the figure holds on any node. The
service is started as it is, sent the same request again and again, and its process asked for its CPU time before and after.
Peak memory is the kernel's figure for the process (VmHWM). No peer: this is a measurement, not a claim.
"""

import argparse
import os
import random
import socket
import statistics
import struct
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

from report import machine, save, table
from suanwang.api.cli.products import fuel_per_cpu_s
from suanwang.api.products import SHIPPED, products

ROUNDS, SIDE = 20, 128


def volume(seed: int) -> bytes:
    """SIDE^3 points of chance."""
    return struct.pack("<III", SIDE, SIDE, SIDE) + random.Random(seed).randbytes(SIDE**3)


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def scans() -> list[tuple[float, float]]:
    """(CPU seconds, peak bytes) of each round of one scan."""
    port = _free()
    server = subprocess.Popen(
        [sys.executable, "-I", str(SHIPPED / "scan" / "scan.py")], env={"PORT": str(port), "HOST": "127.0.0.1"}
    )
    try:
        _ready(port)
        return [_scan(port, server.pid, seed) for seed in range(ROUNDS)]
    finally:
        server.terminate()
        server.wait()


def _scan(port: int, pid: int, seed: int) -> tuple[float, float]:
    before = cpu_s(pid)
    for k in range(5):
        with urlopen(Request(f"http://127.0.0.1:{port}/", data=volume(5 * seed + k), method="POST"), timeout=60) as answer:
            assert answer.read().startswith(b"P5 128 128 255")
    peak = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return (cpu_s(pid) - before) / 5, float(peak.split()[1]) * 1024


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _ready(port: int) -> None:
    for _ in range(200):
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the service did not start")


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    found, here = machine(), fuel_per_cpu_s()
    rounds = scans()
    cpu, peak = statistics.median(c for c, _ in rounds), max(p for _, p in rounds)
    spread = statistics.stdev(c for c, _ in rounds) / cpu
    stated = products()["scan"][0].unit
    assert stated is not None
    row = {
        "product": "scan", "unit": f"a volume of {SIDE}^3 points", "cpu_s": cpu, "spread": spread, "peak_bytes": peak,
        "fuel": round(cpu * here), "stated_fuel": stated.fuel,
    }  # fmt: skip
    cells = (row["product"], row["unit"], f"{cpu:.3f} s", f"{spread:.1%}", f"{row['fuel'] / 1e9:.3f} Gfuel",
             f"{stated.fuel / 1e9:.3f} Gfuel", f"{peak / 2**20:.0f} MiB")  # fmt: skip
    print(table(("product", "unit", "CPU", "spread", "measured", "stated", "peak"), [cells]))
    save("products", found, fuel_per_cpu_s=here, rows=[row])


if __name__ == "__main__":
    main()
