"""What a trial is asked to do, as a value that goes to another process: heavy work is done there, not in the brain's.

Nothing heavy is imported here, since the doors of the running brain import it.
"""

import msgspec

from suanwang.brain import commands
from suanwang.brain.commands import Act
from suanwang.model.fault import ConflictFault
from suanwang.model.network import Network
from suanwang.model.serving import Service
from suanwang.model.trial import Broken, ReplayAsk, Trial, TrialAsk

LIMIT_S = 100.0
"""A trial gives up after so long."""
SHOWN = 5


class Publish(msgspec.Struct, frozen=True, kw_only=True, tag="publish"):
    """A service, or a newer version of one. public_key: hex."""

    user: str
    service: Service
    public_key: str

    def act(self) -> Act:
        return commands.publish(self.user, self.service, self.public_key, "")


class Withdraw(msgspec.Struct, frozen=True, kw_only=True, tag="withdraw"):
    name: str
    user: str
    operator: bool

    def act(self) -> Act:
        return commands.withdraw(self.name, self.user, self.operator)


class Leave(msgspec.Struct, frozen=True, kw_only=True, tag="leave"):
    node_id: str

    def act(self) -> Act:
        return commands.leave(self.node_id)


class Tell(msgspec.Struct, frozen=True, kw_only=True, tag="tell"):
    network: Network

    def act(self) -> Act:
        return commands.tell_network(self.network)


Doing = Publish | Withdraw | Leave | Tell
"""What somebody is about to do to the running brain, and rehearses."""


class Try(msgspec.Struct, frozen=True, kw_only=True, tag="try"):
    """known: brain.trial.known.Known, packed. reader: a user, who sees the names of nobody else's; None sees all."""

    known: bytes
    ask: TrialAsk
    doing: tuple[Doing, ...] = ()
    reader: str | None = None


class Again(msgspec.Struct, frozen=True, kw_only=True, tag="again"):
    """A replay; the events come after this. now: seconds since 1970."""

    ask: ReplayAsk
    now: float


Work = Try | Again


def refuse_broken(trial: Trial, reader: str | None = None) -> None:
    """ConflictFault SUAN-U132 with the evidence, if something promised would be broken. reader: see Try."""
    if trial.broken:
        shown = tuple(_shown(one, reader) for one in trial.broken[:SHOWN])
        more = f"; and {len(trial.broken) - SHOWN} more" if len(trial.broken) > SHOWN else ""
        todo = "suan twin try CHANGE shows all that would be different"
        raise ConflictFault("SUAN-U132", "; ".join(map(_line, shown)) + more, todo, shown)


def _shown(one: Broken, reader: str | None) -> Broken:
    """Others' names are not told."""
    return one if reader in (None, one.user) else msgspec.structs.replace(one, name="", user="")


def _line(one: Broken) -> str:
    return f"{one.kind} {one.name or 'of another user'}: {one.why}" + (f" ({one.code})" if one.code else "")
