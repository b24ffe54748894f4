"""Checkpoints are the notes that other transparency tools read, and a changed letter closes them."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.fault import AuthorityFault
from suanwang.trust.checkpoint import Verifier, make_checkpoint, open_checkpoint, open_note, origin_of, sign_note, verifier
from suanwang.trust.key import public_of

SECRET = b"\x05" * 32
PUBLIC = public_of(SECRET)
ORIGIN = origin_of("brain-x")
ROOT = bytes(range(32))
CHECKPOINT = make_checkpoint(SECRET, origin=ORIGIN, size=1042, root=ROOT)


def test_the_published_example_of_signed_notes_opens():
    """The example of the Go package golang.org/x/mod/sumdb/note, which C2SP signed-note describes."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    public = b64decode(key.split("+", 2)[2])[1:]
    assert verifier(key) == Verifier("PeterNeumann", public) and verifier(key).text == key
    assert open_note(text + "\n" + line, "PeterNeumann", public) == text


def test_a_checkpoint_comes_back_also_with_a_witness():
    assert CHECKPOINT.note.split("\n")[:4] == [ORIGIN, "1042", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""]
    assert open_checkpoint(CHECKPOINT.note, origin=ORIGIN, public_key=PUBLIC) == CHECKPOINT
    text = CHECKPOINT.note.partition("\n\n")[0] + "\n"
    witness = sign_note(text, "witness.example", b"\x06" * 32).splitlines(keepends=True)[-1]
    both = open_checkpoint(CHECKPOINT.note + witness, origin=ORIGIN, public_key=PUBLIC)
    assert (both.size, both.root) == (1042, ROOT.hex())


@given(st.integers(0, len(CHECKPOINT.note) - 1), st.characters())
def test_any_other_letter_closes_it(place: int, letter: str):
    altered = CHECKPOINT.note[:place] + letter + CHECKPOINT.note[place + 1 :]
    if altered != CHECKPOINT.note:
        with pytest.raises(AuthorityFault, match=r"SUAN-A01[01]"):
            open_checkpoint(altered, origin=ORIGIN, public_key=PUBLIC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"other\n5\n{'A' * 43}=\n", "SUAN-A012"),
        (f"{ORIGIN}\n05\n{'A' * 43}=\n", "SUAN-A010"),
        (f"{ORIGIN}\n-5\n{'A' * 43}=\n", "SUAN-A010"),
        (f"{ORIGIN}\n{'9' * 5000}\n{'A' * 43}=\n", "SUAN-A010"),
        (f"{ORIGIN}\n5\nAAAA\n", "SUAN-A010"),
        (f"{ORIGIN}\n5\n{'A' * 42}B=\n", "SUAN-A010"),  # a stray bit
        (f"{ORIGIN}\n5\n", "SUAN-A010"),
    ],
)
def test_a_well_signed_text_that_is_no_checkpoint_of_ours(text: str, code: str):
    with pytest.raises(AuthorityFault, match=code):
        open_checkpoint(sign_note(text, ORIGIN, SECRET), origin=ORIGIN, public_key=PUBLIC)


def test_another_key_under_our_name_does_not_count():
    forged = make_checkpoint(b"\x07" * 32, origin=ORIGIN, size=1, root=ROOT)
    with pytest.raises(AuthorityFault, match="SUAN-A011"):
        open_checkpoint(forged.note, origin=ORIGIN, public_key=PUBLIC)
    with pytest.raises(AuthorityFault, match="SUAN-A010"):
        open_checkpoint("\ud800\n\n— x AAAA\n", origin=ORIGIN, public_key=PUBLIC)
