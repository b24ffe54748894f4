"""What happens next, first: a heap with four children a node, on two arrays, times in one and what they stand for in the other.

Four children make it half as deep as two, and those of a node lie side by side. `replace` puts a new entry where the first
was, in one way down instead of two: most events beget just one.
"""

from suanwang.steer.columns import Floats, Ints
from suanwang.world.compiled import compiled


@compiled
def push(at: Floats, of: Ints, size: int, time: float, what: int) -> int:
    """One more; returns the new size. The arrays are long enough: whoever calls has seen to that."""
    hole = size
    while hole > 0:
        parent = (hole - 1) >> 2
        if at[parent] <= time:
            break
        at[hole], of[hole] = at[parent], of[parent]
        hole = parent
    at[hole], of[hole] = time, what
    return size + 1


@compiled
def replace(at: Floats, of: Ints, size: int, time: float, what: int) -> None:
    """A new entry in the place of the first."""
    hole = 0
    while True:
        child = 4 * hole + 1
        if (
            child + 3 < size
        ):  # two pairs, then their winners: choices without a jump, which would be guessed wrong half the time
            low = child if at[child] <= at[child + 1] else child + 1
            high = child + 2 if at[child + 2] <= at[child + 3] else child + 3
            best = low if at[low] <= at[high] else high
        elif child < size:
            best = child
            for other in range(child + 1, size):
                best = other if at[other] < at[best] else best
        else:
            break
        if at[best] >= time:
            break
        at[hole], of[hole] = at[best], of[best]
        hole = best
    at[hole], of[hole] = time, what


@compiled
def pop(at: Floats, of: Ints, size: int) -> int:
    """Without the first; returns the new size."""
    size -= 1
    if size > 0:
        replace(at, of, size, at[size], of[size])
    return size
