"""Every why is there in Chinese, and no Chinese without the English that it is of; looking one up is quick and changes nothing
that it does not know."""

import os
import re
import string
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.api.catalogue import Words, entries
from suanwang.api.particulars import _numbers, _words  # pyright: ignore[reportPrivateUsage]
from suanwang.api.whys import DEEP_MAX, EACH, EVERYWHERE, TEXT_MAX, coded, fixed_of, holes_of, listed, sections, table, why
from suanwang.brain.commands import _LIES  # pyright: ignore[reportPrivateUsage]
from suanwang.model import fault as faults
from suanwang.model.metric import Metric
from suanwang.model.network import Link, Network, Router
from suanwang.model.node import Accelerator, Capacity, Device, Node, Offer, Speed
from suanwang.model.where import Place, Site
from suanwang.steer.paths import path_of, why_not
from tests.api.english import HOLE, named_in, returned_by, said_in, trees
from tests.brain.sample import a_node

FAULTS = [*(n for n, k in vars(faults).items() if isinstance(k, type) and issubclass(k, faults.Fault)), "Interrupted"]
EN, ZH = Words("en"), Words("zh")

ELSEWHERE = {
    "SUAN-N000": {"there is nothing at {}"},
    "SUAN-U002": {"the request needs a body", "{}: Invalid enum value {}; it is one of {}"},
    "SUAN-U050": {"{} is not among what may be done there"},
    "SUAN-U052": {"the body is {}, not application/json"},
    "SUAN-U170": {  # what an intent was rejected with when it came, and is raised with later
        "{} wants {} of {} to be {}, and this {}",
        "together your services may cost {} CNY a day, and there are {} CNY",
        "{}: no node can take {}",
    },
    "SUAN-U182": {"task {} is {}, the job {}", "task {} is {}, the job {}: {}"},
    EVERYWHERE: {'task "{}": {}', "no node can take {}"},
}
"""Whys that no call of a fault shows: of what the framework refuses, and those that are put together from parts."""
BROKEN = "SUAN-U132"
"""Told by its evidence."""
OPAQUE = {
    ("SUAN-U024", "api/cli/main.py"),  # the parser's, which are in Chinese by then
    (BROKEN, "brain/trial/work.py"),
    ("SUAN-W002", "api/answers.py"),
    ("SUAN-U170", "api/sdk/jobs.py"),
    ("SUAN-U170", "brain/promise.py"),
    ("SUAN-U182", "api/splitting.py"),
    ("{}", "api/sdk/ask.py"),  # a question, in the language of whoever asked
}
"""Calls whose why cannot be read where they are; all of them are in ELSEWHERE, or have words of their own."""
PATH = {"{} ms each way", "carries {} Mb/s", "shares {}", "shares the risk {}", "shares nothing with it"}
AS_THEY_ARE = {HOLE, "wasmtime {}", "onnxruntime {}", "bubblewrap", "{}: {}"}
"""The same in every language."""
NOTES = {
    "a service runs until it is stopped; it ended",
    "its health was not good for {} s: no 2xx or 3xx from {} on port {}",
    "its health was not good for {} s: no connection to port {}",
    "the node's place in the network has changed",
    "killed; the fuel is estimated from its CPU time",
    "gave up with {} of {} of memory in use",
    "it needs more memory at its start than the {} it may use",
    "out of fuel",
    "stopped after {}",
    "stopped after {} s",
    "needs more than {} of memory",
    "wrote a file of more than {}",
    "{} reached the limit of {}",
}
"""What drivers say of a task that failed."""


def bare(template: str) -> str:
    """Without the numbers of its holes."""
    return re.sub(r"\{\d+\}", HOLE, template)


def there() -> dict[str, set[str]]:
    """Code -> the English that has Chinese."""
    return {code: {bare(one) for one in lines} for code, lines in table().items()}


def wanted() -> dict[str, set[str]]:
    """Code -> all that the source says."""
    found: dict[str, set[str]] = {code: set(texts) for code, texts in ELSEWHERE.items()}
    every = [*said_in(FAULTS), *said_in(["__init__"]), *said_in(["problem", "told", "_refuse"], at=2, code=1)]
    for one in every:
        if one.code.startswith("SUAN-") and one.code != BROKEN and one.text != HOLE:
            found.setdefault(one.code, set()).add(one.text)
    return found


def test_the_source_is_read():
    found = wanted()
    assert len(found) > 190 and sum(map(len, found.values())) > 540
    assert {(s.code, s.at.partition(":")[0]) for s in said_in(FAULTS) if s.text == HOLE} == OPAQUE


def test_every_why_is_there_in_chinese_and_none_that_nobody_says():
    have, want = there(), wanted()
    codes = {code for code in have if code.startswith("SUAN-")} | {EVERYWHERE}
    assert [(code, text) for code in sorted(want) for text in sorted(want[code] - have.get(code, set()))] == []
    assert [(code, text) for code in sorted(codes) for text in sorted(have[code] - want.get(code, set()))] == []


OTHERS = {
    "doctor": named_in("Check", "found", "means"),
    "proposal": named_in("Proposal", "why"),
    "ended": named_in("JobEnded", "reason")
    | named_in("PlacementLost", "reason")
    | returned_by("brain/decide.py", "why_untaken")
    | {*_LIES.values(), "lost", "it gave way to an urgent job"},
    "done": {one.text for one in said_in(["note_kept"], at=3, code=3)},
    "path": PATH,
    "note": NOTES | returned_by("drivers/process/attend.py", "_note") | returned_by("agent/files.py", "note"),
}


@pytest.mark.parametrize("section", OTHERS)
def test_what_is_no_fault_is_there_too(section):
    have, want = there()[section], OTHERS[section] - AS_THEY_ARE
    assert sorted(want - have) == []
    assert sorted(have - want) == []


COMMAND = re.compile(
    r"(suan|export|ls|rm|cat|cd|chmod|cp|sudo|pip|uv pip|uv|apt|unset|ip|split|sha256sum|systemd-run|--[\w-]+|PUT) ?[^;]*"
    r"|docs/\S*|tile/.*|workdir: \.|numpy\..*|print\(.*|(\{\} ?)*(--help)?|suan \w+( \w+)?; suan \w+ [\w.]+"
)
"""What to do that is only a command, a file or an example."""
SAID = re.compile(r", (or|and|as|on|with|in) | shows | should | again|the job")


def test_what_to_do_is_in_chinese_where_it_is_said_in_words():
    todo = {one.text for one in said_in(FAULTS, at=2)} | named_in("Check", "todo") | {"see /v1/openapi.json"}
    todo |= {one.text for one in said_in(["problem", "_refuse"], at=3, code=1)} | {
        one.text for one in said_in(["__init__"], at=2)
    }
    plain = {one for one in todo if COMMAND.fullmatch(one) and not SAID.search(one)}
    assert sorted(one for one in todo - plain if why(ZH, "todo", one) == one and one != HOLE) == []
    used = {
        bare(e)
        for e in table()["todo"]
        if any(holes_of(fixed_of(e), one.replace("{{", "{").replace("}}", "}")) is not None for one in todo)
    }
    assert sorted(there()["todo"] - used) == []


def test_words_of_values_are_words_of_the_source():
    text = "".join(path.read_text(encoding="utf-8") for path in trees())
    assert [one for one in table()["words"] for part in fixed_of(one) if part not in text] == []


def fields(text: str) -> list[str]:
    return [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]


LINES = [(code, english, chinese) for code, lines in table().items() for english, chinese in lines.items()]


@pytest.mark.parametrize("code", table())
def test_chinese_has_the_holes_of_its_english_and_knows_how_to_fill_them(code):
    families = {key.partition(".")[0] for key in entries()} | {*sections(), "why"}
    for english, chinese in table()[code].items():
        assert fields(english) == [str(n) for n in range(len(fields(english)))], english
        assert sorted(fields(english)) == sorted(fields(chinese)), english
        specs = {spec.removeprefix(EACH) for _, _, spec, _ in string.Formatter().parse(chinese) if spec}
        assert specs <= families, chinese
        assert re.search("[\u4e00-\u9fff]", chinese) or not re.search("[a-z]", english), chinese


@pytest.mark.parametrize("code", table())
def test_every_template_finds_what_was_said_by_it(code):
    for english, chinese in table()[code].items():
        values = [f"<{n}>" for n in range(len(fields(english)))]
        plain = re.sub(r"\{(\d+):\w+\}", r"{\1}", chinese)
        assert why(ZH, code, english.format(*values)) == plain.format(*values)


def test_english_and_what_is_not_known_stay_as_they_came():
    assert why(EN, "SUAN-U012", 'cpu is "x", which is not a number.') == 'cpu is "x", which is not a number.'
    assert why(ZH, "SUAN-U012", "cpu is nothing of ours") == "cpu is nothing of ours"
    assert why(ZH, "SUAN-X999", "there is no job 'a'") == "there is no job 'a'"
    assert why(ZH, "SUAN-U012", "") == ""


def test_values_are_shown_as_they_are_and_words_by_what_they_are_called():
    assert why(ZH, "SUAN-U012", 'cpu is "{0:x} is", which is not a number.') == 'cpu 为 "{0:x} is"，不是数字。'
    assert why(ZH, "SUAN-A040", "this needs the role user or operator") == "这需要角色 user 或 operator"
    assert why(ZH, "SUAN-P021", "job job-1 is done already") == "作业 job-1 已处于“完成”"
    assert why(ZH, "SUAN-U002", 'task "cut": run is empty.') == "任务“cut”：run 是空的。"
    assert coded(ZH, "SUAN-N001: there is no job 'a'") == "SUAN-N001: 没有作业 'a'"
    assert coded(ZH, "exit: 3") == "exit: 3"


def test_what_the_system_says_is_in_the_readers_language():
    refused, gone = (str(OSError(code, os.strerror(code), *at)) for code, at in ((111, ()), (2, ("a.yaml",))))
    assert why(ZH, "SUAN-W001", f"https://a:1: {refused}") == "https://a:1：连接被拒绝（系统错误 111）"
    assert (
        why(ZH, "SUAN-U022", f"the job file a.yaml cannot be read: {gone}")
        == "作业文件 a.yaml 无法读取：'a.yaml'：没有这个文件或文件夹（系统错误 2）"
    )
    assert why(ZH, "SUAN-U022", "a cannot be read: Permission denied") == "a 无法读取：没有权限"
    assert why(ZH, "SUAN-U022", "a cannot be read: the moon is full") == "a 无法读取：the moon is full"


def nowhere_sound() -> Node:
    """Whatever it says of itself is out of bounds."""
    device = Device(id=" ", files=(" ",) * 65)
    accelerator = Accelerator(kind=" ", vendor=" ", name=" ", count=0, memory_bytes=-1, devices=(device,))
    place = Place(name=" ", name_zh=" ", region=" ", latitude=-91.0, longitude=181.0)
    site = Site(name="", place=place, tier="x", access_ms=-1.0, carbon_g_kwh=-1.0, pue=0.0, cooling="x")
    metric = Metric(type="", level=0, format="int", unit=" ", source="nominal", statistics="cur", value=0.0)
    return msgspec.structs.replace(
        a_node("n"),
        name="", site=site, arch="", sandbox=" ", version=" ", cap=0.0, watts_per_core=-1.0, wake_s=-1.0, embodied_g=-1.0,
        runtimes=("",) * 17, metrics=(metric,) * 257, speed=Speed(fuel_per_cpu_s=0.0, fuel_per_s=0.0, spread=-1.0),
        capacity=Capacity(cpu_milli=0, memory_bytes=0, accelerators=(accelerator,) * 257),
        offer=Offer(price_micro_per_tfuel=-1, price_micro_per_accelerator_hour=-1, price_micro_by_hour=(-1,) * 25,
                    egress_micro_per_gb=-1, currency="x"),
    )  # fmt: skip


def test_every_particular_of_a_node_that_cannot_be_has_its_word():
    told = {*_numbers(nowhere_sound()), *_words(nowhere_sound())}
    assert {one if one.startswith("its ") else f"{one.rpartition(' ')[0]} {HOLE}" for one in told} == there()["particular"]
    said = why(ZH, "SUAN-U070", "the node's particulars cannot be: price -1, its name, cap 2, its arch")
    assert said == "节点的参数不成立：价格 -1、名称、cap 为 2、架构"


@given(
    st.sampled_from([one for one in LINES if one[0].startswith("SUAN-")]),
    st.lists(st.text(max_size=40), min_size=9, max_size=9),
)
def test_whatever_stands_in_the_holes_nothing_breaks(line, values):
    code, english, _ = line
    assert why(ZH, code, english.format(*values))


@given(st.text(max_size=300))
def test_any_text_may_come(text):
    for code in ("SUAN-U002", "SUAN-U013", "SUAN-W002"):
        assert isinstance(why(ZH, code, text), str)


@pytest.mark.parametrize("part", ["is ", ": ", ' is "', "; ", ", which ", 'task "a": ', "a or ", "a and "])
def test_a_hostile_text_costs_no_more_than_another(part):
    text = part * (TEXT_MAX // len(part))
    began = time.perf_counter()
    for code in sections():
        why(ZH, code, text)
    assert time.perf_counter() - began < 2.0
    assert why(ZH, "SUAN-U013", text + "x" * TEXT_MAX) == text + "x" * TEXT_MAX


def test_words_within_words_have_an_end():
    deep = 'task "a": ' * 50
    assert why(ZH, "SUAN-U002", deep + "run is empty.").count("任务") == DEEP_MAX


def test_a_way_says_in_chinese_why_it_is_not_the_one():
    routers = tuple(Router(number=n, name=name) for n, name in ((1, "a"), (2, "b"), (3, "c")))
    links = (
        Link(a=1, b=2, latency_ms=1.0, rate_mbit=100.0, risks=("river",)),
        Link(a=2, b=3, latency_ms=1.0, rate_mbit=100.0),
        Link(a=1, b=3, latency_ms=5.0, rate_mbit=10.0, risks=("river",)),
    )
    network = Network(routers=routers, links=links)
    best, other = path_of(network, (1, 2, 3)), path_of(network, (1, 3))
    assert listed(ZH, "path", why_not(network, other, best)) == "单程 +3 ms；速率 10 Mb/s；共担风险 river"
    assert listed(ZH, "path", why_not(network, best, best)) == "单程 +0 ms；共用 a - b, b - c；共担风险 river"
    calm = path_of(Network(routers=routers, links=links[:2]), (1, 2))
    assert listed(ZH, "path", why_not(network, path_of(network, (2, 3)), calm)) == "单程 +0 ms；与它没有共用的部分"
