# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""The guest: CPython inside WebAssembly that runs one file of the user, as `python3 file.py` would, and tells how it ended.

It lives as a memory snapshot taken after its imports, so a task starts in milliseconds. Each task gets a fresh copy of it.
"""

import atexit
import builtins
import errno
import gc
import io
import json
import math
import os
import random
import sys
import time
import traceback
import types

import folder
import stdlib
import wit_world  # made from world.wit by the builder

MODULES = stdlib.load()
folder.install()
NAP_S = 0.05
"""A sleep is taken in naps of this length, because only between two of them can the task be stopped."""
RESERVE_BYTES = 256 * 1024
"""Given back when memory runs out, so that the traceback can still be printed."""
_sleep = time.sleep


class Left(BaseException):
    """os._exit: no handler of the user's can stop it, except a bare `except`."""


def sleep(seconds) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    for _ in range(math.floor(seconds / NAP_S)):
        _sleep(NAP_S)
    _sleep(seconds % NAP_S)


def leave(status: int) -> None:
    raise Left(status)


time.sleep, os._exit = sleep, leave


def prepare(task: dict) -> None:
    """Give the frozen interpreter this task's surroundings.

    `random` starts from the task itself: the same task gives the same numbers on every node, and two items of an array
    differ. `secrets`, `uuid` and `os.urandom` stay truly random.
    """
    os.environ.clear()
    os.environ.update(task["env"])
    sys.argv = task["argv"]
    sys.path[:] = ["/"]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.__stdout__ = stream(1, "strict")
    sys.stderr = sys.__stderr__ = stream(2, "backslashreplace")
    random.seed(json.dumps([task["argv"], task["function"], task["item"]]))
    folder.uncover(task["modules"])


def stream(fd: int, errors: str) -> io.TextIOWrapper:
    raw = io.BufferedWriter(io.FileIO(fd, "w", closefd=False))
    return io.TextIOWrapper(raw, encoding="utf-8", errors=errors, line_buffering=True)


def load(task: dict, name: str) -> types.ModuleType:
    """Run the file as the module `name`."""
    file = task["file"]
    module = types.ModuleType(name)
    module.__file__ = file
    module.__builtins__ = builtins
    sys.modules[name] = module
    with open(f"/{file}", "rb") as source:
        code = compile(source.read(), file, "exec", dont_inherit=True)
    exec(code, module.__dict__)
    return module


def call(task: dict) -> None:
    """Function mode: the item is JSON if it parses, else text; what comes back is written to /result.json."""
    name = task["file"].rpartition("/")[2].removesuffix(".py")
    function = getattr(load(task, name), task["function"])
    try:
        item = json.loads(task["item"])
    except ValueError:
        item = task["item"]
    answer = json.dumps(function(item), ensure_ascii=False)
    with open("/result.json", "w", encoding="utf-8") as file:
        file.write(answer)


def code_of(leaving: SystemExit) -> int:
    """The exit code that sys.exit(x) stands for."""
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code & 0xFF
    print(leaving.code, file=sys.stderr)
    return 1


def complain(error: BaseException, file: str) -> None:
    """Print the traceback without our own frames."""
    told = traceback.TracebackException.from_exception(error)
    trim(told)
    for line in told.format():
        sys.stderr.write(line)
    if isinstance(error, ModuleNotFoundError):
        sys.stderr.write(
            f"\nThis is the sandboxed Python {sys.version.partition(' ')[0]} of Suanwang.\n"
            f"It has the modules in the job's folder and: {' '.join(MODULES)}.\n"
            f"To run the node's native Python with its packages: suan run -- python3 {file}\n"
        )


def trim(told: traceback.TracebackException | None) -> None:
    """Take our frames, and those of the import system, out of an exception and of the ones it came from."""
    if told is None:
        return
    told.stack = traceback.StackSummary.from_list(
        [frame for frame in told.stack if frame.filename not in OURS and not frame.filename.startswith("<frozen importlib")]
    )
    trim(told.__cause__)
    trim(told.__context__)


OURS = frozenset({prepare.__code__.co_filename, folder.install.__code__.co_filename})


def kind_of(error: BaseException) -> str:
    """Which bound of the task an uncaught exception means."""
    if isinstance(error, MemoryError):
        return "memory"
    return "output" if isinstance(error, OSError) and error.errno == errno.EFBIG else "exit"


def attempt(task: dict) -> tuple[int, str]:
    """Run the file to its end: (exit code, kind)."""
    reserve = bytearray(RESERVE_BYTES)
    try:
        call(task) if task["function"] else load(task, "__main__")
        return 0, ""
    except Left as left:
        return int(left.args[0]) & 0xFF, ""
    except SystemExit as leaving:
        return code_of(leaving), ""
    except BaseException as error:
        del reserve
        complain(error, task["file"])
        return 1, kind_of(error)


def finish() -> str:
    """Run what the user left for the end, and empty the streams; the kind if that fails."""
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:
        return kind_of(error)
    return ""


class WitWorld(wit_world.WitWorld):
    def run(self, task: str) -> str:
        """task: {file, function, item, argv, env, modules}.

        Answer: {exit_code, kind}; kind: "", "exit", "memory" or "output".
        """
        try:
            asked = json.loads(task)
            prepare(asked)
            code, kind = attempt(asked)
            late = finish()
        except BaseException as error:  # printing the traceback failed: memory or the file of errors is full
            code, kind, late = 1, kind_of(error), ""
        if late and not kind:
            code, kind = code or 120, late  # 120: as CPython does when it cannot flush at exit
        return json.dumps({"exit_code": code, "kind": "exit" if code and not kind else kind})


gc.collect()
gc.freeze()  # what is in the snapshot is never looked through again, so its pages stay shared and untouched
