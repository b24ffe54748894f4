"""What a node and its brain say to each other over the one connection that the node keeps; see docs/security.md."""

import msgspec

from suanwang.model.view import Acknowledged, Report


class Tell(msgspec.Struct, frozen=True, kw_only=True, tag="tell", forbid_unknown_fields=True):
    """The node reports. number: rises with each; a report that holds outcomes or gives orders back is answered under it."""

    number: int
    report: Report


class Told(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """The brain has heard the report of this number, and what was in it is safe or refused for good."""

    number: int
    acknowledged: Acknowledged


class Wished(msgspec.Struct, frozen=True, kw_only=True, tag="wished"):
    """A newer desired state. body: JSON of a DesiredState; statement: the brain's, signed, about exactly these bytes."""

    statement: str
    body: bytes


class Steer(msgspec.Struct, frozen=True, kw_only=True, tag="steer"):
    """What a forwarder is to follow from now on. body: JSON of a Steering; statement: the brain's, signed, about these
    bytes."""

    statement: str
    body: bytes


class Wrong(msgspec.Struct, frozen=True, kw_only=True, tag="wrong"):
    """The report of this number was refused, as a problem document would say it."""

    number: int
    code: str
    why: str
    todo: str = ""


FromBrain = Told | Wished | Steer | Wrong
