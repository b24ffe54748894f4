"""`suan` without the wait for its imports: a process that has them forks for each command, and the fork is that command.

    python -m tests.warm SOCKET               until its input ends
    python -I -S tests/warm.py SOCKET ARGS    one command: the caller's folder, variables, streams, exit code

Nothing else is shared: what the command does is done by the same `main`, in a process of its own.
"""

import fcntl
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module

REQUEST_MAX = 1 << 18
COMMANDS = "suanwang.api.cli"
LOADED = ("suanwang.api.client", "suanwang.api.cli.output", "suanwang.api.cli.package")
"""What nearly every command loads."""


def ask(path: str, arguments: list[str]) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.connect(path)
        request = {"arguments": arguments, "folder": os.getcwd(), "env": dict(os.environ)}
        socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2])
        return int(server.recv(8) or b"70")


def serve(path: str) -> None:
    """Says "ready", and ends with whoever started it: its input is a pipe to there."""
    main = import_module(COMMANDS).main
    for name in LOADED:
        import_module(name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen(64)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a fork: it tells its own end
        print("ready", flush=True)
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            caller, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                _command(caller, main)
            caller.close()


def _command(caller: socket.socket, main: Callable[[list[str]], int]) -> None:
    """Be the command, to the end, or until its caller is gone: that raises SIGIO."""
    code = 70
    try:
        message, streams, _, _ = socket.recv_fds(caller, REQUEST_MAX, 3)
        fcntl.fcntl(caller, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(caller, fcntl.F_SETFL, os.O_ASYNC)
        request = json.loads(message)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["folder"])
        sys.argv = ["suan", *request["arguments"]]
        code = main(request["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        caller.send(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        serve(sys.argv[1])
    else:
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
