"""Everything a job takes along: from what was typed and what lies on the disk to one complete demand and the files to send."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from suanwang.api.cli.files import Files, everything, expand, hashed
from suanwang.api.cli.workflow import WORKFLOWS, workflow
from suanwang.intent import (
    Flags,
    Globs,
    Wanted,
    check,
    demand_from,
    flags_to_document,
    given_files,
    graph_from,
    items_from,
    parse_documents,
    parse_yaml,
    wanted,
    wanted_files,
)
from suanwang.intent.apply import belonging, is_service
from suanwang.intent.flags import ENDINGS
from suanwang.intent.serve import job_part, service_from
from suanwang.model.demand import Demand, Item
from suanwang.model.fault import UsageFault
from suanwang.model.said import Product, Understood
from suanwang.model.serving import Service

JOB_FILES = (".yaml", ".yml")


class Package(NamedTuple):
    """paths: SHA-256 -> a file with that content. whole: all of the folder goes along because no files were named."""

    demand: Demand
    paths: dict[str, Path]
    folder: Path
    skipped: tuple[str, ...]
    whole: bool

    @property
    def size(self) -> int:
        """Bytes of all files together, each content once."""
        return sum(path.stat().st_size for path in self.paths.values())


def package(flags: Flags) -> Package:
    """Read the job file, if there is one, and the files that it names. Faults: those of intent, SUAN-U020 to U023."""
    if flags.target.endswith(WORKFLOWS):
        recorded, files, folder = workflow(flags)
        return Package(graph_from(recorded, files.refs), files.paths, folder, (), False)
    if flags.target.endswith(JOB_FILES):
        job = Path(flags.target)
        document = flags_to_document(msgspec.structs.replace(flags, target=""), _job_file(job))
        base = Path() if flags.workdir is not None else job.parent
        return _job_document(document, base)
    flags = _beside(flags)
    return package_document(flags_to_document(flags), Path())


def package_document(document: Mapping[str, object], base: Path) -> Package:
    """What a document takes along; the names of its files start at `base`. Faults as those of `package`."""
    need = wanted(document)
    return _packed(document, need, base / Path(need.workdir).expanduser())


class ServicePackage(NamedTuple):
    """paths: as in Package."""

    service: Service
    paths: dict[str, Path]


def package_service(file: Path) -> ServicePackage:
    """Read a service file and the files that it names. Faults as those of `package`."""
    if file.suffix not in JOB_FILES:
        raise UsageFault("SUAN-U023", f"{str(file)!r} is no service file", "suan serve app.yaml; see docs/services.md")
    return package_service_document(_job_file(file), file.parent)


def package_service_document(document: Mapping[str, object], base: Path) -> ServicePackage:
    """The same of a service's document."""
    packed = package_document(job_part(document), base)
    return ServicePackage(service_from(document, packed.demand.files), packed.paths)


def package_said(
    said: Understood, made: Mapping[str, object], product: tuple[Product, Path] | None
) -> Package | ServicePackage:
    """What a sentence takes along: the files that lie here, and those that belong to the product. made: the document that it
    means."""
    own = product[0].document.get("files") if product else None
    names = tuple(str(name) for name in own) if isinstance(own, list) else ()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    here = package_service_document(made, Path()) if said.kind == "service" else package_document(made, Path())
    return with_files(here, product[1], names) if product else here


def with_files(packed: Package | ServicePackage, folder: Path, names: tuple[str, ...]) -> Package | ServicePackage:
    """The same with more files, from another folder."""
    more = hashed(folder, expand(folder, names))
    demand = packed.demand if isinstance(packed, Package) else packed.service.demand
    demand = check(msgspec.structs.replace(demand, files=(*demand.files, *more.refs)))
    if isinstance(packed, Package):
        return packed._replace(demand=demand, paths=packed.paths | more.paths)
    service = msgspec.structs.replace(packed.service, demand=msgspec.structs.replace(packed.service.demand, files=demand.files))
    return packed._replace(service=service, paths=packed.paths | more.paths)


def _packed(document: Mapping[str, object], need: Wanted, folder: Path) -> Package:
    items, own = _items(folder, need)
    names, skipped = (need.files, ()) if need.files is not None else everything(folder)
    if need.files is not None:
        names = expand(folder, names)
    single = {item.file.path for item in items if item.file is not None}
    names = tuple(name for name in names if name not in single)
    named = (need.script, *need.mentioned) if need.script else need.mentioned
    extra = {name for name in named if name == need.script or (folder / name).is_file()} - single
    files = hashed(folder, sorted({*names, *expand(folder, sorted(extra))}), skipped)
    demand = demand_from(document, files=files.refs, items=items)
    return Package(demand, own.paths | files.paths, folder, files.skipped, need.files is None)


def _graph(document: Mapping[str, object], folder: Path) -> Package:
    """A job graph takes along what its tasks read and none of them writes."""
    written = wanted_files(document, lambda patterns: expand(folder, patterns))
    files = hashed(folder, given_files(written))
    return Package(graph_from(written, files.refs), files.paths, folder, (), False)


def _items(folder: Path, need: Wanted) -> tuple[tuple[Item, ...], Files]:
    """Items with their own files, where the array runs over files; the others speak for themselves."""
    if not isinstance(need.over, Globs):
        return (), Files((), {})
    files = hashed(folder, expand(folder, need.over.patterns))
    return items_from(need.over, files.refs), files


def package_app(files: Sequence[Path], app: str) -> tuple[tuple[ServicePackage, ...], tuple[Package, ...]]:
    """All documents of files and of folders' job files, as services and jobs that belong to an app. Faults as of `package`."""
    found = [(belonging(document, app), file.parent) for file in _each(files) for document in parse_documents(_text(file))]
    services = [package_service_document(document, base) for document, base in found if is_service(document)]
    return tuple(services), tuple(_job_document(document, base) for document, base in found if not is_service(document))


def _job_document(document: Mapping[str, object], base: Path) -> Package:
    if document.get("tasks") is not None:
        return _graph(document, base / Path(str(document.get("workdir", "."))).expanduser())
    return package_document(document, base)


def _each(files: Sequence[Path]) -> Iterator[Path]:
    """The files, and those of folders, by name."""
    for file in files:
        if not file.is_dir():
            yield file
            continue
        inside = sorted(path for path in file.iterdir() if path.suffix in JOB_FILES)
        if not inside:
            raise UsageFault("SUAN-U022", f"no file in {file} ends in .yaml", f"ls {file}")
        yield from inside


def _job_file(path: Path) -> Mapping[str, object]:
    return parse_yaml(_text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageFault("SUAN-U022", f"the job file {path} cannot be read: {problem}", f"ls -l {path}") from problem


def _beside(flags: Flags) -> Flags:
    """A program outside the working folder: its own folder becomes the working folder."""
    if not flags.target:
        if not flags.command:
            raise UsageFault("SUAN-U023", "there is nothing to run", "suan run -- echo hello")
        return flags
    file, colon, function = flags.target.partition(":")
    path = Path(file)
    if path.suffix not in ENDINGS:
        raise UsageFault(
            "SUAN-U023", f"{file!r} is no job file, Python file, .wasm module or .onnx model", f"suan run -- {file}"
        )
    folder = Path() if flags.workdir is None else Path(flags.workdir)
    if flags.workdir is not None and (folder / path).is_file():
        return flags
    try:
        inside = path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        if flags.workdir is not None:
            raise UsageFault("SUAN-U021", f"{file} lies outside {folder}", f"--workdir {path.parent}") from None
        return msgspec.structs.replace(flags, workdir=str(path.parent), target=f"{path.name}{colon}{function}")
    return msgspec.structs.replace(flags, target=f"{inside}{colon}{function}")
