"""A cut link, felt by a stream."""

import contextlib
import itertools
import socket
import time

from crowd.scene import Scene
from crowd.stage import PORT, QUOTAS
from suanwang.drivers.kernel.namespace import inside


def failover(scene: Scene, times: int) -> list[float]:
    """Longest silence, ms, of a stream of a datagram each 2 ms to the service and back, over a silent cut of the link it
    uses."""
    gaps = []
    scene.run_id += 1
    scene.steer("centralized", {i: {n: 256 if n == "mid-1" else 0 for n in QUOTAS} for i in ("in1", "in2")})
    time.sleep(3.0)
    with inside(scene.plan.space("home-1")):
        stream = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    stream.connect((scene.cs_id, PORT))
    stream.setblocking(False)
    for _ in range(times):
        came, cut, next_at, begun = [], False, time.monotonic(), time.monotonic()
        while (now := time.monotonic()) - begun < 1.0:
            if now >= next_at:
                next_at += 0.002
                with contextlib.suppress(OSError):
                    stream.send(b"x")
            with contextlib.suppress(BlockingIOError):
                while stream.recv(16):
                    came.append(time.monotonic())
            if not cut and now - begun > 0.4:
                scene.link("cut", "in1-t1")
                cut = True
            time.sleep(0.0003)
        gaps.append(1000 * max(b - a for a, b in itertools.pairwise(came)))
        scene.link("mend", "in1-t1")
        time.sleep(4.5)
    return gaps
