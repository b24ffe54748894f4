"""The doors of files, by the SHA-256 of their bytes: what is wanting, bring it, fetch it."""

import asyncio
from typing import Any

from litestar import get, post, put
from litestar.response import File

from suanwang.api.brought import wanting
from suanwang.api.callers import Asked
from suanwang.api.door import FOR_NODES, Called, Door, aside
from suanwang.model import view


def blob_routes(door: Door) -> list[Any]:
    @post("/v1/blobs/missing", status_code=200, opt=FOR_NODES)
    async def missing(data: view.Hashes, caller: Called) -> view.Hashes:
        """Those the caller must still bring; what others brought does not count: to name a file is not to have it."""
        return view.Hashes(sha256=await aside(len(data.sha256), wanting, door.blobs, data.sha256, caller.reader))

    @put("/v1/blobs/{sha256:str}", status_code=204, request_max_body_size=None, opt=FOR_NODES)
    async def bring(sha256: str, request: Asked, caller: Called) -> None:
        await door.blobs.put(sha256, request.stream(), caller.reader)

    @get("/v1/blobs/{sha256:str}", opt=FOR_NODES)
    async def fetch(sha256: str, caller: Called) -> File:
        path = await asyncio.to_thread(door.blobs.get, sha256, caller.reader)
        return File(path=path, media_type="application/octet-stream", filename=sha256)

    return [missing, bring, fetch]
