"""The ledger moves money and never makes, loses or lends it; a refused batch leaves no trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.market.ledger import ISSUER, Ledger, hold_account, user_account
from suanwang.model.fault import Fault, LogFault, QuotaFault, UsageFault
from suanwang.model.money import Transfer


def move(kind: str, debit: str, credit: str, amount: int) -> Transfer:
    return Transfer(kind=kind, debit=debit, credit=credit, amount_micro=amount, job_id="j")


def rich(user: str = "alice", amount: int = 100) -> Ledger:
    ledger = Ledger()
    ledger.apply([move("grant", ISSUER, user_account(user), amount)])
    return ledger


def test_a_job_from_hold_to_void():
    ledger = rich()
    ledger.apply([move("hold", "user:alice", "hold:j", 70)])
    assert (ledger.balance("user:alice"), ledger.held("alice"), ledger.balance(hold_account("j"))) == (30, 70, 70)
    ledger.apply([move("post", "hold:j", "user:bob", 25), move("post", "hold:j", "user:alice", 5)])
    assert (ledger.earned("bob"), ledger.earned("alice"), ledger.held("alice")) == (25, 5, 40)
    ledger.apply([move("void", "hold:j", "user:alice", 40)])
    assert (ledger.balance("user:alice"), ledger.balance("user:bob"), ledger.balance(ISSUER)) == (75, 25, -100)
    assert ledger.total() == 0 and ledger.held("alice") == 0
    assert [row[0] for row in ledger.rows()] == ["issuer", "user:alice", "user:bob"]  # the empty hold is forgotten


def test_too_little_money_says_how_much_is_missing():
    with pytest.raises(QuotaFault) as caught:
        rich(amount=30).apply([move("hold", "user:alice", "hold:j", 70)])
    assert caught.value.code == "SUAN-M001"
    assert "has 30" in caught.value.why and "70 are needed" in caught.value.why and "40 are missing" in caught.value.why


def test_a_hold_cannot_be_overdrawn():
    ledger = rich()
    ledger.apply([move("hold", "user:alice", "hold:j", 10)])
    for kind, credit in (("post", "user:bob"), ("void", "user:alice")):
        with pytest.raises(QuotaFault, match="SUAN-M003"):
            ledger.apply([move(kind, "hold:j", credit, 11)])
    with pytest.raises(QuotaFault, match="SUAN-M003"):
        ledger.apply([move("void", "hold:unknown", "user:alice", 1)])


@pytest.mark.parametrize(
    "wrong",
    [
        move("grant", "user:alice", "user:bob", 1),
        move("grant", ISSUER, "hold:j", 1),
        move("hold", ISSUER, "hold:j", 1),
        move("hold", "user:alice", "user:bob", 1),
        move("post", "user:alice", "user:bob", 1),
        move("post", "hold:mine", "hold:j", 1),
        move("void", "hold:mine", "user:bob", 1),  # only the payer gets it back
        move("hold", "user:bob", "hold:mine", 1),  # a second payer
        move("gift", "user:alice", "user:bob", 1),
        move("hold", "user:alice", "hold:mine", 0),
        move("hold", "user:alice", "hold:mine", -5),
        move("hold", "user:alice", "hold:mine", True),
    ],
)
def test_only_the_four_movements_exist(wrong: Transfer):
    ledger = rich()
    ledger.apply([move("hold", "user:alice", "hold:mine", 10), move("grant", ISSUER, "user:bob", 5)])
    before = ledger.rows()
    with pytest.raises(UsageFault, match="SUAN-M004"):
        ledger.apply([move("post", "hold:mine", "user:bob", 3), wrong])
    assert ledger.rows() == before and ledger.held("alice") == 10 and ledger.earned("bob") == 0


USERS, HOLDS = st.sampled_from(["user:a", "user:b"]), st.sampled_from(["hold:1", "hold:2"])
SMALL = st.integers(1, 20)
MOVES = st.one_of(
    st.builds(move, st.just("grant"), st.just(ISSUER), USERS, SMALL),
    st.builds(move, st.just("hold"), USERS, HOLDS, SMALL),
    st.builds(move, st.just("post"), HOLDS, USERS, SMALL),
    st.builds(move, st.just("void"), HOLDS, USERS, SMALL),
)


@given(st.lists(st.lists(MOVES, max_size=4), max_size=25))
def test_whatever_is_tried_nothing_is_made_lost_or_lent(batches: list[list[Transfer]]):
    ledger = rich("a", 120)
    for batch in batches:
        before = (ledger.rows(), ledger.held("a"), ledger.held("b"))
        try:
            ledger.apply(batch)
        except Fault:
            assert (ledger.rows(), ledger.held("a"), ledger.held("b")) == before
        assert ledger.total() == 0
        assert all(balance >= 0 for name, balance, _, _ in ledger.rows() if name != ISSUER)
        holds = {user: sum(row[1] for row in ledger.rows() if row[3] == f"user:{user}") for user in "ab"}
        assert holds == {user: ledger.held(user) for user in "ab"}
    again = Ledger.of_rows(ledger.rows())
    assert again.rows() == ledger.rows()
    assert all((again.held(u), again.earned(u)) == (ledger.held(u), ledger.earned(u)) for u in "ab")


@pytest.mark.parametrize(
    "rows",
    [
        [("issuer", -10, 0, ""), ("user:a", 11, 0, "")],
        [("issuer", -10, 0, ""), ("hold:1", 10, 0, "")],
        [("issuer", 10, 0, ""), ("user:a", -10, 0, "")],
    ],
)
def test_a_snapshot_that_does_not_add_up_is_refused(rows: list[tuple[str, int, int, str]]):
    with pytest.raises(LogFault, match="SUAN-M005"):
        Ledger.of_rows(rows)
