"""What a door has to read from the disk before a demand can be made of a document."""

import msgspec

from suanwang.intent.document import Document, checked_keys, path, paths, word
from suanwang.intent.over import Over, read_over
from suanwang.intent.work import script_of, work_of
from suanwang.model.demand import Command, Onnx, Work
from suanwang.model.fault import UsageFault


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """workdir: the folder, as written, from where the document was found. files: patterns, or None for the whole folder.

    script: the file that must be there, or "". mentioned: arguments of a command, or inputs of a model, that could be files
    of the folder; those that are go along, so that `suan run -- python3 render.py` takes render.py. over: what the array runs
    over, if it is one.
    """

    workdir: str = "."
    files: tuple[str, ...] | None = None
    script: str = ""
    mentioned: tuple[str, ...] = ()
    over: Over | None = None


def wanted(document: Document) -> Wanted:
    """UsageFault as `demand_from` gives it, but only for the fields that name files."""
    checked_keys(document)
    work = work_of(document)
    files = document.get("files")
    over = document.get("over")
    return Wanted(
        workdir="." if document.get("workdir") is None else word(document["workdir"], "workdir", "."),
        files=None if files is None else paths(files, "files", "[lib/*.py, data.csv]"),
        script=script_of(work),
        mentioned=_mentioned(_named(work)),
        over=None if over is None else read_over(over),
    )


def _named(work: Work) -> tuple[str, ...]:
    """Arguments that may be files of the folder."""
    return work.argv if isinstance(work, Command) else work.inputs if isinstance(work, Onnx) else ()


def _mentioned(argv: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for arg in argv:
        try:
            found.append(path(arg, "run", "render.py"))
        except UsageFault:
            continue  # an option, an absolute path, a piece of text: no file of the folder
    return tuple(dict.fromkeys(found))
