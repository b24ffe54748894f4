"""Files that a reader has brought: to name a file is not to have it."""

from suanwang.model.demand import Demand
from suanwang.model.fault import NotFoundFault, UsageFault
from suanwang.model.file import FileRef
from suanwang.store.blobs import Blobs


def wanting(blobs: Blobs, hashes: tuple[str, ...], reader: str) -> tuple[str, ...]:
    """Those that this reader has not brought."""
    return tuple(h for h in hashes if not (blobs.has(h) and blobs.may_read(h, reader)))


def all_brought(blobs: Blobs, demand: Demand, user: str) -> None:
    """NotFoundFault SUAN-N021 for the first file of the job that its user has not brought."""
    files = {(f.sha256, f.size): f for f in (*demand.files, *(i.file for i in demand.items)) if f}
    for file in files.values():
        if not brought(blobs, file, user):
            why = f"the file {file.path!r} of {file.size} bytes has not been brought"
            raise NotFoundFault("SUAN-N021", why, f"PUT /v1/blobs/{file.sha256}")


def brought(blobs: Blobs, file: FileRef, reader: str) -> bool:
    """Whether all the bytes of a file are here and this reader brought them, or was given them."""
    try:
        return blobs.size(file.sha256) == file.size and blobs.may_read(file.sha256, reader)
    except UsageFault:
        return False
