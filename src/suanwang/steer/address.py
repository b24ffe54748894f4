"""The plan of addresses: one number per router and node, from which every prefix, SID and link address follows.

    number     16 bits: router << 8 | k        k = 0 the router itself, 1-255 the nodes behind it
    locator    fcbb:bb00:NUMBER::/48           uN of the router or node (RFC 9800, block of 32 bits, NEXT-C-SID of 16)
    SID        fcbb:bb00:NUMBER:FUNCTION::/64  e000 + i: instance i; d000 + m: the neighbour router m; c000: take out, look up
    unicast    fd00:0:NUMBER::/48              ::1 the router or node itself, 0:0:NUMBER:i::1 its instance i
    access     fd10:0:ROUTER<<8|a::/64         ::1 the router, others the users
    plant      fd20:0:ROUTER<<8|k::/64         the plain network of a link to a site's machine, before it is a node: ::1, ::2
    link       fe80::NUMBER                    on every interface of a router or node

All that is behind router r lies in one prefix of each kind, so that a node that joins changes no route elsewhere.
"""

from ipaddress import IPv6Address

BLOCK = 0xFCBBBB00
BLOCK_PREFIX = "fcbb:bb00::/32"
UNICAST = 0xFD00
ACCESS = 0xFD10
PLANT = 0xFD20
INSTANCE, ADJACENT, TAKE_OUT = 0xE000, 0xD000, 0xC000
CARRIER = 6
"""16-bit SIDs that fit behind the block in one address."""


def number_of(router: int, behind: int = 0) -> int:
    """The number of a router, or of the node `behind` it (1-255)."""
    return router << 8 | behind


def router_of(number: int) -> int:
    """The router that a router's or node's number is behind."""
    return number >> 8


def locator(number: int) -> str:
    """uN prefix of one router or node, a /48."""
    return f"{_text(BLOCK << 96 | number << 80)}/48"


def locators(router: int) -> str:
    """Of a router and all nodes behind it, a /40."""
    return f"{_text(BLOCK << 96 | router << 88)}/40"


def sid(number: int, function: int) -> str:
    """Prefix of one function on a router or node, a /64."""
    return f"{_text(BLOCK << 96 | number << 80 | function << 64)}/64"


def home(number: int) -> str:
    """The router's or node's own address."""
    return contact(number, 0)


def contact(number: int, instance: int) -> str:
    """Address of an instance on a node (CSCI-ID); instance 0 is the node itself."""
    return _text(UNICAST << 112 | number << 80 | instance << 64 | 1)


def unicast(number: int) -> str:
    """Of one router or node and all its instances, a /48."""
    return f"{_text(UNICAST << 112 | number << 80)}/48"


def unicasts(router: int) -> str:
    """Of a router and all nodes behind it, a /40."""
    return f"{_text(UNICAST << 112 | router << 88)}/40"


def access(router: int, number: int) -> str:
    """Prefix of an access network, a /64."""
    return f"{_text(ACCESS << 112 | router << 88 | number << 80)}/64"


def accesses(router: int) -> str:
    """Of all access networks behind a router, a /40."""
    return f"{_text(ACCESS << 112 | router << 88)}/40"


def user(router: int, number: int, host: int) -> str:
    """A host in an access network; 1 is the router."""
    return _text(ACCESS << 112 | router << 88 | number << 80 | host)


def plant(router: int, slot: int) -> str:
    """Prefix of the plain network between a router and one machine of its site, a /64; ::1 the router, ::2 the machine."""
    return f"{_text(PLANT << 112 | router << 88 | slot << 80)}/64"


def plants(router: int) -> str:
    """Of all those behind a router, a /40."""
    return f"{_text(PLANT << 112 | router << 88)}/40"


def machine(router: int, slot: int, host: int = 2) -> str:
    """The machine's address in its plain network; host 1 is the router."""
    return _text(PLANT << 112 | router << 88 | slot << 80 | host)


def link_local(number: int) -> str:
    """On every interface of a router or node."""
    return _text(0xFE80 << 112 | number)


def _text(value: int) -> str:
    return str(IPv6Address(value))
