"""`suan top`: the network at a glance - what there is, what is busiest, what runs now."""

import msgspec

from suanwang.api.catalogue import Words
from suanwang.api.render.jobs import jobs_page
from suanwang.api.render.nodes import nodes_page
from suanwang.api.render.services import services_page
from suanwang.api.render.table import Page
from suanwang.model.job import Job
from suanwang.model.quantity import show_bytes
from suanwang.model.serving import ServiceView
from suanwang.model.view import NodeView


class Top(msgspec.Struct, frozen=True, kw_only=True):
    """What `suan top --json` prints: the nouns that the API gives."""

    nodes: tuple[NodeView, ...]
    jobs: tuple[Job, ...]
    services: tuple[ServiceView, ...]


def top_page(words: Words, shown: Top, now: float, rows: int) -> Page:
    """The busiest nodes first; at most so many rows of each."""
    total = sum(view.node.capacity.cpu_milli for view in shown.nodes)
    free = sum(view.cpu_milli_free for view in shown.nodes)
    head = words(
        "top.head",
        ready=sum(view.state == "ready" for view in shown.nodes), nodes=len(shown.nodes),
        held=f"{(total - free) / 1000:g}", cores=f"{total / 1000:g}",
        memory=show_bytes(sum(view.memory_bytes_free for view in shown.nodes)),
        running=sum(job.tasks_running for job in shown.jobs), jobs=len(shown.jobs),
    )  # fmt: skip
    busiest = sorted(shown.nodes, key=lambda view: (-_held(view), view.node.name))[:rows]
    page: Page = (head, "", *nodes_page(words, tuple(busiest)))
    if shown.services:
        page = (*page, "", *services_page(words, shown.services[:rows], now))
    return (*page, "", *jobs_page(words, shown.jobs[:rows], now)) if shown.jobs else page


def _held(view: NodeView) -> float:
    """Part of its cores that is held."""
    total = view.node.capacity.cpu_milli
    return (total - view.cpu_milli_free) / total if total else 0.0
