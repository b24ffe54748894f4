"""How results are to be checked: read, completed, written down again, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.intent import demand_from, document_from
from suanwang.intent.demand import REPLICAS_MAX
from suanwang.model.demand import Verify
from suanwang.model.fault import Fault, UsageFault
from suanwang.model.file import FileRef

FILES = (FileRef(path="a.py", sha256="a" * 64, size=3),)


def read(verify: object, work: object = None) -> Verify:
    document = {**(work or {"python": "a.py"}), "files": ["a.py"], "verify": verify}  # type: ignore[dict-item]
    return demand_from(document, files=FILES, items=()).verify


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (None, Verify()),
        ({"replicas": 3}, Verify(replicas=3, quorum=2)),
        ({"replicas": "4"}, Verify(replicas=4, quorum=3)),
        ({"replicas": 7, "quorum": 1}, Verify(replicas=7, quorum=1)),
        ({"adaptive": True}, Verify(replicas=2, quorum=2, adaptive=True)),
        ({"adaptive": "true", "replicas": 5, "quorum": 3}, Verify(replicas=5, quorum=3, adaptive=True)),
    ],
)
def test_a_quorum_is_a_majority_unless_said(written: object, meant: Verify) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({"replicas": 0}, "SUAN-U003"),
        ({"replicas": 2, "quorum": 3}, "SUAN-U003"),
        ({"replicas": 3, "quorum": 0}, "SUAN-U003"),
        ({"replicas": 8}, "SUAN-U013"),
        ({"replicas": 2.5}, "SUAN-U012"),
        ({"replicas": 1, "adaptive": True}, "SUAN-U003"),
        ({"adaptive": True, "replicas": 3, "quorum": 1}, "SUAN-U003"),
        ({"adaptive": "perhaps"}, "SUAN-U002"),
        ({"copies": 3}, "SUAN-U001"),
        (3, "SUAN-U002"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(written: object, code: str) -> None:
    with pytest.raises(UsageFault) as caught:
        read(written)
    assert caught.value.code == code


def test_a_native_command_is_not_compared_and_is_told_why() -> None:
    with pytest.raises(Fault, match="two honest runs"):
        read({"replicas": 3}, {"run": "true"})


@given(st.integers(1, REPLICAS_MAX), st.integers(1, REPLICAS_MAX), st.booleans())
def test_it_is_written_down_and_read_again(replicas: int, quorum: int, adaptive: bool) -> None:
    verify = {"replicas": max(replicas, quorum), "quorum": max(quorum, 2 if adaptive else 1), "adaptive": adaptive}
    verify["replicas"] = max(verify["replicas"], verify["quorum"])
    demand = demand_from({"python": "a.py", "files": ["a.py"], "verify": verify}, files=FILES, items=())
    assert demand_from(document_from(demand), files=FILES, items=()) == demand and demand.verify == Verify(**verify)
