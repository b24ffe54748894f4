"""The side that asks: start a child for the kernels, put it under a cap if wanted, send the request, read the readings.

The child computes nothing before it has read its request, so that it can first be confined by its process id. Whoever imports
this module does not import NumPy.
"""

import os
import subprocess
import sys
from collections.abc import Callable

import msgspec

from suanwang.drivers.meter.repeat import Repeated
from suanwang.model.fault import RuntimeFault

ONE_THREAD = {
    name: "1"
    for name in (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "BLIS_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMEXPR_NUM_THREADS",
    )
}
PATIENCE_S = 30.0
"""How much longer than its budget a child may take: a start-up and a warm-up on a very slow or capped machine."""


Confine = Callable[[int], object]
"""Puts the process with this id under the provider's cap."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """kernel: a key of kernels.KERNELS. budget_s: wall seconds; repetitions: exactly so many instead, if not 0."""

    kernel: str
    budget_s: float = 0.0
    repetitions: int = 0


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """array_bytes: size of one array of the bandwidth kernel."""

    orders: tuple[Order, ...]
    array_bytes: int = 1 << 20
    patience_s: float = PATIENCE_S


def start(confine: Confine | None = None) -> subprocess.Popen[bytes]:
    """A child that waits for its request, confined already. OSError and what `confine` raises pass; then no child is left."""
    command = [sys.executable, "-P", "-m", "suanwang.drivers.meter.child"]
    pipe = subprocess.PIPE
    child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, **ONE_THREAD})
    try:
        if confine is not None:
            confine(child.pid)
    except BaseException:
        child.kill()
        child.communicate()
        raise
    return child


def ask(child: subprocess.Popen[bytes], request: Request) -> tuple[Repeated, ...]:
    """Send the request and read the answer. SUAN-R041: the child failed, or took too long and was stopped."""
    limit_s = sum(order.budget_s for order in request.orders) + request.patience_s
    try:
        out, err = child.communicate(msgspec.json.encode(request), timeout=limit_s)
    except subprocess.TimeoutExpired as late:
        child.kill()
        child.communicate()
        raise RuntimeFault("SUAN-R041", f"the kernels did not finish within {limit_s:.0f} s", "suan meter --quick") from late
    if child.returncode != 0:
        last = err.decode(errors="replace").strip().splitlines()[-1:] or [f"exit code {child.returncode}"]
        raise RuntimeFault("SUAN-R041", f"the kernels could not run: {last[0]}", "suan doctor")
    return msgspec.json.decode(out, type=tuple[Repeated, ...])
