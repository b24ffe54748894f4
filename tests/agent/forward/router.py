"""A forwarder in a process of its own, told by a pipe: python router.py NODE-ID FOLDER; steerings are lines of JSON on its
input, reports lines on its output."""

import asyncio
import os
import sys
import time
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
from tests.brain.sample import key_of


class Pipe:
    """The brain's side."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def steering(self, node_id: str) -> Steering:
        line = await self._reader.readline()
        if not line:
            os._exit(0)
        return msgspec.json.decode(line, type=Steering)

    async def report(self, node_id: str, report: Report) -> Acknowledged:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()
        return Acknowledged()


async def main(node_id: str, folder: Path) -> None:
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await Forwarder(
        node_id=node_id,
        wire=Pipe(reader),
        kernel=Kernel(),
        links=Links(),
        flows=Flows(CS_ID_PREFIX),
        chooser=Chooser(),
        key=key_of(node_id),
        secret=os.urandom(32),
        clock=time.time,
        folder=folder,
    ).run()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], Path(sys.argv[2])))
