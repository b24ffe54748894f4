"""An input that lives elsewhere: where, how much of it there is, and what is asked for a copy that leaves."""

import msgspec

from suanwang.model.where import Place


class Data(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Exactly one of place, site (by name) and node (by name) says where it is. The task itself reads it; it is not carried by
    the brain.

    egress_micro_per_gb: millionths that its holder bills for 10^9 bytes that leave; None: what the nodes there ask.
    """

    size_bytes: int
    place: Place | None = None
    site: str = ""
    node: str = ""
    egress_micro_per_gb: int | None = None
