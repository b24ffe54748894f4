"""What a node may say of itself when it joins, and what the brain takes from elsewhere: its id, its owner, its trust."""

from collections.abc import Iterator

import msgspec

from suanwang.api.callers import Caller
from suanwang.model.demand import TRUST_LEVELS
from suanwang.model.fault import AuthorityFault, UsageFault
from suanwang.model.network import Network
from suanwang.model.node import Accelerator, Node
from suanwang.model.quantity import LEDGER_CURRENCY
from suanwang.world.pue import COOLINGS

TIERS = ("cloud", "edge", "far-edge", "device")
ENTRIES_MAX = 256
DEVICE_FILES_MAX = 64


def admitted(node: Node, caller: Caller, owner: str, trust: str) -> Node:
    """The node as the brain takes it in: id and key as signed, owner and trust from the token, the rest its own word.

    AuthorityFault SUAN-A043 if it is not the caller, UsageFault SUAN-U070 if it says what cannot be.
    """
    if caller.signed is None or (node.id, node.public_key) != (caller.node_id, caller.signed.public_key):
        raise AuthorityFault(
            "SUAN-A043", "the node's id is not that of the key that signed the request", "suan join, with the key in its folder"
        )
    bad = [*_numbers(node), *_words(node)]
    if bad:
        raise UsageFault("SUAN-U070", f"the node's particulars cannot be: {', '.join(bad)[:300]}", "suan meter; suan join ...")
    return msgspec.structs.replace(node, owner=owner, trust=trust or TRUST_LEVELS[0])


def standing(node: Node, role: str, router: str, network: Network) -> Node:
    """The node where the operator's token says that it stands: at a router's site, or as the agent on a router. AuthorityFault
    SUAN-A046 if it says itself that it is a forwarder and the token does not, or the other way round."""
    if node.role != (role or "compute"):
        why = f"it joins as {node.role}, but its token is for {role or 'compute'}"
        raise AuthorityFault("SUAN-A046", why, "suan token make --kind join --router NAME --forwarder")
    number = int(router or 0)
    behind = next((r for r in network.routers if r.number == number), None)
    site = msgspec.structs.replace(node.site, name=behind.site) if behind and behind.site else node.site
    return msgspec.structs.replace(node, router=number, site=site)


def _numbers(node: Node) -> Iterator[str]:
    speed, offer, site = node.speed, node.offer, node.site
    idle = node.role == "forwarder"  # it takes no work, and has measured nothing
    bounds: list[tuple[str, float, float, float]] = [
        ("fuel_per_s", speed.fuel_per_s, 0 if idle else 1e5, 1e14),
        ("fuel_per_cpu_s", speed.fuel_per_cpu_s, 0 if idle else 1e5, 1e14),
        ("spread", speed.spread, 0, 1000),
        ("cpu_milli", node.capacity.cpu_milli, 0 if idle else 1, 10**8),
        ("memory_bytes", node.capacity.memory_bytes, 0 if idle else 1, 1 << 60),
        ("price", offer.price_micro_per_tfuel, 0, 10**12),
        ("price of an accelerator", offer.price_micro_per_accelerator_hour, 0, 10**12),
        ("price of data that leave", offer.egress_micro_per_gb, 0, 10**12),
        ("hours that have a price", len(offer.price_micro_by_hour), 24 if offer.price_micro_by_hour else 0, 24),
        *(("price of an hour", price, 0, 10**12) for price in offer.price_micro_by_hour[:24]),
        ("time to wake", node.wake_s, 0, 3600),
        ("carbon of making it", node.embodied_g, 0, 1e9),
        ("carbon_g_kwh", site.carbon_g_kwh, 0, 5000),
        ("pue", site.pue, 1, 10),
        ("access_ms", site.access_ms, 0, 10_000),
        ("latitude", site.place.latitude, -90, 90),
        ("longitude", site.place.longitude, -180, 180),
        ("cap", node.cap, 0.01, 1),
        ("watts_per_core", node.watts_per_core, 0, 10_000),
        ("metrics", len(node.metrics), 0, ENTRIES_MAX),
        ("runtimes", len(node.runtimes), 0 if idle else 1, 16),
        ("accelerators", len(node.capacity.accelerators), 0, ENTRIES_MAX),
    ]
    for a in node.capacity.accelerators:
        bounds += [("accelerators of a kind", a.count, 1, 1024), ("memory of an accelerator", a.memory_bytes, 0, 1 << 60)]
        bounds += [
            ("devices told of a kind", len(a.devices), 0, a.count),
            ("files of a device", _files(a), 0, DEVICE_FILES_MAX),
        ]
    return (f"{name} {value:g}" for name, value, low, high in bounds if not low <= value <= high)


def _words(node: Node) -> Iterator[str]:
    place = node.site.place
    texts = [
        ("name", node.name, 1),
        ("site name", node.site.name, 1),
        ("place", place.name, 0),
        ("place in Chinese", place.name_zh, 0),
        ("region", place.region, 0),
        ("arch", node.arch, 1),
        ("sandbox", node.sandbox, 0),
        ("version", node.version, 0),
        *(("runtime", r, 1) for r in node.runtimes),
        *(text for a in node.capacity.accelerators for text in _accelerator(a)),
        *(text for metric in node.metrics for text in (("metric", metric.type, 1), ("unit of a metric", metric.unit, 0))),
    ]
    yield from (f"its {what}" for what, text, least in texts if not _sound(text, least))
    if node.site.tier not in TIERS:
        yield "its tier"
    if node.site.cooling not in ("", *COOLINGS):
        yield "its cooling"
    if node.offer.currency != LEDGER_CURRENCY:
        yield "its currency"


def _sound(text: str, least: int) -> bool:
    """Whether it can be shown, and is not another word with spaces around it."""
    return least <= len(text) <= 64 and text.isprintable() and text == text.strip()


def _accelerator(of: Accelerator) -> tuple[tuple[str, str, int], ...]:
    devices = (("device", word, 1) for device in of.devices for word in (device.id, *device.files))
    return (
        ("accelerator's kind", of.kind, 1), ("accelerator's vendor", of.vendor, 0), ("accelerator's name", of.name, 0), *devices
    )  # fmt: skip


def _files(of: Accelerator) -> int:
    return max((len(device.files) for device in of.devices), default=0)
