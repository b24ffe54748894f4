"""What the runtime and its worker processes say to each other, in msgpack.

Kept apart from the role in drivers/runtime.py so that a worker loads as little as possible.
"""

import msgspec

from suanwang.drivers import frames

CORRUPT = "component"
"""Code of the one failure that is not the task's: the compiled Python component cannot be loaded."""


class Task(msgspec.Struct, frozen=True, kw_only=True, tag="task"):
    """kind: "wasm" (file is a core module), "python" (file is the compiled component) or "rate" (no file).

    file, folder, stdout, stderr: absolute paths. ask: what the Python guest is asked, JSON. number: rises with each task.
    rate_s: how long a "rate" is measured.
    """

    number: int
    kind: str
    wall_s_max: float
    file: str = ""
    folder: str = ""
    stdout: str = ""
    stderr: str = ""
    argv: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    ask: str = ""
    fuel_max: int = 0
    memory_bytes_max: int = 0
    output_bytes_max: int = 0
    rate_s: float = 0.0


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag="stop"):
    """Cancel the task of this number and those before it, as far as they have not ended."""

    number: int


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """As drivers.runtime.RunResult. process_cpu_s: CPU seconds of the worker since it started. last: it ends after this."""

    number: int
    state: str
    code: str
    exit_code: int
    fuel: int
    cpu_s: float
    wall_s: float
    memory_peak_bytes: int
    note: str
    process_cpu_s: float
    last: bool = False


class Rated(msgspec.Struct, frozen=True, kw_only=True, tag="rated"):
    """The reference kernel's speed. samples: (fuel, wall seconds, CPU seconds) of each repetition."""

    number: int
    samples: tuple[tuple[int, float, float], ...]
    process_cpu_s: float


Request = Task | Stop
Answer = Ended | Rated
_encoder = msgspec.msgpack.Encoder()
decode_request = msgspec.msgpack.Decoder[Request](Request).decode
decode_answer = msgspec.msgpack.Decoder[Answer](Answer).decode


def frame(message: Request | Answer) -> bytes:
    """The message with its length in front."""
    return frames.frame(_encoder.encode(message))
