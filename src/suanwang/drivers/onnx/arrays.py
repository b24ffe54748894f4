"""Named arrays as one .npz, as they go into a model and come out of it."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from suanwang.model.fault import UsageFault

Arrays = dict[str, NDArray[np.generic]]


def read(path: Path) -> Arrays:
    """UsageFault SUAN-U181: not an .npz of arrays."""
    try:
        with np.load(path, allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (OSError, ValueError, AttributeError, TypeError) as problem:
        raise UsageFault("SUAN-U181", f"{path} is no .npz of arrays: {problem}", "numpy.savez('x.npz', x=...)") from problem


def packed(arrays: Arrays) -> bytes:
    """The same arrays give the same bytes."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)  # pyright: ignore[reportArgumentType]
    return file.getvalue()


def unpacked(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def difference(one: Arrays, other: Arrays) -> float:
    """The largest between arrays of the same names: exactly 0 only if every bit is the same."""
    if all(value.tobytes() == other[name].tobytes() for name, value in one.items()):
        return 0.0
    pairs = [(np.asarray(value, np.float64), np.asarray(other[name], np.float64)) for name, value in one.items()]
    found = max(float(np.max(np.abs(a - b), initial=0.0)) for a, b in pairs)
    return found or float(np.finfo(np.float64).tiny)
