"""The explanation record: kept with every decision, refusals too. One record; every door renders the same one."""

import msgspec

from suanwang.model.reason import Reason


class Term(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One addend of a score. contribution = value x weight, in CNY; a score is the sum of its terms, lower is better."""

    name: str
    value: float
    unit: str
    weight: float
    contribution: float


class Finalist(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A node that passed every rule. Figures are for the whole job if it ran on this node alone.

    latency_ms: 0 where the demand names no place. basis: where the latency comes from ("estimated from distance").
    move_bytes, move_s: files and data that are to come here first, and how long that takes, which is part of finish_s.
    move_basis: where its rate comes from ("measured by the node", "assumed"); "" where nothing is to come.
    """

    node_id: str
    node: str
    site: str
    score: float
    terms: tuple[Term, ...]
    price_micro: int
    latency_ms: float
    basis: str
    finish_s: float
    carbon_g: float
    tasks: int = 0
    move_bytes: int = 0
    move_s: float = 0.0
    move_basis: str = ""


class RuledOut(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A node and every reason it was ruled out by."""

    node_id: str
    node: str
    site: str
    reasons: tuple[Reason, ...]


class RuleCount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How many nodes a rule ruled out (a node counts under each rule it fails), and the names of the three nearest."""

    rule: str
    count: int
    nearest: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The smallest single change of the demand that would admit a node, or flip the winner.

    field: the key as written in YAML ("limits.latency"); flag: the same as a command-line flag ("--within 24ms").
    relative: size of the change against the present value; admits: names of nodes it would let in.
    """

    field: str
    was: str
    to: str
    flag: str
    relative: float
    admits: tuple[str, ...]


class Explanation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Bounded: at most 8 finalists and 64 ruled-out nodes are listed; the counts are exact.

    fuel_per_task and fuel_basis: the estimate all figures rest on, and where it comes from ("stated", "history of this
    code", "assumed"). margin: score of the runner-up minus the winner's, in CNY; 0 where there is no runner-up.
    """

    world_version: int
    seed: int
    candidates: int
    admitted: int
    fuel_per_task: int
    fuel_basis: str
    rules: tuple[RuleCount, ...]
    finalists: tuple[Finalist, ...]
    ruled_out: tuple[RuledOut, ...]
    winner: str = ""
    runner_up: str = ""
    margin: float = 0.0
    change: Change | None = None
