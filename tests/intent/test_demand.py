"""A document means exactly one demand, or is refused by the place of what is wrong; and a demand can be written down again."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.intent import check, demand_from, document_from, parse_yaml, wanted, write_yaml
from suanwang.intent.demand import PREFERENCES, PRIORITIES
from suanwang.intent.near import GROUPS
from suanwang.model.data import Data
from suanwang.model.demand import TRUST_LEVELS, AcceleratorNeed, Command, Demand, Item, Limits, Needs, Python, Spread, Wasm
from suanwang.model.fault import Fault
from suanwang.model.file import FileRef
from suanwang.world.gazetteer import PLACES, REGION_NAMES, find

RENDER = """
name: render
run: python3 render.py --frames {}
over: 0-99/4
workdir: scenes
files: [lib/*.py, ./data.csv]
outputs: out/
env: {KEY: 1.10, EMPTY: }
network: true
near: 深圳
needs:  {cpu: 4, memory: 8GiB, gpu: {count: 1, kind: [A100, h100]}, arch: amd64}
limits: {latency: 20ms, budget: 30 CNY, finish: 10min, carbon: 100 gCO2e, region: [guangdong, 贵州省], trust: attested,
         task: 5min}
prefer: price
work: 20 Gfuel
"""


def ref(path: str) -> FileRef:
    return FileRef(path=path, sha256="a" * 64, size=3)


def demand(text: str, *files: str) -> Demand:
    return demand_from(parse_yaml(text), files=tuple(map(ref, files)), items=())


def test_a_whole_document() -> None:
    assert demand(RENDER) == Demand(
        name="render",
        work=Command(argv=("python3", "render.py", "--frames", "{}"), network=True),
        items=tuple(Item(value=v) for v in ("0-24", "25-49", "50-74", "75-99")),
        env=(("KEY", "1.10"), ("EMPTY", "")),
        near=find("shenzhen"),
        needs=Needs(cpu_milli=4000, memory_bytes=8 * 2**30, accelerator=AcceleratorNeed(kinds=("a100", "h100")), arch="x86_64"),
        limits=Limits(
            latency_ms_max=20.0,
            budget_micro=30_000_000,
            finish_s_max=600.0,
            carbon_g_max=100.0,
            regions=("guangdong", "guizhou"),
            trust="attested",
        ),
        fuel_per_task=20 * 10**9,
        task_s_max=300.0,
    )


def test_what_a_door_must_read() -> None:
    found = wanted(parse_yaml(RENDER))
    assert (found.workdir, found.files, found.script) == ("scenes", ("lib/*.py", "data.csv"), "")
    assert "render.py" in found.mentioned
    alone = wanted({"python": "./render.py:frame"})
    assert (alone.workdir, alone.files, alone.script, alone.over) == (".", None, "render.py", None)


def test_the_least_document_gives_the_defaults() -> None:
    assert demand("run: ./sim.sh") == Demand(name="sim", work=Command(argv=("./sim.sh",)))
    assert demand("run: [python3, bench/Mandel brot.py]").name == "Mandel-brot"
    assert demand("needs:\nlimits: ~\nrun: 'true'") == Demand(name="true", work=Command(argv=("true",)))
    called = demand("python: lib/a.py:go", "lib/a.py")
    assert called.work == Python(file="lib/a.py", function="go")
    assert called.outputs == ("out/",)


@pytest.mark.parametrize(
    ("gpu", "need"),
    [
        (1, AcceleratorNeed(count=1)),
        ("2", AcceleratorNeed(count=2)),
        ("A100", AcceleratorNeed(count=1, kinds=("a100",))),
        ("2:a100,h100", AcceleratorNeed(count=2, kinds=("a100", "h100"))),
        ({"kind": "l40s"}, AcceleratorNeed(count=1, kinds=("l40s",))),
        (0.5, AcceleratorNeed(share_milli=500)),
        ("0.25:a100", AcceleratorNeed(share_milli=250, kinds=("a100",))),
        ({"share": 0.125, "kind": ["a100"]}, AcceleratorNeed(share_milli=125, kinds=("a100",))),
        (0, None),
        (None, None),
    ],
)
def test_forms_of_gpu(gpu: object, need: AcceleratorNeed | None) -> None:
    assert demand_from({"run": "x", "needs": {"gpu": gpu}}, files=(), items=()).needs.accelerator == need


def nested(depth: int) -> object:
    found: object = "x"
    for _ in range(depth):
        found = [found]
    return found


HOSTILE: list[tuple[dict[Any, Any], str, str]] = [
    ({}, "SUAN-U003", "0 kinds"),
    ({"run": "x", "wasm": "y.wasm"}, "SUAN-U003", "run and wasm"),
    ({"run": "x", "limits": {"latancy": "20ms"}}, "SUAN-U001", '"limits.latancy"'),
    ({"run": "x", "needs": {"gpu": {"cout": 1}}}, "SUAN-U001", '"needs.gpu.cout"'),
    ({"run": "x", "l\u0456mits": {}}, "SUAN-U001", "l\u0456mits"),
    ({"run": "x", "a\n\x1b[31m": 1}, "SUAN-U001", "a��[31m"),
    ({"run": "x", 5: 1}, "SUAN-U001", '"5"'),
    ({"run": "x", None: 1}, "SUAN-U001", "nothing"),
    ({"run": "x", "__class__": 1}, "SUAN-U001", "__class__"),
    ({"run": "x", "k" * 10**6: 1}, "SUAN-U001", "…"),
    ({"run": 5}, "SUAN-U002", "run"),
    ({"run": nested(5000)}, "SUAN-U002", "run[0]"),
    ({"run": ""}, "SUAN-U002", "empty"),
    ({"run": []}, "SUAN-U002", "empty"),
    ({"run": "a 'b"}, "SUAN-U002", "quotation"),
    ({"run": "a\0b"}, "SUAN-U002", "character"),
    ({"run": "a | b"}, "SUAN-U003", "no shell"),
    ({"run": "x " * 10_000}, "SUAN-U002", "20000 characters"),
    ({"run": "x", "args": ["y"]}, "SUAN-U003", "args"),
    ({"python": "../x.py"}, "SUAN-U002", "python"),
    ({"python": "x.py:a b"}, "SUAN-U002", "function"),
    ({"python": "x.py"}, "SUAN-U003", "not among"),
    ({"wasm": "/x.wasm"}, "SUAN-U002", "wasm"),
    ({"wasm": "x.wasm", "network": True}, "SUAN-U003", "network"),
    ({"run": "x", "name": "../../etc"}, "SUAN-U002", "name"),
    ({"run": "x", "name": "a" * 65}, "SUAN-U002", "name"),
    ({"run": "x", "name": {}}, "SUAN-U002", "a mapping"),
    ({"run": "x", "network": "yes"}, "SUAN-U002", "true or false"),
    ({"run": "x", "env": ["A=1"]}, "SUAN-U002", "env"),
    ({"run": "x", "env": {"A=B": "1"}}, "SUAN-U002", "A=B"),
    ({"run": "x", "env": {"A": []}}, "SUAN-U002", "env.A"),
    ({"run": "x", "env": {"SUAN_ITEM": "1"}}, "SUAN-U003", "SUAN_ITEM"),
    ({"run": "x", "env": {f"A{i}": "1" for i in range(257)}}, "SUAN-U013", "257"),
    ({"run": "x", "outputs": ["../out"]}, "SUAN-U002", "outputs"),
    ({"run": "x", "outputs": "."}, "SUAN-U002", "outputs"),
    ({"run": "x", "needs": 5}, "SUAN-U002", "needs"),
    ({"run": "x", "needs": {"cpu": 0}}, "SUAN-U013", "needs.cpu"),
    ({"run": "x", "needs": {"cpu": 10**5000}}, "SUAN-U013", "digits"),
    ({"run": "x", "needs": {"cpu": float("nan")}}, "SUAN-U012", "nan"),
    ({"run": "x", "needs": {"memory": "8"}}, "SUAN-U010", "needs.memory"),
    ({"run": "x", "needs": {"arch": "x86"}}, "SUAN-U005", "needs.arch"),
    ({"run": "x", "needs": {"gpu": "1:a 100"}}, "SUAN-U002", "kind"),
    ({"run": "x", "needs": {"gpu": -1}}, "SUAN-U013", "needs.gpu.count"),
    ({"run": "x", "limits": {"latency": "20ms"}}, "SUAN-U003", "near"),
    ({"run": "x", "prefer": "latency"}, "SUAN-U003", "near"),
    ({"run": "x", "limits": {"latency": 20}, "near": "xian"}, "SUAN-U010", "limits.latency"),
    ({"run": "x", "limits": {"budget": "5 USD"}}, "SUAN-U011", "CNY"),
    ({"run": "x", "limits": {"budget": [5]}}, "SUAN-U012", "limits.budget"),
    ({"run": "x", "limits": {"finish": "0s"}}, "SUAN-U013", "limits.finish"),
    ({"run": "x", "limits": {"trust": "atested"}}, "SUAN-U005", "limits.trust"),
    ({"run": "x", "limits": {"region": ["guandong"]}}, "SUAN-N011", "guandong"),
    ({"run": "x", "limits": {"region": [5]}}, "SUAN-U002", "limits.region[0]"),
    ({"run": "x", "near": "shenzen"}, "SUAN-N010", "shenzen"),
    ({"run": "x", "near": ["shenzhen"]}, "SUAN-U002", "near"),
    ({"run": "x", "prefer": "prize"}, "SUAN-U005", "prefer"),
    ({"run": "x", "priority": "high"}, "SUAN-U005", "priority"),
    ({"run": "x", "work": "20"}, "SUAN-U010", "work"),
    ({"run": "x", "gang": True}, "SUAN-U003", "one task"),
    ({"wasm": "x.wasm", "gang": True, "over": "0-3", "needs": {"cpu": "500m"}}, "SUAN-U003", "core"),
    ({"run": "x", "gang": "yes", "over": "0-3"}, "SUAN-U002", "gang"),
    ({"python": "x.py", "gang": True, "over": "0-3", "verify": {"replicas": 2}}, "SUAN-U003", "verify"),
    ({"run": "x", "over": "inputs/*.csv"}, "SUAN-N012", "inputs/*.csv"),
    ({"run": "x", "data": {"at": "shenzhen"}}, "SUAN-U002", "does not say size"),
    ({"run": "x", "data": [{"at": "shenzen", "size": "1GB"}]}, "SUAN-N010", "shenzen"),
    ({"run": "x", "data": {"at": "shenzhen", "size": "1GB", "egress": "1 CNY"}}, "SUAN-U010", "egress"),
    ({"run": "x", "data": [{"at": "site a", "sise": 1}]}, "SUAN-U001", "data[0].sise"),
    ({"run": "x", "spread": "site"}, "SUAN-U002", "a mapping"),
    ({"run": "x", "spread": {"by": "rack"}}, "SUAN-U005", "spread.by"),
    ({"run": "x", "spread": {"most": 0}}, "SUAN-U003", "spread.most"),
    ({"run": "x", "with": ""}, "SUAN-U002", "with"),
    ({"run": "x", "apart": "a" * 81}, "SUAN-U002", "apart"),
]


@pytest.mark.parametrize(("document", "code", "says"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_documents(document: dict[str, object], code: str, says: str) -> None:
    with pytest.raises(Fault) as caught:
        demand_from(document, files=(), items=())
    assert caught.value.code == code, caught.value
    assert says in caught.value.why
    assert len(caught.value.why) < 400
    assert caught.value.todo
    assert caught.value.why.isprintable()


@pytest.mark.parametrize(
    ("document", "todo"),
    [
        ({"run": "x", "limits": {"latancy": "20ms"}}, "did you mean latency?"),
        ({"run": "x", "worKdir": "."}, "did you mean workdir?"),
        ({"run": "x", "cpu": 4}, "needs.cpu"),
        ({"run": "x", "needs": {"latency": "20ms"}}, "limits.latency"),
        ({"run": "x", "limits": {"near": "xian"}}, "job itself"),
        ({"run": "x", "limits": {"trust": "atested"}}, "did you mean attested?"),
        ({"run": "x", "near": "shenzen"}, "shenzhen"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(document: dict[str, object], todo: str) -> None:
    with pytest.raises(Fault) as caught:
        demand_from(document, files=(), items=())
    assert todo in caught.value.todo


@pytest.mark.parametrize(
    "bad",
    [
        {"files": (ref("../x"),)},
        {"files": (ref("/etc/passwd"),)},
        {"files": (ref("a//b"),)},
        {"files": (ref("a"), ref("a"))},
        {"files": (ref("a"), ref("a/b"))},
        {"files": (FileRef(path="a", sha256="A" * 64, size=3),)},
        {"files": (FileRef(path="a", sha256="a" * 64, size=-3),)},
        {"items": (Item(value="x", file=ref("../x")),)},
        {"items": (Item(value=""),)},
        {"items": (Item(value="a\0b"),)},
        {"needs": Needs(cpu_milli=-5)},
        {"needs": Needs(memory_bytes=0)},
        {"needs": Needs(accelerator=AcceleratorNeed(count=-1))},
        {"needs": Needs(arch="vax")},
        {"limits": Limits(budget_micro=-1)},
        {"limits": Limits(latency_ms_max=5.0)},
        {"limits": Limits(trust="root")},
        {"limits": Limits(carbon_g_max=float("inf"))},
        {"limits": Limits(finish_s_max=float("nan"))},
        {"fuel_per_task": -1},
        {"task_s_max": 0.0},
        {"outputs": ("../",)},
        {"env": (("A B", "1"),)},
        {"work": Command(argv=())},
        {"work": Wasm(file="../a.wasm")},
        {"name": "a/b"},
    ],
    ids=str,
)
def test_a_demand_from_the_wire_is_held_to_the_same_bounds(bad: dict[str, Any]) -> None:
    good = Demand(name="x", work=Command(argv=("true",)))
    assert check(good) == good
    with pytest.raises(Fault):
        check(msgspec.structs.replace(good, **bad))


names = st.from_regex(r"[A-Za-z0-9深圳_][A-Za-z0-9._-]{0,20}", fullmatch=True)
paths = st.from_regex(r"[a-z*?\[\]]{1,4}( [a-z]{1,3})?(/[a-z.]{1,3}[a-z])?", fullmatch=True)
argument = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
argvs = st.lists(argument | st.sampled_from(["{}", "|", "&&", "null", "true", "1.0", "a b"]), max_size=4).map(tuple)
works = (
    st.builds(Command, argv=argvs.filter(lambda argv: argv and argv[0]), network=st.booleans())
    | st.builds(Python, file=st.just("a.py"), function=st.sampled_from(["", "go"]), argv=argvs)
    | st.builds(Wasm, file=st.just("b.wasm"), argv=argvs)
)
values = st.lists(argument.filter(bool), min_size=1, max_size=5) | st.builds(
    lambda a, n: [str(i) for i in range(a, a + n)], st.integers(0, 10**9), st.integers(1, 50)
)
items = st.just(()) | values.map(lambda found: tuple(Item(value=value) for value in found))
file_items = st.lists(paths, min_size=1, max_size=4, unique=True).map(lambda ps: tuple(Item(value=p, file=ref(p)) for p in ps))
maybe = lambda strategy: st.none() | strategy  # noqa: E731
limits = st.builds(
    Limits,
    latency_ms_max=maybe(st.floats(1e-3, 1e6)),
    budget_micro=maybe(st.integers(0, 10**15)),
    finish_s_max=maybe(st.floats(1e-3, 1e7)),
    carbon_g_max=maybe(st.floats(0, 1e9)),
    regions=st.lists(st.sampled_from(list(REGION_NAMES)), max_size=3, unique=True).map(tuple),
    trust=st.sampled_from(TRUST_LEVELS),
)
kinds = st.lists(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True), max_size=2, unique=True).map(tuple)
needs = st.builds(
    Needs,
    cpu_milli=st.integers(1, 10**7),
    memory_bytes=st.integers(1, 2**60),
    accelerator=maybe(
        st.builds(AcceleratorNeed, count=st.integers(1, 64), kinds=kinds)
        | st.builds(AcceleratorNeed, share_milli=st.integers(1, 999), kinds=kinds)
    ),
    arch=st.sampled_from(["", "x86_64", "aarch64"]),
)
inputs = st.builds(
    lambda size, egress, where: Data(size_bytes=size, egress_micro_per_gb=egress, **where),
    st.integers(0, 2**60),
    maybe(st.integers(0, 10**12)),
    st.sampled_from([{"place": find("shenzhen")}, {"place": find("22.5,114.1")}, {"site": "sz-edge"}, {"node": "gz 4"}]),
)
demands = st.builds(
    Demand,
    name=names,
    work=works,
    items=items,
    files=st.just((ref("a.py"), ref("b.wasm"))),
    outputs=st.lists(st.sampled_from(["out/", "log", "a b/c.txt", "result.json"]), max_size=2, unique=True).map(tuple),
    env=st.dictionaries(st.from_regex(r"[A-RT-Za-z_][A-Z0-9]{0,5}", fullmatch=True), argument, max_size=3).map(
        lambda e: tuple(e.items())
    ),
    near=st.sampled_from(list(PLACES.values()))
    | st.builds(lambda a, b: find(f"{a},{b}"), st.integers(-90, 90), st.integers(-180, 180)),
    needs=needs,
    limits=limits,
    prefer=st.sampled_from(PREFERENCES),
    priority=st.sampled_from(PRIORITIES),
    fuel_per_task=st.integers(0, 10**18),
    task_s_max=st.floats(1e-3, 1e7),
    gang=st.booleans(),
    data=st.lists(inputs, max_size=2).map(tuple),
    spread=maybe(st.builds(Spread, by=st.sampled_from(GROUPS), most=st.integers(1, 10**6))),
    beside=st.just("") | names,
    apart=st.just("") | names,
).map(lambda d: msgspec.structs.replace(d, gang=d.gang and d.task_count > 1 and d.needs.cpu_milli >= 1000))


@given(demands)
@settings(max_examples=300)
def test_a_demand_is_written_down_and_read_again(d: Demand) -> None:
    document = document_from(d)
    assert demand_from(document, files=d.files, items=()) == d
    assert demand_from(parse_yaml(write_yaml(document)), files=d.files, items=()) == d
    assert check(d) == d


@given(file_items)
def test_an_array_over_files_names_them_again(found: tuple[Item, ...]) -> None:
    d = Demand(name="x", work=Command(argv=("true",)), items=found)
    document = document_from(d)
    assert wanted(document).over is not None
    assert demand_from(document, files=(), items=found) == d


@pytest.mark.parametrize("over", ["0-99", "000-120", "0-99/4", "7-7"])
def test_a_range_is_written_as_a_range(over: str) -> None:
    assert document_from(demand(f"run: x\nover: {over}"))["over"] in (over, ["7"], "7-7/1")


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | argument | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(argument | st.integers(), inner, max_size=3),
    max_leaves=5,
)
fields = [
    "run",
    "python",
    "wasm",
    "args",
    "over",
    "workdir",
    "files",
    "outputs",
    "env",
    "network",
    "near",
    "prefer",
    "priority",
    "gang",
    "work",
    "name",
    "data",
    "spread",
    "with",
    "apart",
]
sections = st.dictionaries(
    st.sampled_from(["cpu", "memory", "gpu", "arch", "latency", "budget", "region", "trust", "task"]), junk, max_size=2
)


@given(st.dictionaries(st.sampled_from(fields), junk, max_size=4), sections, sections)
def test_whatever_is_given_only_faults_come_out(document: dict[str, object], needs: object, limits: object) -> None:
    for whole in (document, {"run": "x", **document}, {"run": "x", "needs": needs, "limits": limits}):
        for read in (wanted, lambda whole: demand_from(whole, files=(), items=())):
            try:
                read(whole)
            except Fault as fault:
                assert fault.code.startswith("SUAN-")
