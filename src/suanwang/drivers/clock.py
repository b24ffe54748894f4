"""Time and chance: the only place they come from."""

import secrets
import time

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
_PLACES = tuple(len(_LETTERS) ** place for place in range(10))
_IDS = len(_LETTERS) ** 10


def now() -> float:
    """Seconds since 1970."""
    return time.time()


def steady() -> float:
    """Seconds since some moment in the past. Does not jump when the time is set."""
    return time.monotonic()


def utc_offset_s() -> int:
    """Seconds by which the clock on the wall is ahead of UTC now."""
    return time.localtime().tm_gmtoff


def new_id(prefix: str) -> str:
    """A fresh id: prefix, a dash and 10 characters (49 bits of chance)."""
    number = secrets.randbelow(_IDS)
    return f"{prefix}-" + "".join(_LETTERS[number // place % len(_LETTERS)] for place in _PLACES)


def new_secret() -> bytes:
    """32 bytes of chance, for a private key."""
    return secrets.token_bytes(32)


def new_serial() -> int:
    """A certificate's serial number: positive, 159 bits of chance (RFC 5280, 4.1.2.2 allows 160)."""
    return secrets.randbits(159) | 1
