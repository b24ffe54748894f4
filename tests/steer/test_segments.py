"""Segment lists: packets that carry them take exactly the way that they pin; nothing is packed so that it cannot be read."""

import itertools
from ipaddress import IPv6Address

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steer.nets import networks

from suanwang.model.network import Network
from suanwang.steer.address import ADJACENT, BLOCK, INSTANCE, number_of
from suanwang.steer.interior import way
from suanwang.steer.paths import shortest
from suanwang.steer.segments import bytes_saved, carriers, header_bytes, pin


def unpacked(addresses: tuple[str, ...]) -> list[int]:
    numbers: list[int] = []
    for address in addresses:
        value = int(IPv6Address(address))
        assert value >> 96 == BLOCK
        numbers += [n for at in range(6) if (n := value >> (80 - 16 * at) & 0xFFFF)]
    return numbers


@given(networks(7), st.data())
@settings(max_examples=100, deadline=None)
def test_the_protocols_own_way_needs_no_segments_and_any_other_is_pinned(network: Network, data: st.DataObject) -> None:
    a, b = data.draw(st.permutations([r.number for r in network.routers]))[:2]
    own = way(network, a, b)
    assert own is not None and pin(network, own) == ()
    avoided = [(min(p), max(p)) for p in itertools.pairwise(own)][:1]
    other = shortest(network, a, b, avoid_links=avoided)
    if other is not None:
        assert other.segments and len(other.segments) <= 2 * len(other.routers)


numbers = st.lists(
    st.one_of(
        st.integers(1, 191).map(lambda r: (number_of(r),)),
        st.tuples(st.integers(1, 191).map(number_of), st.integers(1, 191).map(lambda m: ADJACENT + m)),
        st.tuples(st.integers(1, 191).map(lambda r: number_of(r, 3)), st.integers(1, 4095).map(lambda i: INSTANCE + i)),
    ),
    min_size=1,
    max_size=12,
)


@given(numbers)
def test_what_is_packed_is_what_comes_out_and_no_pair_is_parted(groups: list[tuple[int, ...]]) -> None:
    flat = tuple(n for group in groups for n in group)
    packed = carriers(flat)
    assert unpacked(packed) == list(flat)
    for address in packed:
        assert unpacked((address,))[0] < 0xC000, "a carrier begins with a router or node"
    assert len(packed) <= -(-len(flat) // 5)


def test_bytes_on_the_wire() -> None:
    """RFC 8986 5.2 and RFC 8754: the first segment stands in the destination address; an SRH has 8 bytes and 16 for each
    other."""
    assert [header_bytes(n) for n in (0, 1, 2, 4)] == [0, 40, 64, 96]
    assert bytes_saved((0x0400, 0x0800, 0x0801, 0xE001)) == (80, 40)
    assert bytes_saved((0x0801, 0xE001)) == (40, 40)
