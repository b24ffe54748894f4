"""The forwarder's parts, each pure and in its own time: probes that must not cry wolf, checks, hellos, what is obeyed."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.agent.forward import step
from suanwang.agent.forward.checks import DEAD, Checks
from suanwang.agent.forward.hello import Doorstep
from suanwang.agent.forward.probes import ACTIVE_S, Tracks, there_and_back
from suanwang.agent.forward.wake import Asked
from suanwang.model.fault import ConflictFault
from suanwang.model.network import Link, Network, Router
from suanwang.model.steering import Member
from suanwang.steer.address import number_of
from suanwang.steer.paths import policy
from suanwang.trust import hello
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from tests.brain.sample import key_of
from tests.steer.nets import a_served, a_steering

DIAMOND = Network(
    routers=(
        Router(number=1, name="in1", roles=("ingress",)),
        Router(number=2, name="t1"),
        Router(number=3, name="t2"),
        Router(number=4, name="e1", roles=("egress",)),
    ),
    links=(
        Link(a=1, b=2, latency_ms=5.0),
        Link(a=2, b=4, latency_ms=5.0),
        Link(a=1, b=3, latency_ms=8.0),
        Link(a=3, b=4, latency_ms=8.0),
    ),
)


class Air:
    """Probes in flight: each path takes its time there and back, and loses what it is told to. Time is played in half
    milliseconds."""

    def __init__(self, seed: int = 1) -> None:
        self.tracks, self.now, self.chance = Tracks(), 100.0, random.Random(seed)
        found = policy(DIAMOND, 1, 4)
        assert found is not None
        self.tracks.follow([found], self.now)
        self.cut, self.loss, self.stall_until = set[int](), {0: 0.0, 1: 0.0}, 0.0
        self.flying: list[tuple[float, int, int]] = []
        self.rtt = {0: 0.020, 1: 0.032}
        self.actives: list[tuple[float, int]] = []

    def run(self, seconds: float) -> None:
        end, turn = self.now + seconds, 0.0
        while self.now < end:
            self.now += 0.0005
            for at, number, probe in [f for f in self.flying if f[0] <= self.now]:
                self.flying.remove((at, number, probe))
                self.tracks.back(number, probe, at)
            if self.now < self.stall_until or self.now < turn:
                continue
            late = max(0.0, self.now - turn) if turn else 0.0
            turn = self.now + ACTIVE_S
            self.tracks.judge(self.now, min(late, 0.1))
            self.tracks.choose()
            self.actives.append((self.now, self.tracks.active[4, 0]))
            for key, track, probe in self.tracks.due(self.now):
                index = key[2]
                if index not in self.cut and self.chance.random() >= self.loss[index]:
                    self.flying.append((self.now + self.rtt[index] + self.chance.uniform(0, 0.0005), track.number, probe))

    def cut_now(self, index: int) -> None:
        """Also what is on its way back is lost."""
        self.cut.add(index)
        numbers = {t.number for key, t in self.tracks.of.items() if key[2] == index}
        self.flying = [f for f in self.flying if f[1] not in numbers]


def test_a_cut_path_is_left_within_fifty_milliseconds_and_used_again_after_it_held() -> None:
    air = Air()
    air.run(3.0)
    assert air.tracks.active[4, 0] == 0
    cut = air.now
    air.cut_now(0)
    air.run(0.5)
    left = next(at for at, active in air.actives if at > cut and active == 1)
    assert left - cut < 0.05
    air.cut.clear()
    air.run(0.5)
    assert air.tracks.active[4, 0] == 1, "not before it has held"
    air.run(2.5)
    assert air.tracks.active[4, 0] == 0


def test_chance_losses_and_a_busy_machine_do_not_look_like_a_cut() -> None:
    air = Air()
    air.loss = {0: 0.01, 1: 0.01}
    air.run(3.0)
    for _ in range(5):
        air.stall_until = air.now + 0.12  # nothing of ours ran for so long
        air.run(1.0)
    assert air.tracks.switches == 0 and air.tracks.active[4, 0] == 0


def test_a_path_that_flaps_is_trusted_later_each_time() -> None:
    air = Air()
    air.run(2.0)
    waits = []
    for _ in range(3):
        air.cut_now(0)
        air.run(0.4)
        assert air.tracks.active[4, 0] == 1
        air.cut.clear()
        mended = air.now
        while air.tracks.active[4, 0] == 1 and air.now < mended + 20:
            air.run(0.1)
        waits.append(air.now - mended)
    assert waits == sorted(waits) and waits[-1] > 2 * waits[0]


def test_probes_come_back_the_way_they_went() -> None:
    found = policy(DIAMOND, 1, 4)
    assert found is not None
    assert there_and_back(4, found.paths[0], DIAMOND) == ("fcbb:bb00:400::",)
    assert there_and_back(4, found.paths[1], DIAMOND) == ("fcbb:bb00:300:400:300::",)


def test_a_contact_is_dead_after_two_checks_without_a_connection_and_busy_is_not_dead() -> None:
    served = a_served(DIAMOND)
    checks = Checks()
    checks.follow([served], 0.0)
    (seen,) = checks.due(1.0, {})
    assert not checks.came(seen, float("inf"), 1.5) and not seen.dead and seen.latency_ms(1.5) >= 1000
    for turn in range(DEAD):
        (seen,) = checks.due(2.0 + turn, {})
        checks.came(seen, None, 2.1 + turn)
    assert seen.dead
    (seen,) = checks.due(9.0, {})
    assert checks.came(seen, 0.01, 9.1) and not seen.dead


KEY = key_of("m1")
MEMBER = Member(node_id=id_of("node", public_of(KEY)), name="m1", locator=number_of(4, 1), public_key=public_of(KEY).hex())


def test_only_a_member_that_signed_it_is_connected_and_only_behind_its_router() -> None:
    door = Doorstep(4)
    door.follow([MEMBER])
    good = hello.pack(KEY, MEMBER.node_id, MEMBER.locator, 1000.0)
    assert door.hear(good, "m1", 1000.1, 1.0) and door.attached == {MEMBER.locator: "m1"}
    assert not door.hear(good, "m1", 1000.2, 1.1), "heard before"
    forged = hello.pack(key_of("eve"), MEMBER.node_id, MEMBER.locator, 1001.0)
    old = hello.pack(KEY, MEMBER.node_id, MEMBER.locator, 900.0)
    for bad in (forged, old, b"", b"x" * 200):
        assert not door.hear(bad, "eve", 1001.0, 2.0)
    assert door.attached == {MEMBER.locator: "m1"} and door.refused == 5
    elsewhere = Doorstep(5)
    elsewhere.follow([MEMBER])
    assert not elsewhere.hear(hello.pack(KEY, MEMBER.node_id, MEMBER.locator, 1002.0), "m1", 1002.0, 3.0)


def test_one_that_moves_is_believed_when_it_was_silent_where_it_was() -> None:
    door = Doorstep(4)
    door.follow([MEMBER])
    door.hear(hello.pack(KEY, MEMBER.node_id, MEMBER.locator, 1000.0), "a", 1000.0, 1.0)
    assert not door.hear(hello.pack(KEY, MEMBER.node_id, MEMBER.locator, 1001.0), "b", 1001.0, 2.0)
    assert door.hear(hello.pack(KEY, MEMBER.node_id, MEMBER.locator, 1006.0), "b", 1006.0, 7.0)
    assert door.attached == {MEMBER.locator: "b"}
    door.follow([])
    assert door.attached == {}


def test_a_service_whose_address_is_not_its_keys_is_not_steered() -> None:
    steering = a_steering(DIAMOND, 1)
    good = steering.services[0]
    spoofed = msgspec.structs.replace(good, id="x", cs_id="fd73:756e:7761::1")
    foreign = msgspec.structs.replace(good, id="y", public_key="zz")
    said = msgspec.structs.replace(steering, services=(good, spoofed, foreign))
    obeyed, refused = step.obeyed(None, said)
    assert obeyed.services == (good,) and [r.code for r in refused] == ["SUAN-A077", "SUAN-A077"]


@pytest.mark.parametrize("change", [{"number": 0}, {"router": 2}])
def test_an_older_steering_or_another_routers_is_refused(change: dict[str, int]) -> None:
    steering = a_steering(DIAMOND, 1)
    with pytest.raises(ConflictFault) as wrong:
        step.obeyed(steering, msgspec.structs.replace(steering, **change))
    assert wrong.value.code == "SUAN-R075"


def test_asking_for_a_service_is_told_at_once_and_not_for_every_packet() -> None:
    served, asked = a_served(DIAMOND), Asked()
    assert asked.note([served.cs_id] * 50, [served], 1.0) and asked.take(1.0) == (served.id,)
    assert not asked.note([served.cs_id, "::1"], [served], 1.2)
    assert asked.note([served.cs_id], [served], 1.6) and asked.take(1.6) == (served.id,)


@given(st.sets(st.sampled_from(["t1", "t2", "home", "suan-sid", "suan-wake"])))
@settings(max_examples=40, deadline=None)
def test_nothing_is_programmed_on_an_interface_that_is_not_there(devices: set[str]) -> None:
    steering = a_steering(DIAMOND, 1)
    situation = step.Situation(
        steering=steering, weights=step.weights_of(steering.services), active={}, attached={number_of(1, 1): "home"},
        devices=frozenset(devices), accesses=(),
    )  # fmt: skip
    fib = step.decide(situation)
    assert {e.device for e in (*fib.next_hops, *fib.routes, *fib.sids) if e.device} <= devices
    ids = {h.id for h in fib.next_hops} | {g.id for g in fib.groups}
    assert all(r.next_hop in ids for r in fib.routes if r.next_hop)
    assert all(hop in ids for g in fib.groups for hop, _ in g.members)
