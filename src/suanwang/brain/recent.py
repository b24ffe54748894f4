"""The newest of what is written once and asked for again, within so many bytes: what was kept first goes first."""


class Recent:
    def __init__(self, bytes_max: int) -> None:
        self._kept: dict[int, bytes] = {}
        self._left = bytes_max

    def keep(self, number: int, body: bytes) -> None:
        """By its number, which is higher than all before."""
        self._kept[number] = body
        self._left -= len(body)
        while self._left < 0:
            self._left += len(self._kept.pop(next(iter(self._kept))))

    def get(self, number: int) -> bytes | None:
        """None if it is not among them."""
        return self._kept.get(number)
