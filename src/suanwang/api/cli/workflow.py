"""A recorded workflow (WfCommons JSON) packed as a job graph: a stand-in program, its recipe, and files of the recorded
sizes."""

import atexit
import gzip
import shutil
import tempfile
import zlib
from pathlib import Path

import msgspec

from suanwang.api.cli.files import Files, hashed
from suanwang.intent import Flags, flags_to_document
from suanwang.intent.burn import FILE, PROGRAM, RECIPE, scaled
from suanwang.intent.document import Document
from suanwang.intent.wfcommons import GRAPH_BYTES_MAX, graph_from_wfcommons
from suanwang.model.fault import UsageFault
from suanwang.model.quantity import quoted

WORKFLOWS = (".json", ".json.gz")
BLOCK = b"suanwang" * 8192


def workflow(flags: Flags) -> tuple[Document, Files, Path]:
    """(the document, what is given, the folder it lies in, which goes when the program ends).

    `--work 0.05`: times and sizes are multiplied by it. UsageFault SUAN-U110 to U112 as graph_from_wfcommons gives it.
    """
    path, scale = Path(flags.target), _scale(flags.work)
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            text = file.read(GRAPH_BYTES_MAX + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise UsageFault("SUAN-U022", f"the workflow {path} cannot be read: {problem}", f"ls -l {path}") from problem
    document, given, recipe = scaled(graph_from_wfcommons(text), scale)
    folder = Path(tempfile.mkdtemp(prefix="suan-workflow-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / FILE).write_text(PROGRAM)
    (folder / RECIPE).write_text(recipe)
    for name, size in given.items():
        _filled(folder / name, size)
    asked = flags_to_document(msgspec.structs.replace(flags, target="", work=None), document)
    return asked, hashed(folder, (FILE, RECIPE, *given)), folder


def _scale(work: str | None) -> float:
    try:
        scale = 1.0 if work is None else float(work)
    except ValueError:
        scale = 0.0
    if not 0.0 < scale <= 1000.0:
        raise UsageFault(
            "SUAN-U002", f"--work is {quoted(work)}; for a workflow it is what times and sizes are multiplied by.",
            "suan run montage.json --work 0.05",
        )  # fmt: skip
    return scale


def _filled(path: Path, size: int) -> None:
    """A file of so many bytes, which its name decides."""
    begin = path.name.encode()[:size]
    with path.open("wb") as file:
        file.write(begin)
        for at in range(len(begin), size, len(BLOCK)):
            file.write(BLOCK[: min(len(BLOCK), size - at)])
