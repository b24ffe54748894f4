"""A forwarder as the experiment runs it: the product's own, told by a pipe instead of a session. python router.py NODE-ID
FOLDER"""

import asyncio
import os
import sys
import time
from hashlib import sha256
from pathlib import Path

import msgspec
import uvloop

from suanwang.agent.forward.loop import Forwarder
from suanwang.drivers.kernel.chooser import Chooser
from suanwang.drivers.kernel.flows import Flows
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.model.steering import Steering
from suanwang.model.view import Acknowledged, Report
from suanwang.trust.identity import CS_ID_PREFIX


class Pipe:
    """The brain's side: steerings come as lines; reports go nowhere."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def steering(self, node_id: str) -> Steering:
        line = await self._reader.readline()
        if not line:
            os._exit(0)
        return msgspec.json.decode(line, type=Steering)

    async def report(self, node_id: str, report: Report) -> Acknowledged:
        return Acknowledged()


async def main() -> None:
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ready", flush=True)
    await Forwarder(
        node_id=sys.argv[1], wire=Pipe(reader), kernel=Kernel(), links=Links(), flows=Flows(CS_ID_PREFIX), chooser=Chooser(),
        key=sha256(sys.argv[1].encode()).digest(), secret=os.urandom(32), clock=time.time, folder=Path(sys.argv[2]),
    ).run()  # fmt: skip


uvloop.run(main())
