"""Why a node cannot take a demand: the rule that says no, with the numbers; words are put to it at the doors."""

import msgspec


class Reason(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """rule: its name, a key of the catalogue ("reason.<rule>"). need, have: what was asked and what there is, readable.

    gap: how far off, in `unit`; 0 where distance has no meaning. passing: true if waiting may cure it (a full node).
    """

    rule: str
    need: str
    have: str
    gap: float = 0.0
    unit: str = ""
    passing: bool = False
