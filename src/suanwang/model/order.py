"""What the brain wants of an agent: a numbered desired state, signed by the brain; an order never changes once given."""

import msgspec

from suanwang.model.demand import Item, Needs, Serve, Work
from suanwang.model.file import FileRef

LOADS_PORT = 7421
"""UDP, where an ingress hears the loads of instances."""


class Order(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A placement with all that the agent needs to run it.

    tasks: (task index, item of an array), in order. tasks_total: of the whole job, of which these may be a part. gang: all of
    those run at the same time. accelerator: the kind it was given, "" for none; devices: numbers of that kind's devices, task
    by task of those that run at once. trace: of its job (model.event.JobAccepted).
    """

    id: str
    job_id: str
    user: str
    work: Work
    files: tuple[FileRef, ...]
    outputs: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    tasks: tuple[tuple[int, Item | None], ...]
    tasks_total: int = 1
    needs: Needs
    width: int
    fuel_max: int
    task_s_max: float
    attempt: int
    serve: Serve | None = None
    gang: bool = False
    accelerator: str = ""
    devices: tuple[int, ...] = ()
    trace: str = ""


class Attachment(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A node's place in an SRv6 domain. locator: its number (steer.address). selectors: (address, port) of every ingress,
    which are to be told the loads of its instances, and how many seconds a load is believed for."""

    locator: int
    selectors: tuple[tuple[str, int], ...] = ()
    lifetime_s: float = 3.0


class DesiredState(msgspec.Struct, frozen=True, kw_only=True):
    """rest: it is not needed now, and is to save power. generation rises by one with every change. orders: the ids of all
    live orders; an order not named is to be stopped.

    fresh: the orders given after the generation the agent said it has. attachment: None for a node in no SRv6 domain.
    """

    node_id: str
    generation: int
    orders: tuple[str, ...]
    fresh: tuple[Order, ...]
    attachment: Attachment | None = None
    rest: bool = False
