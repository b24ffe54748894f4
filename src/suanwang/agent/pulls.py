"""How fast files come to this node: the median of the last few times, so that one stall or one lucky moment counts for
little."""

from collections import deque
from statistics import median

LEAST_BYTES = 1 << 20
"""What is less shows how far away the brain is, not how wide the way."""
TIMES = 9


class Pulls:
    """note what was fetched at once, over however many connections; rate says how fast that usually is."""

    def __init__(self) -> None:
        self._rates = deque[float](maxlen=TIMES)

    def note(self, size: int, seconds: float) -> None:
        """So many bytes came in so many seconds."""
        if size >= LEAST_BYTES and seconds > 0:
            self._rates.append(size / seconds)

    @property
    def rate(self) -> float:
        """Bytes a second; 0 while nothing is known."""
        return median(self._rates) if self._rates else 0.0
