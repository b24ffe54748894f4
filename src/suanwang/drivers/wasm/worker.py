"""A worker process, `python -m suanwang.drivers.wasm.worker CACHE PARENT_PID TAG`: tasks over stdin, one after the other, and
their answers over stdout, in order.

Two threads: one listens (tasks, stops, the deadline), the other runs the guest. When the parent is gone, so is the worker.
"""

import ctypes
import os
import queue
import resource
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from wasmtime import Engine

from suanwang.drivers.frames import Frames
from suanwang.drivers.wasm import engine as engines
from suanwang.drivers.wasm import rate
from suanwang.drivers.wasm.execute import Executor
from suanwang.drivers.wasm.modules import Corrupt, Modules
from suanwang.drivers.wasm.stopper import Stopper
from suanwang.drivers.wasm.wire import CORRUPT, Answer, Ended, Rated, Task, decode_request, frame

OPEN_FILES_MAX = 256
HOLD_S = 0.02
"""Answers are held back for so long while there is more to do: many small ones are sent and read together."""
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38


def guard(parent: int) -> None:
    """Tie this process to its parent and take away what no guest should be able to use."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)  # Linux
    if prctl:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before the line above
        os._exit(0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    few = OPEN_FILES_MAX if hard == resource.RLIM_INFINITY else min(OPEN_FILES_MAX, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, few))


def channels() -> tuple[int, int]:
    """Keep the pipes for ourselves: whatever else is printed goes to stderr."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return source, sink


def listen(source: int, stopper: Stopper, tasks: "queue.SimpleQueue[Task]", lost: Callable[[], None]) -> None:
    """Pass tasks on, stop the running one when asked or when its time is over, and leave when the parent has gone."""
    poll = select.poll()
    poll.register(source, select.POLLIN)
    frames = Frames()
    while True:
        due_s = stopper.due_s()
        ready = poll.poll(None if due_s is None else due_s * 1000 + 1)
        if stopper.step():
            lost()
            os._exit(1)
        if not ready:
            continue
        data = os.read(source, 65536)
        if not data:
            os._exit(0)
        for body in frames.feed(data):
            message = decode_request(body)
            if isinstance(message, Task):
                stopper.expect()
                tasks.put(message)
            else:
                stopper.cancel(message.number)


class Answers:
    """What goes back to the parent."""

    def __init__(self, sink: int) -> None:
        self._sink, self._held, self._sent_at = sink, bytearray(), 0.0

    def add(self, answer: Answer, more: bool) -> None:
        """more: another will follow."""
        self._held += frame(answer)
        if more and time.monotonic() < self._sent_at + HOLD_S:
            return
        rest = memoryview(self._held)
        try:
            while rest:
                rest = rest[os.write(self._sink, rest) :]
        except BrokenPipeError:  # the parent has gone
            os._exit(0)
        self._held, self._sent_at = bytearray(), time.monotonic()


def broken(task: Task, error: Exception) -> Ended:
    """The compiled component could not be loaded."""
    return Ended(
        number=task.number,
        state="failed",
        code=CORRUPT,
        exit_code=-1,
        fuel=0,
        cpu_s=0.0,
        wall_s=0.0,
        memory_peak_bytes=0,
        note=str(error),
        process_cpu_s=time.process_time(),
    )


def answered(engine: Engine, executor: Executor, stopper: Stopper, task: Task) -> Answer:
    """Run a task."""
    if task.kind == "rate":
        samples = rate.measure(engine, task.rate_s)
        stopper.end()
        return Rated(number=task.number, samples=samples, process_cpu_s=time.process_time())
    try:
        return executor.run(task)
    except Corrupt as error:
        stopper.end()
        return broken(task, error)


def main(cache: Path, parent: int, tag: str) -> None:
    guard(parent)
    source, sink = channels()
    engine = engines.build()
    stopper, tasks = Stopper(engine), queue.SimpleQueue[Task]()
    executor, answers = Executor(engine, Modules(engine, cache, tag), stopper), Answers(sink)

    def lost() -> None:
        words = executor.last_words()
        if words:
            answers.add(words, more=False)

    threading.Thread(target=listen, args=(source, stopper, tasks, lost), daemon=True).start()
    while True:
        task = tasks.get()
        answers.add(answered(engine, executor, stopper, task), more=not tasks.empty())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
