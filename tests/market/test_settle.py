"""Settling: whatever order and batching outcomes come in, each placement costs what its total fuel costs, up to its hold."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from suanwang.market.ledger import ISSUER, Ledger, hold_account, user_account
from suanwang.market.price import cost_micro
from suanwang.market.settle import for_closed, for_ended, for_grant, for_outcomes, for_placed, paid_micro
from suanwang.model.explanation import Explanation
from suanwang.model.fault import QuotaFault
from suanwang.model.plan import Placement, Plan

EXPLANATION = Explanation(
    world_version=1,
    seed=0,
    candidates=0,
    admitted=0,
    fuel_per_task=0,
    fuel_basis="stated",
    rules=(),
    finalists=(),
    ruled_out=(),
)
PRICES = st.one_of(st.just(0), st.integers(1, 5 * 10**6), st.integers(1, 10**14))
FUELS = st.integers(0, 10**12)


def placement(number: int, job: str, price: int, fuel_max: int) -> Placement:
    return Placement(
        id=f"{job}/{number}", job_id=job, node_id="node-x", tasks=(0,), attempt=1, width=1, runtime="wasm", cpu_milli=1000,
        memory_bytes=1, price_micro_per_tfuel=price, fuel_max=fuel_max, hold_micro=cost_micro(fuel_max, price),
        latency_ms=0.0, finish_s=1.0, carbon_g=0.0, price_micro=0,
    )  # fmt: skip


def plan(job: str, placements: tuple[Placement, ...]) -> Plan:
    return Plan(
        job_id=job, world_version=1, placements=placements, hold_micro=sum(p.hold_micro for p in placements), price_micro=0,
        finish_s=1.0, carbon_g=0.0, explanation=EXPLANATION,
    )  # fmt: skip


@given(PRICES, FUELS, st.lists(st.integers(0, 10**11), max_size=12))
def test_the_total_posted_does_not_depend_on_batching(price: int, fuel_max: int, burns: list[int]):
    held = placement(1, "j", price, fuel_max)
    fuel, posted = 0, 0
    for burn in burns:
        posted += sum(t.amount_micro for t in for_outcomes(held, "bob", fuel, fuel + burn))
        fuel += burn
    at_once = sum(t.amount_micro for t in for_outcomes(held, "bob", 0, fuel))
    assert posted == at_once == paid_micro(held, fuel) <= held.hold_micro
    if fuel <= fuel_max:
        assert posted == cost_micro(fuel, price)
    left = sum(t.amount_micro for t in for_closed(held, "alice", fuel))
    assert posted + left == held.hold_micro


def test_an_overshoot_is_the_loss_of_the_node_and_an_ownerless_node_pays_the_operator():
    held = placement(1, "j", 2_000_000, 10**12)
    (post,) = for_outcomes(held, "", 0, 5 * 10**12)
    assert (post.kind, post.debit, post.credit, post.amount_micro) == ("post", "hold:j", ISSUER, 2_000_000)
    assert for_outcomes(held, "", 5 * 10**12, 6 * 10**12) == ()
    assert for_closed(held, "alice", 5 * 10**12) == () == for_ended("j", "alice", 0)


class Market(RuleBasedStateMachine):
    """Users are granted money, jobs are placed, report, lose placements, are placed again and end, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.user: dict[str, str] = {}
        self.live: dict[str, Placement] = {}
        self.fuel: dict[str, int] = {}
        self.closed: list[Placement] = []
        self.ended: set[str] = set()
        self.count = 0

    @rule(user=st.sampled_from("ab"), amount=st.integers(1, 10**7))
    def grant(self, user: str, amount: int):
        self.ledger.apply(for_grant(user, amount))

    @rule(job=st.sampled_from("123456"), user=st.sampled_from("ab"), asks=st.lists(st.tuples(PRICES, FUELS), max_size=3))
    def place(self, job: str, user: str, asks: list[tuple[int, int]]):
        if job in self.ended:
            return
        user = self.user.setdefault(job, user)
        wanted = plan(job, tuple(placement(self.count + i, job, *ask) for i, ask in enumerate(asks)))
        before = self.ledger.rows()
        try:
            self.ledger.apply(for_placed(wanted, user))
        except QuotaFault as fault:
            assert fault.code == "SUAN-M001" and self.ledger.balance(user_account(user)) < wanted.hold_micro
            assert self.ledger.rows() == before
            return
        self.count += len(asks)
        self.live |= {p.id: p for p in wanted.placements}
        self.fuel |= {p.id: 0 for p in wanted.placements}

    @precondition(lambda self: self.live)
    @rule(data=st.data(), burn=FUELS, owner=st.sampled_from(["a", "b", "provider", ""]))
    def outcomes(self, data: st.DataObject, burn: int, owner: str):
        it = self.live[data.draw(st.sampled_from(sorted(self.live)))]
        self.ledger.apply(for_outcomes(it, owner, self.fuel[it.id], self.fuel[it.id] + burn))
        self.fuel[it.id] += burn

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def close(self, data: st.DataObject):
        it = self.live.pop(data.draw(st.sampled_from(sorted(self.live))))
        self.ledger.apply(for_closed(it, self.user[it.job_id], self.fuel[it.id]))
        self.closed.append(it)

    @precondition(lambda self: self.user)
    @rule(data=st.data())
    def end(self, data: st.DataObject):
        job = data.draw(st.sampled_from(sorted(self.user)))
        self.ledger.apply(for_ended(job, self.user[job], self.ledger.balance(hold_account(job))))
        self.closed += [p for p in self.live.values() if p.job_id == job]
        self.live = {key: p for key, p in self.live.items() if p.job_id != job}
        self.ended.add(job)
        assert self.ledger.balance(hold_account(job)) == 0

    @invariant()
    def money_is_conserved(self):
        assert self.ledger.total() == 0
        earned = sum(earned for _, _, earned, _ in self.ledger.rows())
        assert earned == sum(paid_micro(p, self.fuel[p.id]) for p in (*self.live.values(), *self.closed))

    @invariant()
    def a_hold_is_what_its_live_placements_have_left(self):
        for job in self.user:
            left = sum(p.hold_micro - paid_micro(p, self.fuel[p.id]) for p in self.live.values() if p.job_id == job)
            assert self.ledger.balance(hold_account(job)) == left


Market.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestMarket = Market.TestCase
