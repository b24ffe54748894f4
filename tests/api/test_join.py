"""Who waits for a brain that is not there, for how long, and what is said meanwhile."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from suanwang.api import peering
from suanwang.api.catalogue import Words
from suanwang.api.client import Client
from suanwang.api.credentials import completed
from suanwang.api.lending import lent_of
from suanwang.api.options import JoinOptions, NodeOptions
from suanwang.api.peering import Patience, patient
from suanwang.api.process import awaited
from suanwang.api.talk import Talk
from suanwang.model.fault import AuthorityFault, Fault, LogFault, UsageFault, WireFault

GONE, CUT = WireFault("SUAN-W001", "gone"), WireFault("SUAN-W034", "cut")
FULL, OTHER, NO = LogFault("SUAN-L003", "full"), WireFault("SUAN-W031", "another CA"), AuthorityFault("SUAN-A050", "revoked")


def patiently(faults: Sequence[Fault], joined_before: bool, said: list[str]) -> str:
    """What comes of a call that meets these faults, then ends well."""
    left = list(faults)

    async def call() -> str:
        if left:
            raise left.pop(0)
        return "in"

    return asyncio.run(Patience(joined_before, lambda fault, _: said.append(str(fault)))(call))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peering, "AGAIN_S", 0.001)
    monkeypatch.setattr(peering, "AGAIN_S_MAX", 0.002)


@pytest.mark.parametrize("joined_before", [False, True])
def test_a_brain_that_is_just_starting_is_waited_for_and_that_is_said_once(joined_before: bool) -> None:
    said: list[str] = []
    assert patiently([GONE] * 5, joined_before, said) == "in"
    assert said == ["SUAN-W001: gone"]


def test_who_has_joined_before_waits_for_ever_for_what_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peering, "START_S", 0.0)
    said: list[str] = []
    assert patiently([GONE, CUT, FULL, GONE, GONE], True, said) == "in"
    assert [line[:9] for line in said] == ["SUAN-W001", "SUAN-W034", "SUAN-L003", "SUAN-W001"]


@pytest.mark.parametrize(
    ("fault", "joined_before"), [(CUT, False), (FULL, False), (OTHER, False), (OTHER, True), (NO, False), (NO, True)]
)
def test_what_does_not_pass_or_may_be_a_mistake_of_who_is_new_is_told_at_once(fault: Fault, joined_before: bool) -> None:
    with pytest.raises(Fault, match=fault.code):
        patiently([GONE, fault], joined_before, [])


def test_who_is_new_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peering, "START_S", 0.0)
    with pytest.raises(WireFault, match="SUAN-W001"):
        patiently([GONE] * 100, False, [])


@pytest.mark.parametrize(
    ("cpu_milli", "memory", "says"),
    [
        (0, 900 << 40, "memory is 900.0 TiB, and this machine has 8.0 GiB"),
        (2500, 0, "cpu is 2.5 cores, and this machine has 2"),
    ],
)
def test_more_than_there_is_cannot_be_lent(cpu_milli: int, memory: int, says: str) -> None:
    with pytest.raises(UsageFault) as raised:
        lent_of(NodeOptions(cpu_milli=cpu_milli, memory_bytes=memory), 2, 8 << 30)
    assert (raised.value.code, raised.value.why) == ("SUAN-U029", says)


def test_what_is_not_said_is_all_but_what_the_machine_needs() -> None:
    assert lent_of(NodeOptions(cpu_milli=1500, memory_bytes=1 << 30), 2, 8 << 30) == (1500, 1 << 30)
    assert lent_of(NodeOptions(), 2, 8 << 30) == (2000, 15 << 29)
    assert lent_of(NodeOptions(memory_bytes=1 << 40), 2, 0) == (2000, 1 << 40)


def test_who_is_new_is_told_again_and_for_how_long_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peering, "SAID_S", 0.0)
    said: list[str] = []
    talk = Talk(Words("en"), io.StringIO(), live=False)
    monkeypatch.setattr(talk, "line", said.append)
    faults: list[Fault] = [GONE] * 3

    async def call() -> str:
        if faults:
            raise faults.pop()
        return "in"

    assert asyncio.run(patient(False, talk)(call)) == "in"
    assert len(said) == 3 and set(said) == {"SUAN-W001: the brain cannot be reached (gone); trying again for 3 min"}


def test_a_fault_that_is_waited_out_in_the_background_is_said_in_front(tmp_path: Path) -> None:
    log, ready, said = tmp_path / "log", tmp_path / "ready", list[str]()
    log.write_text("SUAN-W001: of yesterday\n")
    turns = iter(("measuring ...\n", "SUAN-W001: gone; tr", "ying again\n", ""))

    def ended() -> bool:
        with log.open("a") as file:
            file.write(turn := next(turns))
        if not turn:
            ready.touch()
        return False

    awaited(ready, log, ended, said.append)
    assert said == ["SUAN-W001: gone; trying again"]


def test_a_token_and_an_address_are_looked_at_before_anything_is_begun(tmp_path: Path) -> None:
    def nobody() -> Client:
        raise AssertionError("nobody is to be asked")

    for url in (
        "foo",
        "127.0.0.1:7420",
        "ftp://a",
        "https://",
        "https://a:99999",
        "https://a:0",
        "https://a b",
        "https://[::1",
    ):
        with pytest.raises(UsageFault, match="SUAN-U028"):
            completed(JoinOptions(url=url, token="t", folder=str(tmp_path)), {}, nobody)
    with pytest.raises(AuthorityFault, match="SUAN-A001"):
        completed(JoinOptions(url="https://a:1", token="t", folder=str(tmp_path)), {}, nobody)
