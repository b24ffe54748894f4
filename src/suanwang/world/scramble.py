"""From numbers that follow each other to numbers that look drawn at random: the finisher of SplitMix64 (Steele, Lea and Flood,
OOPSLA 2014). Not for secrets."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

GOLDEN = 0x9E3779B97F4A7C15
"""2^64 over the golden ratio: what successive numbers are apart before they are scrambled."""
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31 = np.uint64(27), np.uint64(30), np.uint64(31)
Z = TypeVar("Z", NDArray[np.uint64], np.uint64)


def scrambled(z: Z) -> Z:
    """64 bits for 64 bits, one to one; of an array each. A single number only in machine code: NumPy warns where it wraps
    round."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)
