"""A neural network in layers, the tiers that it may be split over, and the split that was found best, in figures.

device --way--> edge --way--> cloud        the input is at the first tier, and its result is wanted there
"""

from typing import Literal

import msgspec

from suanwang.model.graph import Graph

Goal = Literal["latency", "energy", "money"]
"""What is made least: seconds of one inference; joules that the first tier spends on it; what it costs."""


class Layers(msgspec.Struct, frozen=True, kw_only=True):
    """graph: its tasks are the layers, in an order in which they can run, each on one core; its files are the tensors between
    them, with their bytes in one inference. Weights are not among them: they travel ahead of it, once. outputs: tensors that
    are asked for. basis: where work_s comes from. Every layer leads to an output."""

    graph: Graph
    outputs: tuple[str, ...]
    basis: Literal["measured", "estimated"]


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """speed: of one core, in reference cores (model.graph). Power counts at the first tier only, above what it draws unasked.
    price_micro_per_s: of a second there."""

    name: str
    speed: float
    watts_busy: float = 0.0
    watts_waiting: float = 0.0
    price_micro_per_s: float = 0.0


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """From a tier to the next. Up: away from the first tier. watts: that the first tier draws while it sends or receives, if it
    is its way. price_micro_per_gb: of 10^9 bytes, either direction."""

    up_mbit: float
    down_mbit: float
    round_trip_ms: float
    watts_up: float = 0.0
    watts_down: float = 0.0
    price_micro_per_gb: float = 0.0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """One way to split, in figures, for one inference. at: tier of each layer, as an index. compute_s: by tier. up_bytes,
    down_bytes, sending_s: by way; round_trip_s: of all ways that are used. cost: in the unit of the goal, and a little for
    latency where the goal is another."""

    at: tuple[int, ...]
    compute_s: tuple[float, ...]
    up_bytes: tuple[int, ...]
    down_bytes: tuple[int, ...]
    sending_s: tuple[float, ...]
    round_trip_s: float
    latency_s: float
    energy_j: float
    money_micro: float
    cost: float


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """Another split is as good once the first way has `up_mbit`, its way down changed in proportion; and better beyond."""

    up_mbit: float
    instead: Figures


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """best: no other is better, in the model. whole: all layers on one tier, a figure for each tier. slower, faster: the
    nearest rates of the first way at which the best changes; None where none does."""

    goal: Goal
    tiers: tuple[Tier, ...]
    ways: tuple[Way, ...]
    best: Figures
    whole: tuple[Figures, ...]
    slower: Flip | None = None
    faster: Flip | None = None
