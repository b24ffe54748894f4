"""What is to be run: exactly one of `run`, `python` and `wasm`.

    run: python3 render.py --frames {}      split as a shell would, but no shell runs; or a list, taken as it is
    python: render.py                       a Python file; render.py:frame calls one function with the item
    wasm: filter.wasm                       both with args: [--frames, "{}"]

In arguments `{}` becomes the item of an array job; $SUAN_ITEM holds it too, so an argument with `{}` is not required.
"""

import re
import shlex

from suanwang.intent.document import Document, contradiction, listed, path, scalar, text, truth, wrong_kind
from suanwang.model.demand import Command, Python, Steps, Wasm, Work
from suanwang.model.fault import UsageFault
from suanwang.model.quantity import quoted

KINDS = ("run", "python", "wasm")
_SHELL = frozenset({"|", "||", "&&", "&", ";", "<", ">", ">>", "2>", "2>&1"})
_SCRIPT = re.compile(r".+\.(py|sh|bash|pl|rb|js|mjs|r|R|jl|lua)")


def work_of(document: Document) -> Work:
    """UsageFault SUAN-U003 unless there is exactly one kind of work, and nothing that belongs to another kind."""
    given = [kind for kind in KINDS if document.get(kind) is not None]
    if len(given) != 1:
        why = f"the job has {len(given)} kinds of work{': ' + ' and '.join(given) if given else ''}; it needs exactly one."
        raise contradiction(why, "write one of run: python3 render.py, python: render.py, wasm: filter.wasm")
    network = document.get("network") is not None and truth(document["network"], "network")
    if given == ["run"]:
        if document.get("args") is not None:
            raise contradiction(
                "args stands beside run, which has its arguments itself.", "write run: python3 render.py --fast"
            )
        return Command(argv=_argv(document["run"]), network=network)
    if network:
        raise contradiction(
            f"network is true, but {given[0]} work never has a network.", "use run: for work that opens sockets"
        )
    return _module(document, given[0])


def name_for(work: Work) -> str:
    """A name for a job that was given none: what is run, without folder and ending."""
    if isinstance(work, Command):
        program = next((arg for arg in work.argv if _SCRIPT.fullmatch(arg)), work.argv[0])
    else:
        program = work.file
    last = program.rstrip("/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    return re.sub(r"[^\w.-]+", "-", stem)[:64].strip("-.") or "job"


def script_of(work: Work | Steps) -> str:
    """The file of the job's folder that the work cannot start without, or ""."""
    return "" if isinstance(work, Command | Steps) else work.file


def _argv(value: object) -> tuple[str, ...]:
    argv = _split(value, "run") if isinstance(value, str) else _list(value, "run")
    if not argv or not argv[0]:
        raise UsageFault("SUAN-U002", "run is empty.", "write it like this: run: python3 render.py")
    shell = next((arg for arg in argv if arg in _SHELL), None) if isinstance(value, str) else None
    if shell is not None:
        why = f"run has {quoted(shell)}, but no shell runs it: it would be an argument."
        raise contradiction(why, 'ask for a shell: run: [sh, -c, "sort a.txt | uniq > out/b.txt"]')
    return argv


def _split(value: str, place: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text(value, place, "python3 render.py")))
    except ValueError as error:
        raise UsageFault("SUAN-U002", f"{place} is {quoted(value)}: {error}.", "close the quotation, or write a list") from None


def _list(value: object, place: str) -> tuple[str, ...]:
    return tuple(scalar(arg, f"{place}[{i}]", "[a, b]") for i, arg in enumerate(listed(value, place, "[python3, render.py]")))


def _module(document: Document, kind: str) -> Python | Wasm:
    args = document.get("args")
    argv = () if args is None else _split(args, "args") if isinstance(args, str) else _list(args, "args")
    if kind == "wasm":
        return Wasm(file=path(document["wasm"], "wasm", "filter.wasm"), argv=argv)
    written = document["python"]
    if not isinstance(written, str):
        raise wrong_kind("python", written, "text", "render.py")
    file, colon, function = written.partition(":")
    if colon and not function.strip().isidentifier():
        why = f"python is {quoted(written)}; what follows the colon is not the name of a function."
        raise UsageFault("SUAN-U002", why, "write it like this: python: render.py:frame")
    return Python(file=path(file, "python", "render.py"), function=function.strip(), argv=argv)
