"""A lab as a map in text: sites and users with their routers, load of the nodes, the links, and where services' requests go."""

import msgspec

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import state
from suanwang.api.render.table import Page, Table, table
from suanwang.lab.keeper import Shown
from suanwang.lab.plan import Plan
from suanwang.model.quantity import show_ms
from suanwang.model.serving import NetworkView, ServicePage
from suanwang.model.view import NodePage, NodeView

KINDS = {"users": "lab.users", "machine": "lab.machine", "brain": "lab.brain"}


class LabView(msgspec.Struct, frozen=True, kw_only=True):
    """A lab, its links as they are, and what its brain says; None where it has none."""

    plan: Plan
    links: tuple[Shown, ...]
    network: NetworkView | None = None
    nodes: NodePage | None = None
    services: ServicePage | None = None


def lab_page(words: Words, view: LabView) -> Page:
    """`suan lab show`."""
    plan = view.plan
    head = words("lab.head", name=plan.name, routers=len(plan.network.routers), links=len(plan.cables))
    page: Page = (head, "", *_map(words, view), "", _links(words, view))
    return (*page, "", *_services(words, view)) if view.services and view.services.items else page


def _map(words: Words, view: LabView) -> list[str]:
    """Users, then routers with what is behind them: one line each."""
    nodes = {v.node.name: v for v in view.nodes.items} if view.nodes else {}
    lines: list[str] = []
    for router in view.plan.network.routers:
        near = [c.b if c.a == router.name else c.a for c in view.plan.cables if router.name in (c.a, c.b)]
        behind = [box for box in view.plan.boxes if box.router == router.name]
        wide = ", ".join(name for name in near if name not in {box.name for box in behind})
        place = router.site or router.region
        lines.append(f"{router.name}  ({', '.join(router.roles)}{', ' + place if place else ''})  - {wide}")
        lines += [f"    {box.name}  {_box(words, box.kind, nodes.get(box.name))}".rstrip() for box in behind]
    return lines


def _box(words: Words, kind: str, node: NodeView | None) -> str:
    if node is None:
        return words(KINDS[kind])
    used = node.reading.cpu_used if node.reading else 0.0
    return words("lab.node", state=state(words, node.state), running=node.running, cpu=f"{used:.0%}")


def _links(words: Words, view: LabView) -> Table:
    titles = tuple(words(f"column.{t}") for t in ("link", "latency", "loss", "state", "frames", "dropped"))
    rows = [
        (
            one.link, show_ms(one.cable.latency_ms) if one.cable.latency_ms else "-",
            f"{one.cable.loss:.2%}" if one.cable.loss else "-",
            words("links.up" if one.up else "links.down"),
            f"{one.traffic.frames} / {one.traffic.frames_back}" if one.traffic else "-",
            f"{one.traffic.dropped + one.traffic.dropped_back}" if one.traffic else "-",
        )
        for one in view.links
    ]  # fmt: skip
    return table(titles, rows, " rr rr")


def _services(words: Words, view: LabView) -> list[Table]:
    assert view.services is not None, "asked before"
    titles = tuple(words(f"column.{t}") for t in ("name", "node", "site", "state", "shares"))
    rows = [
        (s.name, i.node or "-", i.site or "-", state(words, i.state), ", ".join(f"{n} {w:.0%}" for n, w in i.weights) or "-")
        for s in view.services.items
        for i in s.instances
    ]
    return [table(titles, rows)]


def link_line(words: Words, one: Shown) -> str:
    """One link in a line."""
    return words(
        "lab.link", link=one.link, state=words("links.up" if one.up else "links.down"), delay=show_ms(one.cable.latency_ms)
    )
