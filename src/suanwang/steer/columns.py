"""What a path selector knows, as columns: one entry for each contact of all services, so that one law serves one or 100,000.

    service   aa          bb       ...
    contact   c1  c2  c3  c1  c2         sorted by id: the order in which they were told changes nothing
    weight    256 90  1   80  256
    in_flight 4.  2.  0.  1.  1.

An entry keeps what it knows while contacts beside it come and go.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from suanwang.model.steering import Contact, End, Served
from suanwang.steer.address import router_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NEVER = -1e18


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Which entry is whose. ids: contacts, entry by entry. held: services with contacts, in order of their entries.

    starts: the first entry of each of them. owner: of each entry, the number of its service in `held`. ends: where the policy
    to the contact leads. servers: requests that it works on at a time. room: its part of its service by its speed. given: the
    brain's weight, 0 if it gave none. barred: it gave the others some.
    """

    services: tuple[Served, ...]
    held: tuple[Served, ...]
    ids: tuple[str, ...]
    index: Mapping[str, int]
    starts: Ints
    owner: Ints
    ends: tuple[End, ...]
    speed: Floats
    servers: Ints
    room: Floats
    given: Floats
    barred: Bools
    draining: Bools


class Known(NamedTuple):
    """One row for each thing remembered of a contact. Times are seconds of the caller's clock, NEVER if it has not happened.

    weight: what was last given out, 0-256. busy: the part of its time that follows from it. total: the load of its service.
    in_flight, before: mean requests in flight as last told, and the time before; calm: smoothed; peak: the most of late;
    heard_at, before_at: when they were. probed_at: when this selector last measured it. unit_ms, told_ms: time of one
    request, smoothed: as this selector saw it, and as it follows from what was told. usual, flows: in flight, and new flows a
    second of its service, summed up over seconds with the weight learnt. price: its toll, as last found, ms. part: what
    comes from here of all that it is given; sent: flows a second; own: flows under way from here, over
    seconds; kept_ms: for how long, when their request is over. well, reached: 1 if its own
    checks, and this selector's, pass.
    """

    weight: Floats
    busy: Floats
    total: Floats
    in_flight: Floats
    before: Floats
    calm: Floats
    peak: Floats
    heard_at: Floats
    before_at: Floats
    probed_at: Floats
    unit_ms: Floats
    told_ms: Floats
    usual: Floats
    flows: Floats
    learnt: Floats
    price: Floats
    part: Floats
    sent: Floats
    own: Floats
    kept_ms: Floats
    well: Floats
    reached: Floats


_NEW = {"heard_at": NEVER, "before_at": NEVER, "probed_at": NEVER, "well": 1.0, "reached": 1.0}
_BLANK = np.array([_NEW.get(name, 0.0) for name in Known._fields])


def laid(services: tuple[Served, ...]) -> Layout:
    """The entries of these services. A contact's id is unique among all services."""
    held = tuple(sorted((one for one in services if one.contacts), key=lambda one: one.id))
    contacts = [contact for one in held for contact in _in_order(one)]
    sizes = np.array([len(one.contacts) for one in held], np.int64)
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)[:-1])) if held else np.zeros(0, np.int64)
    owner = np.repeat(np.arange(len(held)), sizes)
    speed = np.maximum(np.array([contact.speed for contact in contacts], float), 1e-9)
    given = np.array([weight for one in held for weight in _given(one)], float)
    told = (_sums(given, starts) > 0)[owner] if held else np.zeros(0, np.bool_)
    return Layout(
        services=services,
        held=held,
        ids=tuple(contact.id for contact in contacts),
        index={contact.id: i for i, contact in enumerate(contacts)},
        starts=starts,
        owner=owner,
        ends=tuple((router_of(contact.locator), one.color) for one in held for contact in _in_order(one)),
        speed=speed,
        servers=np.maximum(1, np.array([contact.servers for contact in contacts], np.int64)),
        room=parts(speed, starts, owner),
        given=given,
        barred=told & (given == 0),
        draining=np.array([contact.draining for contact in contacts], np.bool_),
    )


def blank(entries: int) -> Floats:
    """Nothing known, of so many contacts: one row for each field of Known."""
    return np.repeat(_BLANK[:, None], entries, axis=1)


def moved(state: Floats, old: Layout, new: Layout) -> Floats:
    """What is known, entry by entry of the new layout; contacts that are no more are forgotten."""
    fresh = blank(len(new.ids))
    pairs = [(i, old.index[one]) for i, one in enumerate(new.ids) if one in old.index]
    if pairs:
        to, where = (np.array(side) for side in zip(*pairs, strict=True))
        fresh[:, to] = state[:, where]
    return fresh


def parts(amounts: Floats, starts: Ints, owner: Ints) -> Floats:
    """Each amount as a part of its service's sum; all zero where the sum is zero."""
    if not len(starts):
        return amounts
    sums = _sums(amounts, starts)
    return amounts / np.where(sums > 0, sums, 1.0)[owner]


def sums(amounts: Floats, layout: Layout) -> Floats:
    """Over the contacts of each service: one for each of `held`."""
    return _sums(amounts, layout.starts)


def _sums(amounts: Floats, starts: Ints) -> Floats:
    return np.add.reduceat(amounts, starts) if len(starts) else amounts


def _in_order(one: Served) -> list[Contact]:
    return sorted(one.contacts, key=lambda contact: contact.id)


def _given(one: Served) -> list[float]:
    """The brain's weights in order of contact ids; one that it does not name gets none."""
    weights = dict(one.weights)
    return [float(weights.get(contact.id, 0)) for contact in _in_order(one)]
