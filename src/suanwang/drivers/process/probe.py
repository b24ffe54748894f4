"""Does the sandbox work here? Asked by really running `true` in it, because only the kernel and its policies know."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

from suanwang.drivers.process.box import UID_FIRST, Box
from suanwang.drivers.process.start import boxed_call

PROBE_S_MAX = 10.0
MEMORY_BYTES = 16 << 20


def refusal(bwrap: str, scratch: Path, seccomp: bytes) -> str:
    """Why not: "" if it works, else what bubblewrap or the kernel said."""
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch, prefix="probe-") as folder, contextlib.ExitStack() as held:
            uid = UID_FIRST if os.geteuid() == 0 else None
            box = Box(folder=folder, uid=uid, network=False, memory_bytes=MEMORY_BYTES)
            call, fds = boxed_call(held, bwrap, box, "suan", ("true",), seccomp)
            done = subprocess.run(call, pass_fds=fds, env={}, capture_output=True, timeout=PROBE_S_MAX, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return "" if done.returncode == 0 else (said[-1] if said else f"exit code {done.returncode}")
