"""Flags and job file are one document: the same words mean the same, and a flag wins."""

import pytest

from suanwang.intent import Flags, demand_from, flags_to_document, parse_yaml
from suanwang.model.fault import UsageFault
from suanwang.model.file import FileRef

FILES = (FileRef(path="a.py", sha256="a" * 64, size=3),)


def test_flags_alone_mean_what_the_file_means() -> None:
    flags = Flags(
        target="a.py:go",
        command=("--fast", "{}"),
        name="render",
        near="shenzhen",
        within="20ms",
        budget="5",
        finish="10min",
        carbon="100g",
        region=("guangdong", "贵州"),
        trust="attested",
        cpu="4",
        memory="8GiB",
        gpu="1:a100,h100",
        arch="x86_64",
        prefer="speed",
        over="a,b",
        env=("K=v=w",),
        work="20 Gfuel",
        task_limit="5min",
        replicas="5",
        quorum="4",
        data=("40GB at site near for 0.5 CNY/GB", "1GiB at guiyang"),
        spread="site:2",
        beside="prepare",
        apart="web",
    )
    text = """
    name: render
    python: a.py:go
    args: [--fast, "{}"]
    over: [a, b]
    near: shenzhen
    needs: {cpu: 4, memory: 8GiB, gpu: {count: 1, kind: [a100, h100]}, arch: x86_64}
    limits: {latency: 20ms, budget: 5 CNY, finish: 10min, carbon: 100g, region: [guangdong, guizhou], trust: attested,
             task: 5min}
    env: {K: v=w}
    prefer: speed
    work: 20 Gfuel
    verify: {replicas: 5, quorum: 4}
    data: [{at: site near, size: 40GB, egress: 0.5 CNY/GB}, {at: 贵阳, size: 1GiB}]
    spread: {by: site, most: 2}
    with: prepare
    apart: web
    """
    from_flags = demand_from(flags_to_document(flags), files=FILES, items=())
    assert from_flags == demand_from(parse_yaml(text), files=FILES, items=())


def test_a_flag_wins_and_the_rest_stands() -> None:
    document = parse_yaml("{run: x --slow, env: {A: 1, B: 2}, limits: {budget: 1, finish: 1h}, files: [a], network: true}")
    flags = Flags(budget="9", env=("B=3",), near="xian", file=("b*", "c"), network=False)
    assert flags_to_document(flags, document) == {
        "run": "x --slow",
        "env": {"A": "1", "B": "3"},
        "limits": {"budget": "9", "finish": "1h"},
        "files": ["b*", "c"],
        "near": "xian",
        "network": False,
    }
    assert flags_to_document(Flags(), document) == document


def test_work_on_the_command_line_replaces_the_work_of_the_file() -> None:
    document = parse_yaml("{python: a.py, args: [1], near: xian}")
    assert flags_to_document(Flags(command=("ls", "|")), document) == {"run": ["ls", "|"], "near": "xian"}
    assert flags_to_document(Flags(target="b.wasm"), document) == {"wasm": "b.wasm", "near": "xian"}


def test_without_a_job_file_only_named_files_go_along() -> None:
    assert flags_to_document(Flags(command=("ls",))) == {"run": ["ls"], "files": []}
    assert "files" not in flags_to_document(Flags(near="xian"), {"run": "ls"})


@pytest.mark.parametrize("over", ["0-99", "inputs/*.{a,b}"])
def test_a_range_or_pattern_stays_text(over: str) -> None:
    assert flags_to_document(Flags(command=("ls",), over=over))["over"] == over


@pytest.mark.parametrize(
    "flags", [Flags(env=("NOVALUE",)), Flags(target="job.txt"), Flags(target=":x")], ids=["env", "ending", "no file"]
)
def test_what_cannot_be_read_is_refused(flags: Flags) -> None:
    with pytest.raises(UsageFault) as caught:
        flags_to_document(flags)
    assert caught.value.code == "SUAN-U002"


def test_a_section_of_the_wrong_kind_is_not_papered_over() -> None:
    with pytest.raises(UsageFault) as caught:
        flags_to_document(Flags(budget="5"), {"run": "x", "limits": "tight"})
    assert caught.value.code == "SUAN-U002"
