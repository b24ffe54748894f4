"""Services, routes to them and the links of the network, as tables."""

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import ago, exact_cny, some, span, state, unit
from suanwang.api.render.table import Page, table
from suanwang.api.render.why import decided_page
from suanwang.api.whys import listed
from suanwang.model.explanation import Term
from suanwang.model.network import Network
from suanwang.model.plan import Plan
from suanwang.model.quantity import show_money, show_ms
from suanwang.model.serving import Candidate, Failing, InstanceView, Move, NetworkView, RouteView, ServiceView


def services_page(words: Words, services: tuple[ServiceView, ...], now: float) -> Page:
    """`suan services`."""
    if not services:
        return (words("services.none"),)
    titles = ("name", "state", "instances", "flows", "address", "version", "published")
    rows = [
        (
            s.name,
            state(words, s.state),
            f"{_up(s)}/{s.wanted}",
            _rate(s.flows_per_s),
            f"[{s.cs_id}]:{s.port}",
            str(s.version),
            ago(words, s.published_at, now),
        )
        for s in services
    ]
    return (table(tuple(words(f"column.{title}") for title in titles), rows, "  rr r"),)


def service_page(words: Words, service: ServiceView, now: float) -> Page:
    """`suan services NAME`: the service and its instances."""
    head = words("services.head", name=service.name, state=state(words, service.state), up=_up(service), wanted=service.wanted)
    where = _where(words, service)
    ahead = () if service.foreseen is None else (words("services.foreseen", n=f"{service.foreseen:.1f}"),)
    ahead = (*ahead, words("services.flows", list=_flows(service))) if service.flows else ahead
    moved = (*_failing(words, service.failing, now), *_moved(words, service.moved, now))
    if not service.instances:
        return (head, where, *ahead, *moved)
    titles = ("job", "node", "site", "state", "address", "in_flight", "latency", "shares")
    rows = [_instance(words, instance) for instance in service.instances]
    return (head, where, *ahead, table(tuple(words(f"column.{title}") for title in titles), rows, "     rr"), *moved)


def _where(words: Words, service: ServiceView) -> str:
    """How it is reached. Whether routers steer is known of the first instance that can be."""
    there = {"url": f"http://[{service.cs_id}]:{service.port}/", "path": f"/s/{service.user}/{service.name}/"}
    contacts = [instance.contact for instance in service.instances if instance.contact]
    if not contacts:
        return words("services.either", **there)
    return words("services.where" if any(one.locator for one in contacts) else "services.plain", **there)


def _flows(service: ServiceView) -> str:
    """New flows a second, where they come in."""
    return ", ".join(f"{ingress} {_rate(per_s)}" for ingress, per_s in service.flows)


def _rate(per_s: float | None) -> str:
    return "-" if per_s is None else f"{per_s:.1f}/s"


def would_page(words: Words, service: ServiceView) -> Page:
    """`suan serve --dry-run`: where each instance that is lacking would go, and why the first of them there."""
    plans = [taken for taken in service.taken if isinstance(taken, Plan)]
    if not service.taken:
        return (words("serve.complete", name=service.name, n=len(service.instances)),)
    names = some(words, [_node_of(plan) for plan in plans])
    head = words(
        "serve.would", name=service.name, n=len(plans), nodes=names, price=show_money(sum(p.price_micro for p in plans))
    )
    return (*decided_page(words, service.name, plans[0], rehearsed=True), head) if plans else ()


def _node_of(plan: Plan) -> str:
    return next((one.node for one in plan.explanation.finalists if one.tasks), plan.placements[0].node_id)


def _failing(words: Words, failing: Failing | None, now: float) -> Page:
    """What became of the last instances, where to read more, and when the next one is started."""
    if failing is None:
        return ()
    figures = {"n": failing.many, "when": ago(words, failing.at, now), "job": failing.job}
    if failing.state == "refused":
        said = words("services.refused", **figures)
    else:
        why = words.get(f"ended.{failing.reason}", failing.reason or state(words, failing.state), exit=failing.exit_code)
        said = words("services.failed", node=failing.node or "-", why=why, **figures)
    left_s = failing.again_at - now
    return (said, words("services.again", span=span(words, left_s))) if left_s > 0 else (said,)


def _moved(words: Words, move: Move | None, now: float) -> Page:
    """The last move, and what made it pay: the terms that differ most."""
    if move is None:
        return ()
    stays, moves = ({term.name: term for term in terms} for terms in (move.stays, move.moves))
    plain = Term(name="", value=0.0, unit="", weight=0.0, contribution=0.0)
    pairs = [(stays.get(name, plain), moves.get(name, plain)) for name in {**stays, **moves}]
    before, after = max(pairs, key=lambda pair: pair[0].contribution - pair[1].contribution)
    most = before.name or after.name
    was, would = (f"{term.value:.4g} {unit(words, term.unit)}".rstrip() for term in (before, after))
    figures = {"gain": exact_cny(move.gain), "cost": exact_cny(move.cost), "was": was, "would": would}
    where = {"source": move.source, "target": move.target, "when": ago(words, move.at, now)}
    return (words("services.moved", term=words.get(f"term.{most}", most), **where, **figures),)


def _instance(words: Words, instance: InstanceView) -> tuple[str, ...]:
    contact, load = instance.contact, instance.load
    shares = ", ".join(f"{name} {share:.0%}" for name, share in instance.weights)
    return (
        instance.job,
        instance.node or "-",
        instance.site or "-",
        state(words, instance.state),
        _at(contact.address, contact.port) if contact else "-",
        f"{load.in_flight:.1f}" if load else "-",
        show_ms(load.latency_ms) if load and load.latency_ms else "-",
        shares or "-",
    )


def _at(address: str, port: int) -> str:
    """As a URL writes it: only what has colons of its own stands in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def route_page(words: Words, route: RouteView, network: Network) -> Page:
    """`suan route FROM SERVICE`: each instance with its way, its share, and why; then the other ways to the best one's site."""
    names = {r.number: r.name for r in network.routers}
    head = words("route.head", ingress=route.ingress, service=route.service, cs_id=route.cs_id, form=route.form)
    comes = () if route.flows_per_s is None else (words("route.flows", rate=_rate(route.flows_per_s)),)
    if not route.candidates:
        return (head, *comes, words("route.none"))
    titles = ("instance", "share", "rtt", "path", "header", "why")
    rows = [_candidate(words, one, names) for one in route.candidates]
    page: Page = (head, *comes, table(tuple(words(f"column.{title}") for title in titles), rows, " rr r"))
    for one in route.candidates[:1]:
        page = (*page, words("route.segments", list=" ".join(one.segments) or "-"))
    if route.backups:
        other = [
            (_way(path.routers, names), show_ms(2 * path.latency_ms), listed(words, "path", why)) for path, why in route.backups
        ]
        page = (*page, words("route.backups"), table(tuple(words(f"column.{t}") for t in ("path", "rtt", "why")), other, " r"))
    return page


def _candidate(words: Words, one: Candidate, names: dict[int, str]) -> tuple[str, ...]:
    rtt = show_ms(one.rtt_ms) if one.measured else words("route.computed", rtt=show_ms(one.rtt_ms))
    saved = f"{one.header_bytes} B" + (f" ({one.header_bytes_plain} B)" if one.header_bytes_plain > one.header_bytes else "")
    path = _way(one.path.routers, names) if one.path else "-"
    return (f"{one.instance.node} ({one.instance.site})", f"{one.share:.0%}", rtt, path, saved, _rests_on(words, one))


def _rests_on(words: Words, one: Candidate) -> str:
    """Why it gets its share, with the figures."""
    load = one.instance.load
    if load is None or one.why not in ("load", "late"):
        return words.get(f"reason.{one.why}", state(words, one.why))
    said = words("reason.busy", n=f"{load.in_flight:.1f}")
    said = words("reason.answers", busy=said, latency=show_ms(load.latency_ms)) if load.latency_ms else said
    return words("reason.late", busy=said) if one.why == "late" else said


def _way(routers: tuple[int, ...], names: dict[int, str]) -> str:
    return " > ".join(names.get(number, str(number)) for number in routers)


def links_page(words: Words, view: NetworkView) -> Page:
    """`suan links`: links, and what was measured of the paths between ingress and egress."""
    network, names = view.network, {r.number: r.name for r in view.network.routers}
    if not network.links:
        return (words("links.none"),)
    titles = tuple(words(f"column.{t}") for t in ("link", "latency", "jitter", "loss", "rate", "risks", "state"))
    rows = [
        (
            f"{names.get(x.a, '')} - {names.get(x.b, '')}", show_ms(x.latency_ms), show_ms(x.jitter_ms) if x.jitter_ms else "-",
            f"{x.loss:.2%}" if x.loss else "-", f"{x.rate_mbit:g} Mb/s" if x.rate_mbit else "-", ", ".join(x.risks) or "-",
            words("links.up" if x.up else "links.down"),
        )
        for x in network.links
    ]  # fmt: skip
    page: Page = (table(titles, rows, " rrrr"),)
    if view.paths:
        titles = tuple(words(f"column.{t}") for t in ("path", "number", "rtt", "jitter", "loss", "state"))
        measured = [
            (
                f"{names.get(p.headend, '')} > {names.get(p.endpoint, '')}",
                f"{p.index}" + (f" ({p.color:x})" if p.color else ""), show_ms(p.rtt_ms),
                show_ms(p.jitter_ms), f"{p.loss:.1%}", words("links.active" if p.active else "links.up" if p.up else
                "links.down"),
            )
            for p in view.paths
        ]  # fmt: skip
        page = (*page, "", table(titles, measured, " rrrr"))
    return page


def _up(service: ServiceView) -> int:
    return sum(i.state == "up" for i in service.instances)
