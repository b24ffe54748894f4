"""Starts one command without a sandbox and keeps its family together; run as a script by its path, so it imports only the
standard library. It speaks as bubblewrap does: JSON lines {"child-pid"} and {"exit-code"} to a status pipe, and it starts
the command when a byte comes through a gate pipe. Orphans fall to it (a subreaper, prctl(2)); when the command ends, it
kills and reaps whatever is left, so that nothing survives a task and wait4 on this process tells what all of them used.

argv: status fd, gate fd, command...
"""

import contextlib
import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38
MISSING, FORBIDDEN = 127, 126


def main(status: int, gate: int, argv: list[str]) -> int:
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    child = os.fork()
    if child == 0:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        os.close(status)
        _start(gate, argv)
    signal.signal(signal.SIGTERM, lambda *_: _kill(child))
    os.close(gate)
    os.write(status, json.dumps({"child-pid": child}).encode() + b"\n")
    code = _wait(child)
    _end_family()
    os.write(status, json.dumps({"exit-code": code}).encode() + b"\n")
    return code


def _start(gate: int, argv: list[str]) -> None:
    """Never returns. An end of file at the gate means that the agent is gone."""
    if not os.read(gate, 1):
        os._exit(1)
    os.close(gate)
    try:
        os.execvp(argv[0], argv)
    except (FileNotFoundError, NotADirectoryError):
        code = MISSING
    except OSError:
        code = FORBIDDEN
    os.write(2, f"suan: {argv[0]}: {'not found' if code == MISSING else 'cannot be run'}\n".encode())
    os._exit(code)


def _wait(child: int) -> int:
    """The command's exit code, 128+n for a signal; reaps orphans that end meanwhile."""
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _end_family() -> None:
    """Kill and reap until no descendant is left; what we kill hands its children to us."""
    while True:
        for pid in _children():
            _kill(pid)
        try:
            os.wait()
        except ChildProcessError:
            return


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(pid) for pid in file.read().split()]


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
