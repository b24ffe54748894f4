"""The folder of compiled code: machine code that is trusted, so it is only ever read from where nobody else can write.

Loaded by the agent too, so it does not import the engine.
"""

import os
import stat
from pathlib import Path

from suanwang.model.fault import RuntimeFault


def trusted(cache: Path) -> Path:
    """The cache folder, made with mode 0700 if it is not there. SUAN-R025: someone else could write machine code into it."""
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = cache.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or seen.st_mode & 0o022:
        raise RuntimeFault(
            "SUAN-R025", f"the cache folder {cache} belongs to, or can be written by, another user", f"chmod 700 {cache}"
        )
    return cache


def artefact(cache: Path, key: str, tag: str) -> Path:
    """Where compiled code lies. key: SHA-256 of the module, "python-" before it for the component; tag: component.tag()."""
    return cache / f"{key}-{tag}.cwasm"


def put(path: Path, content: bytes | bytearray) -> None:
    """Write a whole file or nothing, mode 0600."""
    part = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
