"""Where a domain's brains are: one that answers is kept to, and when it is lost the next one's turn comes, round and round."""

from urllib.parse import urlsplit

from suanwang.model.fault import UsageFault


class Addresses:
    """urls: separated by commas, each without a path. UsageFault SUAN-U028: one of them is no address of a brain."""

    def __init__(self, urls: str) -> None:
        self.all = tuple(_checked(url.strip().rstrip("/")) for url in urls.split(","))
        self._at = 0

    @property
    def now(self) -> str:
        """The address to use."""
        return self.all[self._at]

    def lost(self, used: str) -> None:
        """Nobody is there: turn to the next, unless another call has done so already."""
        if used == self.now:
            self._at = (self._at + 1) % len(self.all)


def _checked(url: str) -> str:
    try:
        split = urlsplit(url)
        whole = split.scheme in ("http", "https") and bool(split.hostname) and split.port != 0
    except ValueError:  # brackets without an IPv6 address in them, a port that is none
        whole = False
    if not whole or any(letter <= " " or letter == "\x7f" for letter in url):
        why = f"{url[:80]!r} is not https://HOST:PORT, nor http://HOST:PORT of a brain without TLS"
        raise UsageFault("SUAN-U028", why, "say it as in https://127.0.0.1:7420")
    return url
