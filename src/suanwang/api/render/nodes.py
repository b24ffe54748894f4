"""Nodes, the account and tokens as tables."""

from suanwang.api.catalogue import Words
from suanwang.api.render.figures import metric_row, some, span, state
from suanwang.api.render.table import Page, table
from suanwang.model.node import Node
from suanwang.model.quantity import show_bytes, show_fuel, show_money, show_ms, show_price
from suanwang.model.view import Account, Displaced, Leaving, NodeView

SPEED_TIMES = 3
"""A node that claims more than so many times the speed that its tasks show is marked."""


def nodes_page(words: Words, views: tuple[NodeView, ...]) -> Page:
    """`suan nodes`."""
    if not views:
        return (words("nodes.none"),)
    titles = ("node", "site", "tier", "state", "cores", "memory", "gpu", "speed", "price", "running", "trust", "reputation")
    rows = [_row(words, view) for view in views]
    return (table(tuple(words(f"column.{title}") for title in titles), rows, "    rr rrr"),)


def node_page(words: Words, view: NodeView) -> Page:
    """`suan nodes NODE`: everything known of one."""
    node = view.node
    said = (
        ("node", f"{node.name}  {node.id}"),
        ("site", _site(words, node)),
        ("state", words("nodes.heard", state=state(words, view.state), span=span(words, view.heard_s))),
        ("cores", words("nodes.free", free=_cores(view.cpu_milli_free), all=_cores(node.capacity.cpu_milli))),
        ("memory", words("nodes.free", free=show_bytes(view.memory_bytes_free), all=show_bytes(node.capacity.memory_bytes))),
        ("gpu", accelerators(node)),
        ("arch", node.arch),
        ("runtimes", ", ".join((*node.runtimes, node.sandbox)).rstrip(", ")),
        ("speed", words("nodes.speed", fuel=show_fuel(round(node.speed.fuel_per_s)), spread=f"{node.speed.spread:.1%}")),
        ("price", show_price(node.offer.price_micro_per_tfuel)),
        ("carbon", _carbon(words, view)),
        ("trust", node.trust),
        ("reputation", _reputation(words, view)),
    )
    rows = [(words(f"column.{key}"), text) for key, text in said]
    metrics = [metric_row(metric) for metric in node.metrics]
    page: Page = (table((words("column.what"), words("column.value")), rows),)
    if metrics:
        titles = tuple(words(f"column.{title}") for title in ("metric", "value", "unit", "spread", "source"))
        page = (*page, "", table(titles, metrics, " r r"))
    return page


def leaving_page(words: Words, told: Leaving) -> Page:
    """`suan leave --dry-run`: where the node's work would go."""
    kept = (words("leave.reservations", names=some(words, told.reservations)),) if told.reservations else ()
    if not told.displaced:
        return (words("leave.nothing", node=told.node), *kept)
    titles = tuple(words(f"column.{title}") for title in ("job", "tasks", "elsewhere"))
    rows = [(one.job, str(one.tasks), _elsewhere(words, one)) for one in told.displaced]
    more = (words("leave.more", n=told.more),) if told.more else ()
    return (words("leave.displaced", node=told.node), table(titles, rows, " r"), *more, *kept)


def _elsewhere(words: Words, one: Displaced) -> str:
    """Nodes, or why there are none."""
    if one.nodes:
        return some(words, one.nodes)
    return f"{one.code}: {words.get(f'error.{one.code}', one.code)}" if one.code else "-"


def account_page(words: Words, account: Account) -> Page:
    """`suan account`."""
    rows = [
        (words("account.balance"), show_money(account.balance_micro)),
        (words("account.held"), show_money(account.held_micro)),
        (words("account.earned"), show_money(account.earned_micro)),
    ]
    head = f"{account.user}  ({', '.join(account.roles)})"
    return (head, table((words("column.what"), words("column.amount")), rows, " r"))


def accelerators(node: Node) -> str:
    """Such as "2 x a100"; a dash where there is none."""
    return ", ".join(f"{one.count} x {one.kind}" for one in node.capacity.accelerators) or "-"


def _row(words: Words, view: NodeView) -> tuple[str, ...]:
    node = view.node
    return (
        node.name,
        node.site.name,
        node.site.tier,
        state(words, view.state),
        f"{_cores(view.cpu_milli_free)}/{_cores(node.capacity.cpu_milli)}",
        show_bytes(view.memory_bytes_free),
        accelerators(node),
        f"{show_fuel(round(node.speed.fuel_per_s))}/s",
        show_price(node.offer.price_micro_per_tfuel),
        str(view.running),
        node.trust,
        _reputation(words, view),
    )


def _site(words: Words, node: Node) -> str:
    place = node.site.place
    name = place.name_zh if words.lang == "zh" and place.name_zh else place.name
    return f"{node.site.name} ({name}, {node.site.tier}, +{show_ms(node.site.access_ms)})"


def _carbon(words: Words, view: NodeView) -> str:
    """As it is in this hour, where that is told, beside what the provider declared."""
    site = view.node.site
    declared = words("nodes.carbon", grid=f"{site.carbon_g_kwh:g}", pue=f"{site.pue:g}")
    if (view.carbon_g_kwh, view.pue) in ((0.0, 0.0), (site.carbon_g_kwh, site.pue)):
        return declared
    return words("nodes.carbon_now", grid=f"{view.carbon_g_kwh:.4g}", pue=f"{view.pue:.3g}", declared=declared)


def _reputation(words: Words, view: NodeView) -> str:
    """Such as "0.96"; marked where it keeps work away, or where its tasks show a third of the speed it claims, or less."""
    marks = [words("nodes.quarantined")] if view.quarantined else []
    if 0 < view.speed_seen * SPEED_TIMES < view.node.speed.fuel_per_s:
        marks.append(words("nodes.slower", fuel=show_fuel(round(view.speed_seen))))
    return ", ".join((f"{view.reputation:.2f}", *marks))


def _cores(cpu_milli: int) -> str:
    return f"{cpu_milli / 1000:g}"
