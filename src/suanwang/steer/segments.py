"""Segment lists: the fewest SIDs that pin a way, packed into addresses as NEXT-C-SID (RFC 9800) allows, and the bytes it saves.

a way        1 > 2 > 5 > 7                     routers
SIDs         0500 0700                         16-bit numbers; two of them, (router, d000 + neighbour), for one link
a carrier    fcbb:bb00:0500:0700:0102:e001::   the block, then up to six of them; the first router shifts its own out
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address

from suanwang.model.network import Network
from suanwang.steer.address import ADJACENT, BLOCK, CARRIER, TAKE_OUT, number_of
from suanwang.steer.interior import next_hops

IPV6_BYTES, SRH_BYTES, SEGMENT_BYTES = 40, 8, 16


def pin(network: Network, routers: Sequence[int], *, strictly: bool = False) -> tuple[int, ...]:
    """The fewest SIDs that make packets take exactly this way, given the routing protocol's; without the headend's own. They
    end with the last router, unless the protocol's own way is it: then there are none.

    strictly: link by link, so that packets take no other way either when the protocol's changes; they are lost, rather."""
    towards, numbers, at = next_hops(network), list[int](), 0
    while at < len(routers) - 1:
        reach = at if strictly else _reach(towards, routers, at)
        if reach == at:  # the protocol does not take this link
            numbers += [*_here(numbers, routers[at]), ADJACENT + routers[at + 1]]
            at += 1
        elif reach == len(routers) - 1 and not numbers:
            return ()
        else:
            at = reach
            numbers.append(number_of(routers[at]))
    return tuple(numbers)


def _here(numbers: list[int], router: int) -> list[int]:
    """A link is named by its router and its function; a router that was just named is not repeated."""
    return [] if numbers and numbers[-1] == number_of(router) else [number_of(router)]


def _reach(towards: Mapping[int, Mapping[int, int]], routers: Sequence[int], at: int) -> int:
    """The furthest router on the way that the protocol reaches from this one along the way."""
    best = at
    for end in range(at + 1, len(routers)):
        if any(towards.get(routers[i], {}).get(routers[end]) != routers[i + 1] for i in range(at, end)):
            break
        best = end
    return best


def _grouped(numbers: Sequence[int]) -> list[tuple[int, ...]]:
    """A router or node together with what it is to do: these are never parted."""
    found: list[tuple[int, ...]] = []
    for number in numbers:
        if number >= TAKE_OUT and found and len(found[-1]) == 1:
            found[-1] = (*found[-1], number)
        else:
            found.append((number,))
    return found


def carriers(numbers: Sequence[int]) -> tuple[str, ...]:
    """Addresses in the order of travel that hold these SIDs, six at most in each."""
    packed: list[list[int]] = []
    for group in _grouped(numbers):
        if not packed or len(packed[-1]) + len(group) > CARRIER:
            packed.append([])
        packed[-1] += group
    return tuple(_address(part) for part in packed)


def _address(numbers: Sequence[int]) -> str:
    value = BLOCK << 96
    for at, number in enumerate(numbers):
        value |= number << (80 - 16 * at)
    return str(IPv6Address(value))


def header_bytes(segments: int) -> int:
    """Of an outer header (H.Encaps.Red, RFC 8986 5.2): the first segment stands in the destination, the others in an SRH."""
    return 0 if not segments else IPV6_BYTES + (SRH_BYTES + SEGMENT_BYTES * (segments - 1) if segments > 1 else 0)


def bytes_saved(numbers: Sequence[int]) -> tuple[int, int]:
    """(bytes of the outer header with a full address for each segment, with carriers)."""
    return header_bytes(len(_grouped(numbers))), header_bytes(len(carriers(numbers)))
