"""Tables line up by display width, in any script."""

import io

from hypothesis import given
from hypothesis import strategies as st

from suanwang.api.cli.terminal import draw
from suanwang.api.render.table import clean, plain, table, width

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_every_line_has_its_columns_at_the_same_place(rows):
    shown = plain(table(("节点", "B"), [(a, b + ".") for a, b in rows], "rr"))
    lines = shown.removesuffix("\n").split("\n")
    assert len(lines) == len(rows) + 1
    assert len({width(line) for line in lines}) == 1


def test_wide_and_combining_characters():
    assert (width("节点"), width("e\u0301"), width("ａ"), width("a")) == (4, 1, 2, 1)
    assert plain(table(("节点", "N"), [("ab", "1")])) == "节点  N\nab    1\n"


@given(st.text())
def test_clean_leaves_nothing_that_moves_a_cursor(text):
    assert not any(char in clean(text) for char in "\x1b\r\x08\x9b\u202e\t")


@given(st.integers(20, 160))
def test_a_terminal_table_fits_or_is_plain(columns):
    shown = table(("NODE", "REASONS"), [("shenzhen-cloud-1", "is far away, " * 6), ("节点", "太远")])
    out = io.StringIO()
    draw(shown, out, columns)
    fits = all(width(line) <= columns for line in out.getvalue().splitlines())
    assert fits or out.getvalue() == plain(shown)
    assert "shenzhen-cloud-1" in out.getvalue() and "[" not in out.getvalue()
