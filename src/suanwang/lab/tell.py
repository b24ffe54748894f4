"""Speaking to a lab's keeper."""

import socket
from pathlib import Path

import msgspec

from suanwang.drivers.problem import named
from suanwang.lab.keeper import SOCKET, Shown, Told
from suanwang.model.fault import KernelFault

ANSWER_S = 5.0


def tell(folder: Path, told: Told) -> tuple[Shown, ...]:
    """What it answers. KernelFault SUAN-K014: it is not there; or the Fault that it names."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
            talk.settimeout(ANSWER_S)
            talk.connect(str(folder / SOCKET))
            talk.sendall(msgspec.json.encode(told) + b"\n")
            answer = b"".join(iter(lambda: talk.recv(1 << 16), b""))
    except OSError as error:
        raise KernelFault("SUAN-K014", f"the lab's keeper does not answer: {error}", "suan lab down; suan lab up") from error
    found = msgspec.json.decode(answer)
    if isinstance(found, dict):
        raise named(found["code"], found["why"], found.get("todo", ""))
    return msgspec.json.decode(answer, type=tuple[Shown, ...])
