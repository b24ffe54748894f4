"""The anchor: a pair of interfaces that is always up, for SIDs and encapsulating next hops to stand on (steer.routes)."""

from suanwang.drivers.kernel.links import Links
from suanwang.steer.routes import ANCHOR, ANCHOR_LOCAL, ANCHOR_PAIR, PAIR_LOCAL

MTU = 9000


def anchor(links: Links) -> None:
    """Make it where it is not there. KernelFault SUAN-K003."""
    if any(link.name == ANCHOR for link in links.names()):
        return
    links.veth(ANCHOR, ANCHOR_PAIR, mtu=MTU)
    for name, own in ((ANCHOR, ANCHOR_LOCAL), (ANCHOR_PAIR, PAIR_LOCAL)):
        links.addr_gen_none(name)
        links.up(name)
        links.link_local(name, own)
