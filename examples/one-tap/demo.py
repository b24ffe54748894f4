"""The main job, from nothing: a brain and five sites on this machine, a real job twice, the decision, the bill, and a refusal.

Everything is done with the same `suan` commands that a person would type; each is printed before it runs. State is in .demo/.
"""

import json
import os
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
DEMO = HERE.parent.parent / ".demo"
SUAN = Path(sys.executable).with_name("suan")
SITES = (
    ("shenzhen-edge", "shenzhen", "edge", "0.090CNY", "100%"),
    ("shaoguan-cloud", "shaoguan", "cloud", "0.045CNY", "90%"),
    ("guian-cloud", "guian", "cloud", "0.030CNY", "70%"),
    ("zhongwei-cloud", "zhongwei", "cloud", "0.024CNY", "80%"),
    ("guangzhou-home", "guangzhou", "device", "0.015CNY", "30%"),
)
"""name, city, tier, price asked, share of a core lent. Carbon intensity follows from the province."""
BANDS = 12


def main() -> int:
    """The whole show; ends with everything stopped, also when it fails or is interrupted."""
    shutil.rmtree(DEMO, ignore_errors=True)
    work = DEMO / "work"
    shutil.copytree(HERE, work, ignore=shutil.ignore_patterns("demo.py", "out", "__pycache__"))
    os.environ.update(XDG_CONFIG_HOME=str(DEMO / "config"))
    os.chdir(work)
    try:
        start()
        by_flags()
        by_file()
        refused()
    finally:
        stop()
    say("That was the whole life of a job. The same by hand, in a folder of your own:")
    print("    . .venv/bin/activate && cd examples/one-tap")
    print("    suan up --detach && suan run coverage.yaml && suan why coverage && suan bill coverage")
    return 0


def start() -> None:
    """A brain, then five nodes: each with its own key, measured under its own cap, one after the other."""
    say("1. A brain, and five sites of different kind on this machine")
    began = time.monotonic()
    suan("up", "--no-node", "--detach", "--port", "0", "--dir", "../brain")
    suan_all(
        shlex.split(
            f"join --detach --dir ../{name} --name {name} --city {city} --tier {tier} --price {price}/Tfuel --cap {cap}"
            " --cpu 1 --memory 1GiB"
        )
        for name, city, tier, price, cap in SITES
    )
    suan("nodes")
    print(f"  (up in {time.monotonic() - began:.1f} s; distances are estimated from the map, speeds measured, the rest stated)")


def by_flags() -> None:
    """The job as flags: cheap, near Shenzhen. Checked against a run on this machine alone."""
    say("2. A real job, by flags: how near is computing, in 12 bands, near Shenzhen, as cheap as can be")
    suan("run", "--name", "by-flags", "--near", "shenzhen", "--within", "15ms", "--budget", "0.5", "--over", f"0-{BANDS - 1}",
         "--file", "clusters.csv", "--file", "cities.csv", "--memory", "256MiB", "coverage.py", "{}", str(BANDS))  # fmt: skip
    check(Path("out"))
    suan("why", "by-flags")
    suan("bill", "by-flags")


def by_file() -> None:
    """The same job as a file, now over everyone who may help, as fast as can be."""
    say("3. The same job from a file: over all sites within 60 ms, as fast as can be")
    print(Path("coverage.yaml").read_text())
    shutil.rmtree("out")
    suan("run", "coverage.yaml")
    check(Path("out"))
    suan("why", "coverage")
    suan("bill", "coverage")
    picture(Path("out"), DEMO / "coverage.png")


def refused() -> None:
    """What nobody can do, and what would have to change."""
    say("4. A demand that nobody can meet: near Shenzhen, within 8 ms, for next to nothing")
    limits = ["--near", "shenzhen", "--within", "8ms", "--budget", "0.00002 CNY", "--work", "0.5 Gfuel"]
    files = ["--file", "clusters.csv", "--file", "cities.csv"]
    suan("run", "--name", "impossible", *limits, *files, "coverage.py", "0", expect=5)
    suan("why", "impossible")


def check(out: Path) -> None:
    """Every result file is the same, to the byte, as from a plain Python run of the same script on this machine alone."""
    alone = DEMO / "alone"
    shutil.rmtree(alone, ignore_errors=True)
    shutil.copytree(".", alone, ignore=shutil.ignore_patterns("out"))
    for band in range(BANDS):
        subprocess.run([sys.executable, "coverage.py", str(band), str(BANDS)], cwd=alone, check=True, stdout=subprocess.DEVNULL)
    wrong = [f.name for f in sorted((alone / "out").iterdir()) if (out / f.name).read_bytes() != f.read_bytes()]
    if wrong or len(list(out.iterdir())) != 2 * BANDS:
        sys.exit(f"the network's result differs from a single machine's: {wrong}")
    print(f"  checked: all {2 * BANDS} files are byte for byte what this machine alone computes")


def picture(out: Path, target: Path) -> None:
    """Put the bands together: a map as PNG, and what it says in figures."""
    strips, rows, within, cities = b"", 0, dict[str, int](), dict[str, tuple[str, float]]()
    for band in range(BANDS):
        header, pixels = (out / f"band-{band:02d}.ppm").read_bytes().split(b"\n", 1)
        width = int(header.split()[1])
        strips += b"".join(b"\0" + pixels[i : i + 3 * width] for i in range(0, len(pixels), 3 * width))
        told = json.loads((out / f"band-{band:02d}.json").read_text())
        rows += told["rows"]
        cities.update(told["cities"])
        within = {ms: within.get(ms, 0) + count for ms, count in told["within_ms"].items()}
    target.write_bytes(png(width, rows, strips))
    shares = ", ".join(f"{100 * count / (width * rows):.0f} % within {ms} ms" for ms, count in within.items())
    near = sum(ms <= 5 for _, ms in cities.values())
    print(f"  the map: {target.relative_to(DEMO.parent)}")
    print(f"  of its area {shares} of a cluster; {near} of {len(cities)} cities within 5 ms")


def png(width: int, height: int, scanlines: bytes) -> bytes:
    """A PNG of 8-bit RGB scanlines, each with its filter byte (ISO/IEC 15948)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(scanlines)) + chunk(b"IEND", b"")


def stop() -> None:
    """End every process that was started, by the process numbers they left."""
    for ready in DEMO.glob("*/*/ready"):
        try:
            os.kill(int(ready.read_text()), signal.SIGTERM)
        except (OSError, ValueError):
            continue


def say(line: str) -> None:
    """A heading."""
    print(f"\n== {line}", flush=True)


def suan(*arguments: str, expect: int = 0) -> None:
    """Print a command and run it."""
    print(f"\n$ suan {shlex.join(arguments)}", flush=True)
    status = subprocess.run([SUAN, *arguments]).returncode
    if status != expect:
        sys.exit(f"suan {arguments[0]} ended with {status}, not {expect}")


def suan_all(commands: Iterable[list[str]]) -> None:
    """Print commands and run them side by side."""
    running = []
    for arguments in commands:
        print(f"$ suan {shlex.join(arguments)}", flush=True)
        running.append(subprocess.Popen([SUAN, *arguments], stderr=subprocess.PIPE, text=True))
    for process in running:
        _, said = process.communicate()
        if process.returncode:
            sys.exit(said)


if __name__ == "__main__":
    sys.exit(main())
