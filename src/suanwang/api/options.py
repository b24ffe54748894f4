"""What `suan up`, `suan join` and `suan leave` were asked to do: flags, read and checked, before anything is started."""

import msgspec

from suanwang.model.node import Offer

PORT = 7420
CREDIT = 0.25
"""Of what is charged while an intent is missed, if the operator says nothing else: an assumption, shown before acceptance."""
PRICE_MICRO_PER_TFUEL = 30_000
"""0.03 CNY for a Tfuel, where the provider names no price: about 0.3 CNY for an hour of a core that burns 2.5 Gfuel/s."""


class NodeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says about its machine. Empty, 0 or None means: measure it, or take the default.

    city: a gazetteer name ("" means shenzhen). offer: None means the default price. carbon_g_kwh: grid intensity;
    pue: at least 1; cap: share of each core that is lent, above 0, at most 1; cpu_milli, memory_bytes: what is lent out, 0
    means all there is; access_ms: round trip from the site's gateway, added to every estimate. cooling: of world/pue.py, "" for
    not told; embodied_g: gCO2e of making the machine; wake_s: it may be put at rest, and takes so long to wake; price_at:
    (first hour, hour after the last, millionths for a Tfuel), in hours of the day where the machine stands.
    """

    name: str = ""
    city: str = ""
    tier: str = ""
    offer: Offer | None = None
    carbon_g_kwh: float | None = None
    pue: float | None = None
    cap: float = 1.0
    cpu_milli: int = 0
    memory_bytes: int = 0
    access_ms: float | None = None
    cooling: str = ""
    embodied_g: float = 0.0
    price_at: tuple[tuple[int, int, int], ...] = ()
    wake_s: float = 0.0


class UpOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Start a brain, and unless `with_node` is false an agent beside it. folder: state folder, absolute or relative to the
    working directory. log: address of a PostgreSQL database for log and files, "" for files in the folder. key: file of the
    brain's key, "" for one in the folder. lang: "en" or "zh". plain:
    HTTP without TLS. svid_s: life of the certificates that the brain issues, itself included, in seconds. network: file with
    the JSON of a model.network.Network, told to the brain when it starts; "" for none. dns: port of a name server for
    services, 0 for none. credit: of what is charged while an intent is missed, the part that is given back, 0-1."""

    host: str = "127.0.0.1"
    port: int = PORT
    folder: str = ".suan"
    log: str = ""
    key: str = ""
    with_node: bool = True
    node: NodeOptions = NodeOptions()
    lang: str = "en"
    plain: bool = False
    svid_s: float = 86400.0
    network: str = ""
    dns: int = 0
    credit: float = CREDIT


class JoinOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Make this machine a node of the brain at `url` ("" means the client configuration's). token: a join token, "" if the
    folder already knows its brain. forwarder: as the agent on a router, which takes no work."""

    url: str = ""
    token: str = ""
    folder: str = ".suan"
    node: NodeOptions = NodeOptions()
    lang: str = "en"
    forwarder: bool = False


class LeaveOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Take the node whose state is in `folder` out of its network, after the work that it has is done or given back. rehearse:
    only if nothing promised would be broken by it."""

    folder: str = ".suan"
    lang: str = "en"
    rehearse: bool = False
