"""Becoming part of the network: read the flags of `up`, `join` and `leave` into options and hand them over."""

from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Detach, DryRun, Folder, Json, Rehearse
from suanwang.model.fault import UsageFault

if TYPE_CHECKING:
    from suanwang.api.options import NodeOptions
    from suanwang.model.node import Offer

Name = Annotated[str, typer.Option("--name")]
City = Annotated[str, typer.Option("--city")]
Tier = Annotated[str, typer.Option("--tier")]
Price = Annotated[str, typer.Option("--price")]
Egress = Annotated[str, typer.Option("--egress")]
Grid = Annotated[float | None, typer.Option("--carbon-intensity", min=0.0, max=5000.0)]
Pue = Annotated[float | None, typer.Option("--pue", min=1.0, max=10.0)]
Cap = Annotated[str, typer.Option("--cap")]
Cpu = Annotated[str, typer.Option("--cpu")]
Memory = Annotated[str, typer.Option("--memory")]
Access = Annotated[str, typer.Option("--access")]
Cooling = Annotated[str, typer.Option("--cooling")]
Embodied = Annotated[str, typer.Option("--embodied")]
Rest = Annotated[str, typer.Option("--rest")]
PriceAt = Annotated[list[str], typer.Option("--price-at")]

TIERS = ("cloud", "edge", "far-edge", "device")


def up(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535)] = 7420,
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    folder: Folder = ".suan",
    log: Annotated[str, typer.Option("--log", envvar="SUAN_LOG", show_envvar=False)] = "",
    key: Annotated[str, typer.Option("--key")] = "",
    no_node: Annotated[bool, typer.Option("--no-node")] = False,
    plain: Annotated[bool, typer.Option("--plain")] = False,
    svid_life: Annotated[str, typer.Option("--svid-life")] = "24h",
    network: Annotated[str, typer.Option("--network")] = "",
    dns: Annotated[int, typer.Option("--dns", min=0, max=65535)] = 0,
    credit: Annotated[int | None, typer.Option("--credit", min=0, max=100)] = None,
    detach: Detach = False,
    name: Name = "",
    city: City = "",
    tier: Tier = "",
    price: Price = "",
    egress: Egress = "",
    carbon_intensity: Grid = None,
    pue: Pue = None,
    cap: Cap = "100%",
    cpu: Cpu = "",
    memory: Memory = "",
    access: Access = "",
    cooling: Cooling = "",
    embodied: Embodied = "",
    price_at: PriceAt = [],  # noqa: B006 - typer reads the default and never changes it
    rest: Rest = "",
) -> int | None:
    from suanwang.api.process import hasten

    hasten()
    from suanwang.api.options import CREDIT, UpOptions
    from suanwang.model.quantity import duration_s

    door: Door = ctx.obj
    node = node_options(name, city, tier, (price, egress), carbon_intensity, pue, cap, cpu, memory, access)
    node = with_green(node, cooling, embodied, tuple(price_at), rest)
    options = UpOptions(
        host=host,
        port=port,
        folder=folder,
        log=log,
        key=key,
        with_node=not no_node,
        node=node,
        lang=door.words.lang,
        plain=plain,
        svid_s=max(60.0, duration_s(svid_life, "svid-life")),
        network=network,
        dns=dns,
        credit=CREDIT if credit is None else credit / 100,
    )
    if detach:
        from suanwang.api import detached

        return detached.brain(options)
    from suanwang.api import up as brain

    return brain.up(options)


def join(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument()] = "",
    token: Annotated[str, typer.Option("--token", "-t")] = "",
    folder: Folder = ".suan",
    detach: Detach = False,
    forwarder: Annotated[bool, typer.Option("--forwarder")] = False,
    name: Name = "",
    city: City = "",
    tier: Tier = "",
    price: Price = "",
    egress: Egress = "",
    carbon_intensity: Grid = None,
    pue: Pue = None,
    cap: Cap = "100%",
    cpu: Cpu = "",
    memory: Memory = "",
    access: Access = "",
    cooling: Cooling = "",
    embodied: Embodied = "",
    price_at: PriceAt = [],  # noqa: B006 - typer reads the default and never changes it
    rest: Rest = "",
) -> int | None:
    from suanwang.api.credentials import completed
    from suanwang.api.options import JoinOptions

    door: Door = ctx.obj
    node = node_options(name, city, tier, (price, egress), carbon_intensity, pue, cap, cpu, memory, access)
    node = with_green(node, cooling, embodied, tuple(price_at), rest)
    options = JoinOptions(url=url, token=token, folder=folder, node=node, lang=door.words.lang, forwarder=forwarder)
    options = completed(options, door.environ, door.client)
    if detach:
        from suanwang.api import detached

        return detached.node(options)
    from suanwang.api import join as agent

    return agent.join(options)


def leave(
    ctx: typer.Context,
    folder: Folder = ".suan",
    rehearse: Rehearse = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int | None:
    from suanwang.api import join as agent
    from suanwang.api.options import LeaveOptions
    from suanwang.api.render.nodes import leaving_page

    door: Door = ctx.obj
    options = LeaveOptions(folder=folder, lang=door.words.lang, rehearse=rehearse)
    if not dry_run:
        return agent.leave(options)
    told = agent.leaving(options)
    door.answer(told, lambda: (*leaving_page(door.words, told), *door.dry(True)), json)
    return 0


def node_options(
    name: str,
    city: str,
    tier: str,
    prices: tuple[str, str],
    carbon_intensity: float | None,
    pue: float | None,
    cap: str,
    cpu: str,
    memory: str,
    access: str,
) -> "NodeOptions":
    """Flags as typed, into what they mean. UsageFault SUAN-U010 to U013 and U029; NotFoundFault SUAN-N010: no such city."""
    from suanwang.api.options import NodeOptions
    from suanwang.model.quantity import cpu_milli, latency_ms, size_bytes
    from suanwang.world.gazetteer import find

    if tier and tier not in TIERS:
        raise UsageFault("SUAN-U029", f"tier is {tier!r}; it can be {', '.join(TIERS)}", "--tier edge")
    return NodeOptions(
        name=name,
        city=find(city).name or city if city else "",
        tier=tier,
        offer=_offer(*prices) if any(prices) else None,
        carbon_g_kwh=carbon_intensity,
        pue=pue,
        cap=share(cap),
        cpu_milli=cpu_milli(cpu) if cpu else 0,
        memory_bytes=size_bytes(memory) if memory else 0,
        access_ms=latency_ms(access, "access") if access else None,
    )


def with_green(node: "NodeOptions", cooling: str, embodied: str, price_at: tuple[str, ...], rest: str) -> "NodeOptions":
    """And what the machine is to the grid. UsageFault SUAN-U010 to U013 and U029."""
    import msgspec

    from suanwang.model.quantity import carbon_g, duration_s

    ways = ("", "chiller", "free", "evaporative", "liquid")
    if cooling not in ways:
        raise UsageFault("SUAN-U029", f"cooling is {cooling!r}; it can be {', '.join(ways[1:])}", "--cooling free")
    made_g = carbon_g(embodied, "embodied") if embodied else 0.0
    wake_s = duration_s(rest, "rest") if rest else 0.0
    priced = tuple(map(hours_priced, price_at))
    return msgspec.structs.replace(node, cooling=cooling, embodied_g=made_g, price_at=priced, wake_s=wake_s)


def hours_priced(text: str) -> tuple[int, int, int]:
    """ "23-7: 0.02 CNY/Tfuel" -> (23, 7, 20000): from the beginning of the first hour to that of the last."""
    from suanwang.model.quantity import price_micro_per_tfuel

    span, _, price = text.partition(":")
    first, _, after = span.strip().partition("-")
    if not (first.isdecimal() and after.isdecimal() and int(first) < 24 and int(after) <= 24 and int(first) != int(after)):
        why = f"price-at is {text!r}; it is two hours of the day and a price"
        raise UsageFault("SUAN-U029", why, '--price-at "23-7: 0.02 CNY/Tfuel"')
    return int(first), int(after), price_micro_per_tfuel(price.strip(), "price-at")


def _offer(price: str, egress: str) -> "Offer":
    from suanwang.api.options import PRICE_MICRO_PER_TFUEL
    from suanwang.model.node import Offer
    from suanwang.model.quantity import price_micro_per_gb, price_micro_per_tfuel

    return Offer(
        price_micro_per_tfuel=price_micro_per_tfuel(price) if price else PRICE_MICRO_PER_TFUEL,
        egress_micro_per_gb=price_micro_per_gb(egress) if egress else 0,
    )


def share(text: str) -> float:
    """ "40%" or "0.4" -> 0.4; above 0, at most 1."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise UsageFault("SUAN-U029", f"cap is {text!r}; it is a share of each core, above 0 and at most 100%", "--cap 40%")
    return value
