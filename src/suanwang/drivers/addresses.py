"""Where a domain's brains are: one that answers is kept to, and when it is lost the next one's turn comes, round and round."""


class Addresses:
    """urls: separated by commas, each without a path."""

    def __init__(self, urls: str) -> None:
        self.all = tuple(url.strip().rstrip("/") for url in urls.split(","))
        self._at = 0

    @property
    def now(self) -> str:
        """The address to use."""
        return self.all[self._at]

    def lost(self, used: str) -> None:
        """Nobody is there: turn to the next, unless another call has done so already."""
        if used == self.now:
            self._at = (self._at + 1) % len(self.all)
