"""The kernels that load a core: each prepares its data once and returns the piece of work to repeat, on one thread.

Run in a child process (child.py), so that the numeric libraries' threads can be held to one and a cap can be put on it.
Rates are per second of CPU time. Every kernel's result depends on its data, so that no compiler folds it away.
"""

import bz2
import hashlib
from collections.abc import Callable

import msgspec
import numpy as np

from suanwang.drivers.meter.repeat import Repeated, rates

Work = Callable[[], object]

ORDER = 512
"""Rows of the square matrices: 2 MiB each in fp64, enough to leave the first-level cache, 6 ms on the anchor machine."""

INT8_ORDER = 256


class Kernel(msgspec.Struct, frozen=True):
    """type, unit: of the L0 metric. prepare: array bytes -> (work of one repetition in the unit's numerator, the work)."""

    type: str
    unit: str
    prepare: Callable[[int], tuple[float, Work]]


def scalar(_: int) -> tuple[float, Work]:
    """Compress a fixed text with bzip2, in 10^6 bytes a second.

    The stand-in for integer and branching code: a block sort and Huffman coding, every step decided by the data. Chosen before
    SHA-256 (special instructions make it unlike other work) and zlib (many rewritten variants are in use): libbz2 has been
    the same plain C since 2019. It speaks for the compiler that built it as well as for the core.
    """
    text = _text()
    return len(text) / 1e6, lambda: bz2.compress(text, 1)


def fp64(_: int) -> tuple[float, Work]:
    """Matrix product in double precision by NumPy's BLAS (dgemm), 10^9 floating point operations a second, 2 n^3 each."""
    return _gemm(np.float64)


def fp32(_: int) -> tuple[float, Work]:
    """Matrix product in single precision by NumPy's BLAS (sgemm), 10^9 floating point operations a second, 2 n^3 each."""
    return _gemm(np.float32)


def int8(_: int) -> tuple[float, Work]:
    """Multiply int8 and accumulate in int32: A x B^T by `einsum`, 10^9 operations a second, 2 n^3 each.

    NumPy has no int8 matrix product; this casts to int32 and runs its own loop, so it says what NumPy gives to int8 data and
    not what the core's dot-product instructions could. Low weight in the score for that reason.
    """
    a = _bytes(INT8_ORDER * INT8_ORDER).view(np.int8).reshape(INT8_ORDER, INT8_ORDER)
    b = a[::-1].copy()
    return 2 * INT8_ORDER**3 / 1e9, lambda: np.einsum("ij,kj->ik", a, b, dtype=np.int32)


def memory_bandwidth(array_bytes: int) -> tuple[float, Work]:
    """STREAM's triad a = b + 3 c over arrays of `array_bytes` each, 10^9 bytes a second.

    NumPy needs two passes (a = 3 c, a = a + b), so five arrays' worth of bytes move, not three; five are counted.
    """
    size = max(1, array_bytes // 8)
    a, b, c = np.zeros(size), np.full(size, 1.0), np.full(size, 2.0)

    def triad() -> None:
        np.multiply(c, 3.0, out=a)
        np.add(a, b, out=a)

    return 5 * size * 8 / 1e9, triad


KERNELS: dict[str, Kernel] = {
    "scalar": Kernel("scalar", "MB/s", scalar),
    "fp64": Kernel("fp64", "GFLOP/s", fp64),
    "fp32": Kernel("fp32", "GFLOP/s", fp32),
    "int8": Kernel("int8", "GOP/s", int8),
    "memory_bandwidth": Kernel("memory_bandwidth", "GB/s", memory_bandwidth),
}


def run(name: str, budget_s: float, array_bytes: int, repetitions: int = 0) -> Repeated:
    """Prepare and repeat one kernel for `budget_s` of wall time, or exactly `repetitions` times. KeyError: no such kernel."""
    kernel = KERNELS[name]
    work_each, work = kernel.prepare(array_bytes)
    return rates(kernel.type, kernel.unit, work_each, work, budget_s, "cpu", repetitions)


def _gemm(kind: type[np.float64] | type[np.float32]) -> tuple[float, Work]:
    a = (_bytes(ORDER * ORDER).astype(kind) / 255).reshape(ORDER, ORDER)
    b, out = a.T.copy(), np.empty_like(a)
    return 2 * ORDER**3 / 1e9, lambda: np.matmul(a, b, out=out)


def _bytes(count: int) -> np.ndarray:
    """The same bytes without pattern everywhere and always."""
    return np.frombuffer(hashlib.shake_128(b"suanwang meter").digest(count), dtype=np.uint8)


def _text() -> bytes:
    """About 115 kB of 16,384 words from 512, like prose in that it repeats, and the same everywhere and always."""
    words = [hashlib.sha256(b"word %d" % i).hexdigest()[: 3 + i % 7].encode() for i in range(512)]
    picks = _bytes(2 * 16_384).view("<u2") % 512
    return b" ".join(words[pick] for pick in picks)
