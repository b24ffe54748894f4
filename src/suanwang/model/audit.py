"""What the log says of itself to those who check it; see docs/audit.md. Hashes are 64 hex digits."""

from typing import Annotated

import msgspec


class Consistency(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 6962 proof that the first `old` events under old_root begin the first `new` events under new_root."""

    old: int
    new: int
    old_root: str
    new_root: str
    hashes: tuple[str, ...]


class Cosignature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """line: a witness's signature line over the log's checkpoint of `size` events, ending in a newline."""

    size: Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
    line: Annotated[str, msgspec.Meta(max_length=1000, pattern="^[^\n]+\n$")]


class Included(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it was logged, and the RFC 6962 proof that it is leaf number `index`."""

    index: int
    hashes: tuple[str, ...]
    event: str


class JobProof(msgspec.Struct, frozen=True, kw_only=True):
    """All events of a job, proved to be in the log of the signed note `checkpoint`.

    consistency: from an older checkpoint that the reader kept.
    """

    job_id: str
    checkpoint: str
    events: tuple[Included, ...]
    consistency: Consistency | None = None
