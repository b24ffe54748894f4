"""Private keys on disk: made once, readable by their owner only."""

import os
import secrets
from pathlib import Path

from suanwang.model.fault import AuthorityFault


def load_or_make(path: Path, *, keep: bool = True) -> bytes:
    """The 32-byte Ed25519 private key in `path`; made there if absent. AuthorityFault SUAN-A030 if others may read it. keep: if
    not, one that is made is for this once, and written nowhere."""
    if not path.exists():
        made = secrets.token_bytes(32)
        if not keep:
            return made
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, made)
    if path.stat().st_mode & 0o077:
        raise AuthorityFault("SUAN-A030", f"the key {path} can be read by others", f"chmod 600 {path}")
    return bytes.fromhex(path.read_text().strip())


def _write(path: Path, key: bytes) -> None:
    temporary = path.with_suffix(".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
