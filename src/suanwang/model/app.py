"""What has to change so that what runs is what the files say: `suan apply`."""

from typing import Literal

import msgspec

from suanwang.model.plan import Plan, Refusal

Action = Literal["create", "change", "again", "stop", "keep"]
"""again: it is the same job, and its last run did not end well. keep: it is there, as it was asked for."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """place: with dots, as errors name it ("limits.latency"). was, becomes: as a file has it, "" for nothing."""

    place: str
    was: str
    becomes: str


class AppChange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of an app. id: of what is there, "" for nothing. state: of that. taken: what would be decided of it now; of a
    service, of its first instance, or of the first that has no place."""

    what: Literal["service", "job"]
    name: str
    action: Action
    id: str = ""
    state: str = ""
    differences: tuple[Difference, ...] = ()
    taken: Plan | Refusal | None = None


class AppChanges(msgspec.Struct, frozen=True, kw_only=True):
    """All of an app, in the order in which it is done: services, then jobs, then what is stopped."""

    app: str
    items: tuple[AppChange, ...]

    @property
    def any(self) -> bool:
        """Whether anything is not as it should be."""
        return any(change.action != "keep" for change in self.items)
