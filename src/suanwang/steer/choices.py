"""What new flows of a service are given to contacts by, as a value that a kernel can hold: a price list where each is chosen
for, and weights where they are dealt."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from suanwang.model.steering import Served
from suanwang.steer.choose import Listed
from suanwang.steer.columns import Floats
from suanwang.steer.routes import Grouped

SERVICES, CONTACTS = 256, 64
"""At most so many services, and contacts of each, are chosen among; others are left to their groups."""


class Choice(NamedTuple):
    """How new flows of one service are given to contacts. address: its CS-ID. group: of next hops. contacts: id, next hop,
    weight. prices: a row for each contact and a column for each step of flows under way >> shift, ms, infinite for one that
    gets none; None: they are dealt by weight."""

    address: str
    group: int
    contacts: tuple[tuple[str, int, float], ...]
    prices: Floats | None = None
    shift: int = 0


def chosen(services: Iterable[Served]) -> frozenset[str]:
    """Those whose flows are chosen for: the first by id, of few enough contacts."""
    return frozenset(sorted(one.id for one in services if 0 < len(one.contacts) <= CONTACTS)[:SERVICES])


def choices(
    groups: Iterable[Grouped], weights: Mapping[str, Mapping[str, int]], lists: Mapping[str, Listed], ids: frozenset[str]
) -> tuple[Choice, ...]:
    """Of the services with these ids, where a group stands."""
    return tuple(_choice(one, weights.get(one.served.id, {}), lists.get(one.served.id)) for one in groups
                 if one.group and one.served.id in ids)  # fmt: skip


def _choice(one: Grouped, weights: Mapping[str, int], listed: Listed | None) -> Choice:
    contacts = tuple((contact.id, hop, float(weights.get(contact.id, 0))) for contact, hop, _ in one.members)
    if listed is None:
        return Choice(one.served.cs_id, one.group, contacts)
    rows = listed.rows[[listed.ids.index(id) for id, _, _ in contacts]]
    return Choice(one.served.cs_id, one.group, contacts, rows, listed.shift)
