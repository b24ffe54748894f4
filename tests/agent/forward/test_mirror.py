"""The mirror of the kernel's table: a change costs no reading, a refusal is found out, what others did is found when looked."""

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from suanwang.agent.forward.counters import Counters
from suanwang.agent.forward.mirror import Mirror
from suanwang.drivers.kernel.fake import FakeKernel
from suanwang.model.fib import Fib, Group, NextHop, Put, Route

HOP = NextHop(id=1, device="a")
FIB = Fib(next_hops=(HOP,), groups=(Group(id=2, members=((1, 1),)),), routes=(Route(prefix="fd00::/64", next_hop=2),))


def a_mirror(*devices: str) -> tuple[Mirror, FakeKernel]:
    kernel = FakeKernel(devices or None)
    return Mirror(kernel, Counters(), lambda: 5.0), kernel


def test_what_is_there_already_is_not_put_again() -> None:
    mirror, kernel = a_mirror()
    assert mirror.put(FIB) == 3 and mirror.put(FIB) == 0 and len(kernel.history) == 3 and kernel.read() == FIB


def test_after_a_refusal_it_knows_what_is_really_there_and_that_it_is_to_look_again() -> None:
    mirror, kernel = a_mirror("b")
    mirror.put(FIB)
    assert mirror.refused and mirror.held == kernel.read() == Fib()
    kernel.devices = {"a"}
    mirror.read()
    mirror.put(FIB)
    assert not mirror.refused and kernel.read() == FIB


def test_what_somebody_else_took_away_is_put_back_once_it_is_looked_at() -> None:
    mirror, kernel = a_mirror()
    mirror.put(FIB)
    mirror.read()
    kernel.apply([Put(NextHop(id=1, device="b"))])
    assert mirror.put(FIB) == 0, "not seen"
    assert mirror.read() and mirror.put(FIB) == 1 and kernel.read() == FIB
    assert not mirror.read()


def test_buckets_are_read_once_for_as_long_as_a_group_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    mirror, kernel = a_mirror()
    asked, real = list[int](), kernel.buckets

    def counted(group_id: int) -> NDArray[np.int64]:
        asked.append(group_id)
        return real(group_id)

    monkeypatch.setattr(kernel, "buckets", counted)
    group = Group(id=2, members=((1, 1),), buckets=4)
    mirror.put(msgspec.structs.replace(FIB, groups=(group,)))
    assert mirror.buckets({2, 9})[2].tolist() == [1] * 4 and mirror.buckets({2})[2].tolist() == [1] * 4
    assert asked == [2]
    mirror.put(msgspec.structs.replace(FIB, groups=(msgspec.structs.replace(group, members=((1, 9),)),)))
    mirror.buckets({2})
    mirror.read()
    mirror.buckets({2})
    assert asked == [2] * 3
