"""Caveats only narrow, and cannot be taken off, changed or moved; what is narrowed falls with its root."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.fault import AuthorityFault
from suanwang.model.statement import Caveat
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.narrow import narrow, together, verify_narrowed
from suanwang.trust.statement import TEXT_MOST, sign, statement_id

SECRET, OTHER = b"\x01" * 32, b"\x02" * 32
NOW = 1_800_000_000.0
BRAIN = id_of("brain", public_of(SECRET))
TOKEN = sign(SECRET, "user", "alice", {"roles": "user operator"}, NOW, NOW + 600)

NAMES = st.none() | st.lists(st.sampled_from("abcd"), max_size=4, unique=True).map(lambda names: tuple(sorted(names)))
CAVEATS = st.builds(
    Caveat,
    roles=NAMES,
    jobs=NAMES,
    budget_micro=st.none() | st.integers(0, 10),
    expires_at=st.none() | st.floats(NOW + 100, NOW + 900),
)


def opened(text: str, secret: bytes = SECRET, now: float = NOW):
    return verify_narrowed(text, secret, now=now, kind="user", issuer=BRAIN)


def code_of(text: str, **more: float) -> str:
    with pytest.raises(AuthorityFault) as caught:
        opened(text, **more)  # type: ignore[arg-type]
    return caught.value.code


def narrowed(caveats: list[Caveat], text: str = TOKEN) -> str:
    for caveat in caveats:
        text = narrow(text, caveat)
    return text


def allows(limits: Caveat, role: str, job: str, cost: int, at: float) -> bool:
    return (
        (limits.roles is None or role in limits.roles)
        and (limits.jobs is None or job in limits.jobs)
        and (limits.budget_micro is None or cost <= limits.budget_micro)
        and (limits.expires_at is None or at < limits.expires_at)
    )


@given(
    st.lists(CAVEATS, max_size=5), st.sampled_from("abcde"), st.sampled_from("abcde"), st.integers(0, 12), st.floats(0, 1000)
)
def test_a_chain_allows_what_every_caveat_allows_and_nothing_else(
    caveats: list[Caveat], role: str, job: str, cost: int, after_s: float
):
    statement, limits = opened(narrowed(caveats))
    assert statement == opened(TOKEN)[0] and statement.id == statement_id(TOKEN), "revoking the root revokes all"
    asked = (role, job, cost, NOW + after_s)
    assert allows(limits, *asked) == all(allows(caveat, *asked) for caveat in caveats)
    assert limits == together(caveats)


@given(st.lists(CAVEATS, min_size=1, max_size=4, unique=True))
def test_blocks_cannot_be_removed_moved_or_added_without_the_proof(caveats: list[Caveat]):
    body, *blocks, tag = narrowed(caveats).split(".")
    kept = [list(order) for n in range(len(blocks)) for order in permutations(blocks, n)]
    moved = [list(order) for order in permutations(blocks) if list(order) != blocks]
    added = [[*blocks, blocks[0]]]
    for chain in kept + moved + added:
        assert code_of(".".join([body, *chain, tag])) in ("SUAN-A001", "SUAN-A002")
    assert code_of(f"{body}.{TOKEN.split('.')[1]}.{tag}") in ("SUAN-A001", "SUAN-A002")


def test_any_other_character_is_refused():
    text = narrow(TOKEN, Caveat(roles=("user",), jobs=("render",), budget_micro=5, expires_at=NOW + 60))
    for place, char in enumerate(text):
        other = text[:place] + ("A" if char != "A" else "B") + text[place + 1 :]
        assert code_of(other) in ("SUAN-A001", "SUAN-A002")


def test_the_brain_signs_for_nobody_who_does_not_have_its_signature():
    """A body of one's own choice with a tag made from anything but the brain's signature over it."""
    forged = sign(OTHER, "user", "mallory", {"roles": "operator"}, NOW, NOW + 600)
    assert code_of(narrow(forged, Caveat(roles=("user",)))) == "SUAN-A002"
    assert code_of(forged) == "SUAN-A006"
    join = sign(SECRET, "join", "alice", {"trust": "vouched"}, NOW, NOW + 600)
    assert code_of(narrow(join, Caveat(roles=("user",)))) == "SUAN-A005"
    with pytest.raises(AuthorityFault):
        opened(narrow(TOKEN, Caveat(budget_micro=1)), OTHER)


def test_expiry_is_the_earliest():
    text = narrowed([Caveat(expires_at=NOW + 60), Caveat(expires_at=NOW + 100_000)])
    opened(text, now=NOW + 59)
    assert code_of(text, now=NOW + 91) == "SUAN-A003"
    assert code_of(narrow(TOKEN, Caveat(expires_at=NOW + 100_000)), now=NOW + 631) == "SUAN-A003", "the root's own end stands"


def test_what_is_no_token_cannot_be_narrowed_and_length_is_bounded():
    for text in ("", "a", "a.b", TOKEN + "x", TOKEN.partition(".")[0]):
        with pytest.raises(AuthorityFault) as caught:
            narrow(text, Caveat(budget_micro=1))
        assert caught.value.code == "SUAN-A001"
    with pytest.raises(AuthorityFault):
        narrow(TOKEN, Caveat(jobs=("x" * TEXT_MOST,)))
    assert code_of("A." * TEXT_MOST) == "SUAN-A001"
