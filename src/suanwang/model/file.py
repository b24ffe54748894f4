"""A file that travels by its content: path in the job's folder, SHA-256 of its bytes, size."""

import msgspec


class FileRef(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """path: relative POSIX path, no "..", no leading "/"; sha256: 64 lower-case hex digits; size: bytes."""

    path: str
    sha256: str
    size: int
    executable: bool = False
