"""Messages on a stream: each behind its length in four bytes, big-endian; what comes is cut where it was joined, whatever the
sizes in which it arrives.
"""

import struct

from suanwang.model.fault import WireFault

LENGTH = struct.Struct(">I")
FRAME_BYTES_MAX = 64 << 20


def frame(body: bytes) -> bytes:
    """The message with its length in front."""
    return LENGTH.pack(len(body)) + body


class Frames:
    """Takes bytes as they come, gives whole messages."""

    def __init__(self, most: int = FRAME_BYTES_MAX) -> None:
        self._buffer = bytearray()
        self._most = most

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete with this. WireFault SUAN-W012: one is announced that is longer than it may be."""
        buffer = self._buffer
        buffer += data
        whole: list[bytes] = []
        at = 0
        while len(buffer) - at >= LENGTH.size:
            (length,) = LENGTH.unpack_from(buffer, at)
            if length > self._most:
                raise WireFault(
                    "SUAN-W012", f"a message of {length} bytes is announced; at most {self._most} are taken", "suan --version"
                )
            if len(buffer) - at < LENGTH.size + length:
                break
            at += LENGTH.size
            whole.append(bytes(buffer[at : at + length]))
            at += length
        del buffer[:at]
        return whole
