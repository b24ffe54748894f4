"""The map of the field: every id once, with one home, and a demonstration that exists wherever it claims to work."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
IDS = (
    "C1 C2 C3 C4 C5 C6 C7 C8 C9 N1 N2 N3 N4 N5 N6 N7 F1 F2 F3 F4 F5 O1 O2 O3 O4 O5 O6 S1 S2 S3 S4 S5 G1 G2 G3 "
    "T1 T2 T3 T4 T5 1a 1b 1c 1d 2a 2b 2c 2d 3a 3b 3c 3d L1 L2 I1 I2 X1 X2 X3"
).split()
PACKAGES = set("api lab brain agent store drivers twin place intent market steer trust world model".split())
ROW = re.compile(r"^\| (\w+) \| (.+?) \| (.+) \| (\w+) \| (works|begun|not yet) \| (.*?) ?\|$", re.MULTILINE)


def rows() -> list[tuple[str, ...]]:
    return [m.groups() for m in ROW.finditer((ROOT / "docs" / "paper.md").read_text())]


def test_every_id_stands_once_and_none_is_unknown() -> None:
    assert sorted(r[0] for r in rows()) == sorted(IDS)


def test_every_row_has_a_home_that_is_or_will_be_a_package() -> None:
    assert {r[3] for r in rows()} <= PACKAGES


def test_what_works_or_has_begun_shows_where() -> None:
    for number, _, _, home, state, shown in rows():
        assert (state == "not yet") == (shown == ""), number
        if state != "not yet":
            assert (ROOT / shown).exists(), f"{number}: {shown} is not there"
            assert (ROOT / "src" / "suanwang" / home).is_dir(), f"{number} works in a package that is not there"
