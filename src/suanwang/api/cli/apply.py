"""`suan apply`: what the files say beside what runs, the difference shown, and after a yes carried out, least first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli import exits
from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import DryRun, Json
from suanwang.model.fault import ConflictFault, UsageFault

if TYPE_CHECKING:
    from suanwang.api.cli.package import Package, ServicePackage
    from suanwang.api.client import Client
    from suanwang.model.app import AppChange, AppChanges
    from suanwang.model.demand import Demand
    from suanwang.model.job import Job
    from suanwang.model.plan import Plan, Refusal


def apply(
    ctx: typer.Context,
    file: Annotated[list[str] | None, typer.Option("--file", "-f", metavar="FILE|FOLDER")] = None,
    app: Annotated[str, typer.Option("--app", "-a")] = "",
    remove: Annotated[bool, typer.Option("--remove")] = False,
    wait: Annotated[str, typer.Option("--wait")] = "60s",
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", "-y")] = False,
    json: Json = False,
) -> int:
    from suanwang.api.cli.package import package_app
    from suanwang.model.quantity import duration_s

    door: Door = ctx.obj
    files = [Path(name) for name in file or ()]
    if bool(files) == remove:
        raise UsageFault("SUAN-U024", "suan apply takes files, or --remove and the name of an app", "suan apply -f shop.yaml")
    name = app or _name(files)
    services, jobs = ((), ()) if remove else package_app(files, name)
    with door.client() as client:
        return _Applying(door, client, name, services, jobs).run(duration_s(wait, "wait"), dry_run=dry_run, yes=yes, json=json)


def _name(files: Sequence[Path]) -> str:
    """Of the app, if it is not said: that of the one file or folder."""
    if len(files) != 1:
        raise UsageFault(
            "SUAN-U024", "with more than one file, and with --remove, the app must be named", "suan apply --app shop"
        )
    path = files[0].resolve()
    return path.name if path.is_dir() else path.stem


class _Applying:
    """One app, as its files have it, before one brain."""

    def __init__(
        self, door: Door, client: Client, app: str, services: Sequence[ServicePackage], jobs: Sequence[Package]
    ) -> None:
        self.door, self.client, self.app = door, client, app
        self.services = {packed.service.name: packed for packed in services}
        self.jobs = {packed.demand.name: packed for packed in jobs}
        self.said = (services, jobs)

    def run(self, wait_s: float, *, dry_run: bool, yes: bool, json: bool) -> int:
        """The exit code."""
        from suanwang.api.render.apply import changes_page

        changes = self.rehearsed(self.look())
        if not json:
            self.door.show(changes_page(self.door.words, changes))
        impossible = self.impossible(changes)
        if dry_run or impossible or not changes.any:
            if json:
                self.door.json(changes)
            return exits.NO_PLACE if impossible else 0
        if not yes and not self.accepted():
            return exits.FAILED
        self.unchanged(changes)
        missed = [change for change in changes.items if not self.carry_out(change, wait_s)]
        if json:
            self.door.json(self.look())
        self.door.say(self.door.words("apply.done", app=self.app) if not missed else
                      self.door.words("apply.missed", names=", ".join(change.name for change in missed)))  # fmt: skip
        return exits.FAILED if missed else 0

    def look(self) -> AppChanges:
        """What has to be done now."""
        from suanwang.intent.apply import difference

        services, jobs = self.said
        user = self.client.account().user
        there = [view for view in self.client.services().items if view.user == user]
        runs = [job for job in self.all_jobs() if job.user == user]
        return difference(self.app, (p.service for p in services), (p.demand for p in jobs), there, runs)

    def all_jobs(self) -> Iterable[Job]:
        """Of the app, newest first."""
        cursor = ""
        while True:
            page = self.client.jobs(limit=1000, cursor=cursor, app=self.app)
            yield from page.items
            if not (cursor := page.next):
                return

    def rehearsed(self, changes: AppChanges) -> AppChanges:
        """With what the brain would decide now of each service and job that is to run."""
        from msgspec import structs

        def asked(change: AppChange) -> AppChange:
            if change.action not in ("create", "change", "again"):
                return change
            if change.what == "service":
                return structs.replace(change, taken=self.would_serve(change.name))
            return structs.replace(change, taken=self.would(self.jobs[change.name].demand, _key(self.app, change)))

        return structs.replace(changes, items=tuple(map(asked, changes.items)))

    def would(self, demand: Demand, key: str) -> Plan | Refusal | None:
        answer = self.client.dry_run(demand, f"dry-{key}")
        return answer.plan or answer.refusal

    def would_serve(self, name: str) -> Plan | Refusal | None:
        """Of the first instance that has no place, else of the first."""
        from suanwang.api.cli.serve import would
        from suanwang.model.plan import Refusal

        taken = would(self.door, self.client, self.services[name].service).taken
        return next((one for one in taken if isinstance(one, Refusal)), taken[0] if taken else None)

    def impossible(self, changes: AppChanges) -> bool:
        """A service that no node can ever take, or a job that none can take now; where services change as well it may be one
        that waits for them."""
        from suanwang.model.plan import Refusal

        moving = any(change.what == "service" and change.action != "keep" for change in changes.items)
        refused = [(change.what, taken) for change in changes.items if isinstance(taken := change.taken, Refusal)]
        return any(not moving or (what == "service" and not taken.passing) for what, taken in refused)

    def accepted(self) -> bool:
        """Asked on a terminal; without one, nothing is done that was not accepted beforehand."""
        if not self.door.live:
            raise UsageFault("SUAN-U160", "nobody is there to accept the changes", "suan apply --yes ...")
        return typer.confirm(self.door.words("apply.accept"), err=True)

    def unchanged(self, shown: AppChanges) -> None:
        """What was accepted is still what has to be done."""
        from suanwang.intent.apply import settled

        if settled(self.look()) != settled(shown):
            raise ConflictFault("SUAN-U161", f"the app {self.app!r} changed after the changes were shown", "suan apply again")

    def carry_out(self, change: AppChange, wait_s: float) -> bool:
        """Whether it is as it should be after that."""
        if change.action == "keep":
            return True
        if change.action == "stop":
            return self.stop(change)
        return self.serve(change, wait_s) if change.what == "service" else self.submit(change)

    def serve(self, change: AppChange, wait_s: float) -> bool:
        from suanwang.api.cli.serve import sent, up

        door, packed = self.door, self.services[change.name]
        shown = up(door, self.client, sent(door, self.client, packed), wait_s)
        door.say(door.words("apply.service", name=change.name, state=door.words.get(f"state.{shown.state}", shown.state)))
        return shown.state in ("up", "idle")

    def submit(self, change: AppChange) -> bool:
        """An older run that has not ended makes way."""
        from suanwang.api.cli.run import send
        from suanwang.model.job import JOB_FINAL

        door, packed, key = self.door, self.jobs[change.name], _key(self.app, change)
        send(door, self.client, packed, True)
        if change.action == "change" and change.state not in JOB_FINAL:
            self.client.cancel(change.id, f"stop-{key}")
        job = self.client.submit(packed.demand, key)
        door.say(door.words("apply.job", name=change.name, job=job.id, state=door.words.get(f"state.{job.state}", job.state)))
        return job.state != "refused"

    def stop(self, change: AppChange) -> bool:
        if change.what == "service":
            self.client.withdraw(change.id)
        else:
            self.client.cancel(change.id, f"stop-{change.id}")
        self.door.say(self.door.words("apply.stopped", name=change.name))
        return True


def _key(app: str, change: AppChange) -> str:
    """The same for two who apply the same change to the same last run: it is made once."""
    said = "\n".join((app, change.what, change.name, change.id, *(f"{d.place}={d.becomes}" for d in change.differences)))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
