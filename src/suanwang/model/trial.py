"""A trial: a change of the network is tried in simulated time, and this is what would be different, with how sure that is."""

from typing import Annotated, Literal

import msgspec

What = Literal["kill site", "kill node", "cut", "load", "jobs", "price", "carbon", "add", "policy"]
CHANGES_MAX, SEEDS_MAX, SPAN_S_MAX = 32, 32, 86_400.0


class WhatIf(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One change. name: of a site, node, service, link ("A-B") or policy. times: of load, jobs, price or carbon. value: instead
    of times, what a price (CNY/Tfuel) or a carbon intensity (gCO2e/kWh) is from then on. count: of nodes that are added."""

    what: What
    name: str = ""
    times: float = 1.0
    value: float | None = None
    count: int = 1


class TrialAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """changes: in the words of `suan twin try`. seeds: runs, each with the same chance before and after. span_s: of simulated
    time that jobs are followed for. gate: answer with a problem (SUAN-U132) if something promised would be broken."""

    changes: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=CHANGES_MAX)] = ()
    seeds: Annotated[int, msgspec.Meta(ge=1, le=SEEDS_MAX)] = 5
    span_s: Annotated[float, msgspec.Meta(ge=1.0, le=SPAN_S_MAX)] = 600.0
    gate: bool = False


class ReplayAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """last_s: how far back; 0 for all that is in the log. changes: see TrialAsk."""

    last_s: Annotated[float, msgspec.Meta(ge=0.0, le=366 * 86_400.0)] = 3600.0
    changes: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=CHANGES_MAX)] = ()


class Estimate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A mean over runs. half: it is off by no more, in 95 cases of 100; None where one run cannot tell."""

    value: float
    half: float | None = None


class Compared(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A figure before and after. difference: after less before, run by run. sure: it is not 0. error: by how much the twin was
    off, relatively, when it predicted the present; None where nothing was measured to hold it against."""

    name: str
    unit: str
    before: Estimate
    after: Estimate
    difference: Estimate
    sure: bool = False
    error: float | None = None


class CodeCount(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Jobs that are told a code: a mean over runs."""

    code: str
    before: float
    after: float


class Curve(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Latencies, all runs together: `share` of requests are answered within before_ms and after_ms; 0 where none is."""

    share: tuple[float, ...] = ()
    before_ms: tuple[float, ...] = ()
    after_ms: tuple[float, ...] = ()


class ServiceTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A service. requests_per_s: worked out from what is in flight and how long that takes. law: how requests find an instance,
    after the change. figures: p50 and p99 in ms as clients see them, and lost requests, per thousand. sites: requests at each.
    deadline_ms: that its owner declared, 0 for none."""

    name: str
    requests_per_s: float
    instances_before: int
    instances_after: int
    law: str
    deadline_ms: float
    figures: tuple[Compared, ...]
    sites: tuple[Compared, ...]
    curve: Curve = Curve()


class JobsTrial(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs: those that are there, and those that come as they came lately. figures: placed, waiting, refused; cost, grams, time
    to begin and to finish. moved: of the jobs that are there, those that would run on other nodes."""

    present: int
    per_s: float
    figures: tuple[Compared, ...]
    codes: tuple[CodeCount, ...] = ()
    moved: int = 0


class Broken(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something promised that the change would break. kind: "service" or "job". how: of a job, "waits", or the state that it
    would end in; of a service, "fewer" instances, while `bound` requests a second come; "late", p99 in ms beyond the deadline
    `bound`; "lost" requests of 1000. now, then: before and after the change. why: the same as a sentence. code: of a refusal.
    user: whose it is."""

    kind: str
    name: str
    why: str
    how: str = ""
    now: float = 0.0
    then: float = 0.0
    bound: float = 0.0
    code: str = ""
    user: str = ""


LabFigure = Literal["p50", "p99", "answers", "placements"]
LabKind = Literal["calm", "crowd", "cut", "all"]


class LabError(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Relative. half, most: what half, and nine of ten, of the cells do not exceed. cells: how many were predicted; close:
    how many of them within a tenth.

    kind: "calm", a steady load, or one machine that is slow; "crowd", five times the load at once; "cut", a site or a
    link that is lost. Of "placements": the part of jobs that went elsewhere than foreseen, half where tasks last as long as
    was said, most where they last a fifth longer or shorter (two scenarios of 200 jobs).
    """

    figure: LabFigure
    kind: LabKind
    half: float
    most: float
    cells: int
    close: int


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial found. at: of the world that it began from, seconds since 1970. notes: keys of what it rests on. lab: how
    far the twin was from the lab in like events, of services; empty where none is tried."""

    at: float
    changes: tuple[WhatIf, ...]
    seeds: int
    span_s: float
    nodes: int
    services: tuple[ServiceTrial, ...] = ()
    jobs: JobsTrial | None = None
    broken: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()
    lab: tuple[LabError, ...] = ()


class Departure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A decision that came out otherwise when it was taken again. number: of the event."""

    number: int
    job: str
    was: str
    now: str


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """Recorded events, run again. events: folded; decisions: taken again, of which `same` came out the same. differ: the first
    few that did not. after: with a change, the recorded jobs in simulated time, without and with it."""

    first: int
    last: int
    since: float
    until: float
    events: int
    decisions: int
    same: int
    differ: tuple[Departure, ...] = ()
    after: JobsTrial | None = None
    changes: tuple[WhatIf, ...] = ()
    notes: tuple[str, ...] = ()
