"""Files say what an app is; what runs says what it is so far; the difference is what has to be done, and nothing else.

An app is a name that services and jobs carry (`app:`), so that nothing has to be remembered beside them: what carries it and
stands in no file any more is stopped. A service is what its owner called so; of a job the last run counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import structs

from suanwang.intent.document import Document, contradiction
from suanwang.intent.serve import SERVICE_KEYS, check_service
from suanwang.intent.steps import check
from suanwang.intent.write import document_from, service_document
from suanwang.model.app import Action, AppChange, AppChanges, Difference
from suanwang.model.demand import Demand
from suanwang.model.job import JOB_FINAL, Job
from suanwang.model.serving import Service, ServiceView

Named = TypeVar("Named", Service, Demand)


def is_service(document: Document) -> bool:
    """A document with a key that only a service has (port, scale, ...) is a service; else it is a job."""
    return any(key in document for key in SERVICE_KEYS)


def belonging(document: Document, app: str) -> dict[str, object]:
    """The document, with the app it belongs to. UsageFault SUAN-U003 where it says that it belongs to another."""
    if document.get("app") not in (None, app):
        why = f"{document.get('name', 'a document')} belongs to the app {document['app']!r}, and {app!r} is applied."
        raise contradiction(why, f"leave app out, or: suan apply --app {document['app']}")
    return {**document, "app": app}


def difference(
    app: str, services: Iterable[Service], jobs: Iterable[Demand], there: Iterable[ServiceView], runs: Iterable[Job]
) -> AppChanges:
    """What has to be done.

    services, jobs: what the files say; UsageFault SUAN-U003 for a name twice. there: the services of the user. runs: of the
    user's jobs those that carry the app, newest first.
    """
    wanted, asked = _once("service", services), _once("job", jobs)
    known = {view.name: view for view in there if view.state != "ending"}
    last: dict[str, Job] = {}
    for run in runs:
        if run.demand.serve is None:  # an instance goes with its service
            last.setdefault(run.demand.name, run)
    return AppChanges(
        app=app,
        items=(
            *(_service(service, known.get(name)) for name, service in wanted.items()),
            *(_job(demand, last.get(name)) for name, demand in asked.items()),
            *(_stop("service", v.name, v.id, v.state) for v in known.values()
              if v.service.demand.app == app and v.name not in wanted),
            *(_stop("job", run.demand.name, run.id, run.state) for run in last.values()
              if run.demand.name not in asked and run.state not in JOB_FINAL),
        ),
    )  # fmt: skip


def _once(what: str, named: Iterable[Named]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for one in named:
        if one.name in found:
            raise contradiction(f"two {what}s are called {one.name!r}.", "give each document its own name")
        found[one.name] = one
    return found


def _service(service: Service, view: ServiceView | None) -> AppChange:
    if view is None:
        return AppChange(what="service", name=service.name, action="create")
    was, becomes = service_document(check_service(view.service)), service_document(service)
    found = _differences(was, becomes, view.service.demand, service.demand)
    action: Action = "change" if found else "keep"
    return AppChange(what="service", name=service.name, action=action, id=view.id, state=view.state, differences=found)


def _job(demand: Demand, run: Job | None) -> AppChange:
    if run is None:
        return AppChange(what="job", name=demand.name, action="create")
    was = check(run.demand)
    found = _differences(document_from(was), document_from(demand), was, demand)
    ended_badly = run.state in JOB_FINAL - {"done"}
    action: Action = "change" if found else "again" if ended_badly else "keep"
    return AppChange(what="job", name=demand.name, action=action, id=run.id, state=run.state, differences=found)


def _stop(what: str, name: str, found: str, state: str) -> AppChange:
    return AppChange(what="service" if what == "service" else "job", name=name, action="stop", id=found, state=state)


def _differences(was: Document, becomes: Document, old: Demand, new: Demand) -> tuple[Difference, ...]:
    """Of the documents, key by key, and of the files' content."""
    before, after = dict(_flat(_bare(was))), dict(_flat(_bare(becomes)))
    before |= {f"files.{path}": sha256[:12] for path, sha256 in _content(old).items()}
    after |= {f"files.{path}": sha256[:12] for path, sha256 in _content(new).items()}
    places = dict.fromkeys((*before, *after))
    pairs = ((place, before.get(place, ""), after.get(place, "")) for place in places)
    return tuple(Difference(place=place, was=a, becomes=b) for place, a, b in pairs if a != b)


def _bare(document: Document) -> Document:
    """Without what is compared by content."""
    return {key: value for key, value in document.items() if key != "files"}


def _content(demand: Demand) -> dict[str, str]:
    own = {item.file.path: item.file.sha256 for item in demand.items if item.file is not None}
    return own | {file.path: file.sha256 for file in demand.files}


def _flat(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _flat(part, f"{place}.{key}" if place else str(key))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        yield place, ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    else:
        yield place, "" if value is None else str(value)


def settled(changes: AppChanges) -> AppChanges:
    """The same without what would be decided, to hold two looks against each other."""
    return structs.replace(changes, items=tuple(structs.replace(c, taken=None, state="") for c in changes.items))
