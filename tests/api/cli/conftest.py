"""A brain made of canned nouns behind httpx's mock transport, and a way to run the command line in this process."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest

from suanwang.api.cli import main
from suanwang.intent.whatif import whatifs
from suanwang.model.demand import Command, Demand, Limits, Steps
from suanwang.model.explanation import Change, Explanation, Finalist, RuleCount, RuledOut, Term
from suanwang.model.file import FileRef
from suanwang.model.graph_plan import Choice, GraphPlan, Run, Sending
from suanwang.model.intent import IntentPage
from suanwang.model.job import Job, Outcome, Task
from suanwang.model.money import Bill, BillLine
from suanwang.model.node import Accelerator, Capacity, Node, Offer, Speed
from suanwang.model.plan import Placement, Plan, Refusal
from suanwang.model.reason import Reason
from suanwang.model.reservation import ReservationPage
from suanwang.model.serving import ServicePage
from suanwang.model.trial import (
    Broken,
    CodeCount,
    Compared,
    Curve,
    Departure,
    Estimate,
    JobsTrial,
    Replayed,
    ServiceTrial,
    Trial,
    WhatIf,
)
from suanwang.model.view import (
    Account,
    BillPage,
    Decision,
    Hashes,
    JobPage,
    NodePage,
    NodeView,
    Problem,
    Progress,
    Rehearsal,
    TaskPage,
    Token,
)
from suanwang.model.where import Place, Site

NOW = 1_700_000_000.0
SHENZHEN = Place(name="shenzhen", name_zh="深圳", region="guangdong", latitude=22.5, longitude=114.1)
WUHU = Place(name="wuhu", name_zh="芜湖", region="anhui", latitude=31.3, longitude=118.4)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def term(name: str, value: float, unit: str, weight: float) -> Term:
    return Term(name=name, value=value, unit=unit, weight=weight, contribution=value * weight)


def finalist(name: str, site: str, price_micro: int, latency_ms: float, tasks: int) -> Finalist:
    terms = (
        term("price", price_micro / 1e6, "CNY", 1000.0),
        term("latency", latency_ms, "ms", 1e-5),
        term("finish", 95.0, "s", 1e-5),
        term("carbon", 12.5, "gCO2e", 1e-4),
    )
    return Finalist(
        node_id=f"node-{name}",
        node=name,
        site=site,
        score=sum(t.contribution for t in terms),
        terms=terms,
        price_micro=price_micro,
        latency_ms=latency_ms,
        basis="estimated from distance",
        finish_s=95.0,
        carbon_g=12.5,
        tasks=tasks,
    )


TOO_FAR = RuledOut(
    node_id="node-wuhu-04",
    node="wuhu-04",
    site="wuhu-cloud",
    reasons=(Reason(rule="latency", need="20 ms", have="23.4 ms", gap=3.4, unit="ms"),),
)
FULL = RuledOut(
    node_id="node-gz-9",
    node="gz-9",
    site="guangzhou-edge",
    reasons=(Reason(rule="memory", need="8.0 GiB", have="2.0 GiB", gap=6.0, unit="GiB", passing=True),),
)
RULES = (
    RuleCount(rule="memory", count=1, nearest=("gz-9",)),
    RuleCount(rule="latency", count=1, nearest=("wuhu-04",)),
)
CHANGE = Change(
    field="limits.latency", was="20ms", to="24ms", flag="--within 24ms", relative=0.2, admits=("wuhu-04", "wuhu-07")
)
PLAN_TOLD = Explanation(
    world_version=42,
    seed=7,
    candidates=4,
    admitted=2,
    fuel_per_task=1_200_000_000_000,
    fuel_basis="history of this code",
    rules=RULES,
    finalists=(finalist("sz-1", "shenzhen-edge", 600_000, 1.2, 1), finalist("gz-2", "guangzhou-edge", 720_000, 4.9, 0)),
    ruled_out=(TOO_FAR, FULL),
    winner="node-sz-1",
    runner_up="node-gz-2",
    margin=120.000037,
    change=msgspec.structs.replace(CHANGE, was="20ms", to="4ms", flag="--within 4ms", admits=("gz-2",)),
)
REFUSAL_TOLD = Explanation(
    world_version=42,
    seed=7,
    candidates=2,
    admitted=0,
    fuel_per_task=1_200_000_000_000,
    fuel_basis="assumed",
    rules=RULES,
    finalists=(),
    ruled_out=(TOO_FAR, FULL),
    change=CHANGE,
)


def graph_plan(work: Steps) -> GraphPlan:
    """Each step a second after the one before, in turn on two nodes."""
    runs = tuple(
        Run(task=step.name, host=("sz-1", "gz-2")[at % 2], cores=(0,), start_s=float(at), finish_s=at + 1.0, price_micro=2000)
        for at, step in enumerate(work.steps)
    )
    sent = Sending(files=("half.csv",), source=2, target=3, start_s=1.0, there_s=1.1, via=(2, 1, 3))
    why = Choice(
        task=work.steps[-1].name, host="gz-2", finish_s=2.0, runner_up="sz-1", runner_up_finish_s=2.5, waits="files",
        file="half.csv", source=2, there_s=1.1, core_free_s=0.0,
    )  # fmt: skip
    routers = ((1, "brain"), (2, "sz-1"), (3, "gz-2"))
    return GraphPlan(
        graph="story", runs=runs, sendings=(sent,), makespan_s=2.0, bound_s=1.8, policy="", choices=(why,), routers=routers
    )


def plan(job: str) -> Plan:
    placement = Placement(
        id=f"{job}/1",
        job_id=job,
        node_id="node-sz-1",
        tasks=(0,),
        attempt=1,
        width=1,
        runtime="python",
        cpu_milli=1000,
        memory_bytes=1 << 29,
        price_micro_per_tfuel=500_000,
        fuel_max=10**13,
        hold_micro=5_000_000,
        latency_ms=1.2,
        finish_s=95.0,
        carbon_g=12.5,
        price_micro=600_000,
    )
    return Plan(
        job_id=job,
        world_version=42,
        placements=(placement,),
        hold_micro=5_000_000,
        price_micro=600_000,
        finish_s=95.0,
        carbon_g=12.5,
        explanation=PLAN_TOLD,
    )


def refusal(job: str) -> Refusal:
    return Refusal(job_id=job, code="SUAN-P012", passing=True, explanation=REFUSAL_TOLD)


def node_view(name: str, place: Place, tier: str, gpus: int, state: str = "ready") -> NodeView:
    gpu = (Accelerator(kind="a100", vendor="nvidia", name="A100", count=gpus),) if gpus else ()
    node = Node(
        id=f"node-{name}",
        name=name,
        public_key="00" * 32,
        owner="ming",
        site=Site(name=f"{place.name}-{tier}", place=place, tier=tier, access_ms=1.0, carbon_g_kwh=441.9, pue=1.3),
        capacity=Capacity(cpu_milli=8000, memory_bytes=16 << 30, accelerators=gpu),
        arch="x86_64",
        runtimes=("wasm", "python", "process"),
        sandbox="bubblewrap",
        speed=Speed(fuel_per_cpu_s=2.5e9, fuel_per_s=2.4e9, spread=0.02),
        offer=Offer(price_micro_per_tfuel=500_000),
        trust="vouched",
    )
    return NodeView(
        node=node,
        state=state,
        heard_s=0.4 if state == "ready" else 75.0,
        cpu_milli_free=5500,
        memory_bytes_free=12 << 30,
        accelerators_free=(),
        running=2,
    )


def line(job: str) -> BillLine:
    text = dict.fromkeys(BillLine.__struct_fields__, "")
    money = dict.fromkeys(("billed_cost", "effective_cost", "list_cost", "contracted_cost"), "0.600000")
    said = {
        "resource_name": "sz-1",
        "region_name": "Guangdong",
        "consumed_quantity": "1.200000000000",
        "consumed_unit": "Tfuel",
        "pricing_unit": "Tfuel",
        "list_unit_price": "0.500000",
        "billing_currency": "CNY",
        "x_job_id": job,
        "x_carbon_g": 12.5,
        "x_cpu_s": 480.0,
        "x_tasks": 1,
        "x_energy_kwh": 0.021,
    }
    return BillLine(**{**text, **money, **said})


def bill(job: Job) -> Bill:
    return Bill(
        job_id=job.id,
        user="ming",
        state=job.state,
        currency="CNY",
        held_micro=5_000_000,
        posted_micro=600_000,
        voided_micro=4_400_000,
        fuel=1_200_000_000_000,
        carbon_g=12.5,
        lines=(line(job.id),),
        energy_kwh=0.021,
        units=1,
        sci_g=12.5,
    )


def compared(name: str, unit: str, before: float, after: float, error: float | None = None) -> Compared:
    half = Estimate(value=after - before, half=0.5)
    sides = (Estimate(value=value, half=0.25) for value in (before, after))
    return Compared(
        name=name,
        unit=unit,
        before=next(sides),
        after=next(sides),
        difference=half,
        sure=abs(after - before) > 0.5,
        error=error,
    )


def jobs_trial() -> JobsTrial:
    figures = (compared("placed", "jobs", 12.0, 12.0), compared("cost", "CNY", 3.5, 5.25, 0.02))
    return JobsTrial(
        present=2, per_s=0.1, figures=figures, codes=(CodeCount(code="SUAN-P012", before=0.0, after=1.5),), moved=1
    )


def trial(changes: tuple[WhatIf, ...]) -> Trial:
    """One in which whoever kills a site breaks a promise."""
    kills = any(one.what == "kill site" for one in changes)
    figures = (compared("p50", "ms", 12.0, 19.5, 0.08), compared("p99", "ms", 60.0, 140.0), compared("lost", "‰", 0.0, 0.25))
    service = ServiceTrial(
        name="web", requests_per_s=69.3, instances_before=2, instances_after=2, law="selectors", deadline_ms=100.0,
        figures=figures, sites=(compared("far", "requests", 0.5, 1.0, -0.04), compared("near", "requests", 0.5, 0.0, 0.01)),
        curve=Curve(share=(0.0, 0.5, 0.99, 0.999), before_ms=(4.0, 12.0, 60.0, 80.0), after_ms=(16.0, 19.5, 140.0, 200.0)),
    )  # fmt: skip
    late = Broken(
        kind="service", name="web", how="late", now=60.0, then=140.0, bound=100.0, why="p99 would be too late", user="ming"
    )
    waits = Broken(kind="job", name="render", how="waits", why="it would wait", code="SUAN-P012", user="ming")
    return Trial(
        at=NOW, changes=changes, seeds=5, span_s=600.0, nodes=41, services=(service,), jobs=jobs_trial(),
        broken=(late, waits) if kills else (), notes=("model", "fit", "mix"),
    )  # fmt: skip


def replayed(changes: tuple[WhatIf, ...]) -> Replayed:
    differ = () if changes else (Departure(number=950, job="job-render01", was="sz-1", now="SUAN-P012"),)
    return Replayed(
        first=901, last=1000, since=NOW - 3600, until=NOW, events=100, decisions=40, same=40 - len(differ), differ=differ,
        after=jobs_trial() if changes else None, changes=changes,
    )  # fmt: skip


@dataclass
class FakeBrain:
    """Holds one kept job, "render", and whatever is submitted. `mode` says how a submitted job ends: done, failed, refused.

    outputs: (task, path, bytes) that a submitted job gives back. breaks: the event stream is cut once in the middle.
    """

    mode: str = "done"
    outputs: list[tuple[int, str, bytes]] = field(default_factory=list)
    stdout: bytes = b"hello\n"
    stderr: bytes = b"Traceback: no luck\n"
    breaks: bool = False
    lies: bool = False
    note: str = ""
    blobs: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    seen: list[httpx.Request] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        work = Command(argv=("python3", "render.py"))
        demand = Demand(name="render", work=work, near=SHENZHEN, limits=Limits(latency_ms_max=20.0))
        kept = self.job("job-render01", demand)
        self.jobs[kept.id] = msgspec.structs.replace(self.ended(kept), accepted_at=NOW - 200, ended_at=NOW - 188)

    def job(self, job_id: str, demand: Demand) -> Job:
        return Job(
            id=job_id, user="ming", demand=demand, state="queued", reason="", accepted_at=NOW, placed_at=0.0, ended_at=0.0,
            tasks_total=demand.task_count, tasks_done=0, tasks_failed=0, tasks_running=0, fuel=0, hold_micro=0, spent_micro=0,
            nodes=(),
        )  # fmt: skip

    def placed(self, job: Job) -> Job:
        return msgspec.structs.replace(job, state="running", placed_at=NOW + 0.3, nodes=("sz-1",), hold_micro=5_000_000)

    def ended(self, job: Job) -> Job:
        if self.mode == "refused":
            return msgspec.structs.replace(job, state="refused", ended_at=NOW + 0.2, reason="no node can take it")
        failed = self.mode == "failed"
        return msgspec.structs.replace(
            self.placed(job),
            state="failed" if failed else "done",
            ended_at=NOW + 12,
            tasks_done=0 if failed else job.tasks_total,
            tasks_failed=1 if failed else 0,
            fuel=1_200_000_000_000,
            spent_micro=600_000,
        )

    def tasks(self, job: Job) -> tuple[Task, ...]:
        return tuple(self.task(job, index) for index in range(job.tasks_total))

    def task(self, job: Job, index: int) -> Task:
        files = tuple(FileRef(path=path, sha256=sha(data), size=len(data)) for at, path, data in self.outputs if at == index)
        failed = job.state == "failed"
        outcome = Outcome(
            placement_id=f"{job.id}/1",
            task=index,
            state="failed" if failed else "done",
            code="exit" if failed else "",
            exit_code=3 if failed else 0,
            fuel=1_200_000_000_000,
            wall_s=11.2,
            outputs=files,
            note=self.note,
        )
        item = job.demand.items[index].value if job.demand.items else ""
        return Task(index=index, item=item, state=outcome.state, attempt=1, node="sz-1", outcome=outcome)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        parts = request.url.path.removeprefix("/v1/").split("/")
        if request.headers.get("authorization") != "Bearer good":
            return problem(401, "SUAN-A000", "the request carries no token", "export SUAN_TOKEN=...")
        return getattr(self, f"on_{parts[0]}")(request, *parts[1:])

    def on_services(self, _: httpx.Request, name: str = "") -> httpx.Response:
        return (
            problem(404, "SUAN-N007", f"there is no service {name!r}", "suan services")
            if name
            else answer(ServicePage(items=()))
        )

    def on_intents(self, _: httpx.Request, name: str = "", what: str = "") -> httpx.Response:
        found = f"there is no intent {name!r} to {what}"
        return problem(404, "SUAN-N017", found, "suan intents") if name else answer(IntentPage(items=()))

    def on_reservations(self, _: httpx.Request) -> httpx.Response:
        return answer(ReservationPage(items=()))

    def on_account(self, _: httpx.Request) -> httpx.Response:
        return answer(
            Account(
                user="ming", roles=("user",), currency="CNY", balance_micro=94_400_000, held_micro=5_000_000, earned_micro=0
            )
        )

    def on_twin(self, request: httpx.Request, what: str) -> httpx.Response:
        if what == "world":
            return httpx.Response(200, content=b'{"format":"suanwang world 1"}')
        asked = json.loads(request.content)
        changes = whatifs(asked["changes"])
        return answer(trial(changes) if what == "try" else replayed(changes))

    def on_tokens(self, request: httpx.Request, token: str = "") -> httpx.Response:
        if request.method == "DELETE":
            return httpx.Response(204)
        ask = json.loads(request.content)
        return answer(Token(id="tok-1", kind=ask["kind"], token="secret.text", expires_at=NOW + ask["expires_s"]), 201)

    def on_nodes(self, _: httpx.Request, name: str = "") -> httpx.Response:
        views = (node_view("sz-1", SHENZHEN, "edge", 2), node_view("wuhu-04", WUHU, "cloud", 0, "silent"))
        if not name:
            return answer(NodePage(items=views))
        found = [view for view in views if name in (view.node.id, view.node.name)]
        return answer(found[0]) if found else problem(404, "SUAN-N002", f"there is no node {name!r}", "suan nodes")

    def on_bills(self, _: httpx.Request) -> httpx.Response:
        return answer(BillPage(items=tuple(bill(job) for job in self.jobs.values())))

    def on_blobs(self, request: httpx.Request, name: str) -> httpx.Response:
        if name == "missing":
            asked = json.loads(request.content)["sha256"]
            return answer(Hashes(sha256=tuple(one for one in asked if one not in self.blobs)))
        if request.method == "PUT":
            self.blobs[name] = request.read()
            assert sha(self.blobs[name]) == name
            return httpx.Response(204)
        known = self.blobs | {sha(data): data for _, _, data in self.outputs}
        return httpx.Response(200, content=known[name][:-1] + b"!" if self.lies else known[name])

    def on_jobs(self, request: httpx.Request, name: str = "", what: str = "job") -> httpx.Response:
        if request.method == "POST" and not name:
            return self.submitted(request)
        if not name:
            return answer(JobPage(items=tuple(self.jobs.values())))
        found = [job for job in self.jobs.values() if job.id.startswith(name) or job.demand.name == name]
        if not found:
            return problem(404, "SUAN-N001", f"there is no job {name!r}", "suan ps")
        return getattr(self, f"job_{what}")(request, found[-1])

    def submitted(self, request: httpx.Request) -> httpx.Response:
        demand = msgspec.json.decode(request.content, type=Demand)
        if request.url.params.get("dry_run") == "true":
            if isinstance(demand.work, Steps):
                return answer(Rehearsal(graph=graph_plan(demand.work)))
            taken = {"refusal": refusal("rehearsal")} if self.mode == "refused" else {"plan": plan("rehearsal")}
            return answer({"plan": None, "refusal": None, **taken})
        job_id = self.keys.setdefault(request.headers["idempotency-key"], f"job-new{len(self.keys):02}")
        self.jobs[job_id] = self.job(job_id, demand)
        return answer(self.jobs[job_id], 201)

    def job_job(self, _: httpx.Request, job: Job) -> httpx.Response:
        return answer(job)

    def job_tasks(self, _: httpx.Request, job: Job) -> httpx.Response:
        return answer(TaskPage(items=self.tasks(job)))

    def job_cancel(self, request: httpx.Request, job: Job) -> httpx.Response:
        step = request.url.params.get("step")
        gone = {"cancelled": (*job.cancelled, step)} if step else {"state": "cancelled"}
        would = msgspec.structs.replace(job, **gone)
        if request.url.params.get("dry_run") != "true":
            self.jobs[job.id] = would
        return answer(would)

    def job_why(self, _: httpx.Request, job: Job) -> httpx.Response:
        taken = refusal(job.id) if job.state == "refused" else plan(job.id)
        return answer(Decision(job_id=job.id, demand=job.demand, taken=(taken,)))

    def job_bill(self, request: httpx.Request, job: Job) -> httpx.Response:
        if request.headers["accept"] == "text/csv":
            return httpx.Response(200, text=f"ResourceName,BilledCost\nsz-1,{job.id}\n")
        return answer(bill(job))

    def job_logs(self, request: httpx.Request, job: Job) -> httpx.Response:
        whole = self.stdout if request.url.params["stream"] == "stdout" else self.stderr
        offset = int(request.url.params["offset"])
        part = whole[offset : offset + 4]
        ended = offset + len(part) == len(whole)
        headers = {"Suan-Next-Offset": str(offset + len(part)), "Suan-Ended": str(ended).lower()}
        return httpx.Response(200, content=part, headers=headers)

    def job_events(self, request: httpx.Request, job: Job) -> httpx.Response:
        after = int(request.headers.get("last-event-id", "0"))
        steps = [job, self.ended(job)] if self.mode == "refused" else self.steps(job)
        events = [(number, step) for number, step in enumerate(steps, 1) if number > after]
        if self.breaks and not after:
            events = events[:2]
        self.jobs[job.id] = events[-1][1]
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=b"".join(map(sse, events)))

    def steps(self, job: Job) -> list[Job]:
        placed = self.placed(job)
        running = msgspec.structs.replace(placed, tasks_running=1)
        half = msgspec.structs.replace(running, tasks_done=job.tasks_total // 2)
        return [job, placed, running, *([half] if job.tasks_total > 1 else []), self.ended(job)]


def sse(event: tuple[int, Job]) -> bytes:
    number, job = event
    told = Progress(job=job, event=job.state, at=job.accepted_at + number * 1.5)
    return b": keep\nid: %d\nevent: progress\ndata: %s\n\n" % (number, msgspec.json.encode(told))


def answer(noun: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, content=msgspec.json.encode(noun), headers={"content-type": "application/json"})


def problem(status: int, code: str, detail: str, todo: str) -> httpx.Response:
    body = Problem(type="", title=code, status=status, detail=detail, code=code, todo=todo)
    return httpx.Response(status, content=msgspec.json.encode(body), headers={"content-type": "application/problem+json"})


@dataclass(frozen=True)
class Said:
    """What one command wrote, and its exit code."""

    code: int
    out: str
    err: str


Suan = Callable[..., Said]


@pytest.fixture
def brain() -> FakeBrain:
    return FakeBrain()


@pytest.fixture
def suan(
    brain: FakeBrain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Suan]:
    """Runs `suan` in an empty folder against the fake brain: suan("run", "x.py", lang="zh")."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "SUAN_LANG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("SUAN_URL", "http://brain.test")
    monkeypatch.setenv("SUAN_TOKEN", "good")
    monkeypatch.setenv("COLUMNS", "100")

    def call(*words: str, lang: str = "en", transport: httpx.BaseTransport | None = None) -> Said:
        monkeypatch.setenv("SUAN_LANG", lang)
        wire = transport or httpx.MockTransport(brain)
        code = main(words, transport=wire, now=lambda: NOW, pause=lambda _: None)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    yield call
