"""Of which words a pattern needs some: read off the pattern as the regular expression engine itself understands it.

A pattern is taken apart into what must follow one another. Where only a few strings can stand they are a list of words; the
lists of alternatives are joined; what may be missing, or must not be there, gives none. The two rarest are kept.
`python -m tools.needed` writes words_needed.py; a test holds it against the patterns.
"""

import re
import re._constants as op  # pyright: ignore[reportMissingImports]
import re._parser as parser  # pyright: ignore[reportMissingImports]
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from suanwang.api.products import products
from suanwang.intent.say import words_needed
from suanwang.intent.say.needed import mark
from suanwang.intent.say.phrases import Moment, phrases

Strings = frozenset[str]
STRINGS_MAX = 12
"""So many are still put together with what follows them, one by one."""
LISTS_MAX = 2
COLUMNS = 128
_UNLISTED = re.compile(r'[_"\\\t-\r]')
"""What the list itself is written with."""


def patterns() -> list[str]:
    """All that a sentence is searched for, with the products as they are shipped."""
    moment = Moment(datetime(2000, 1, 1, tzinfo=UTC), tuple(product for product, _ in products().values()))
    return list(dict.fromkeys(phrase.pattern for phrase in phrases(moment, "of 的")))


def needed(pattern: str) -> tuple[Strings, ...]:
    """Lists of words, of each of which one is in every text that the pattern is found in; the rarest first."""
    parsed = parser.parse(pattern)
    assert not parsed.state.flags & re.IGNORECASE, pattern
    lists = {_fewest(words) for words in _must(*_sequence(parsed))} - {frozenset[str]()}
    return tuple(sorted(lists, key=lambda words: (_chance(words), sorted(words)))[:LISTS_MAX])


def _sequence(items: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, list[Strings]]:
    """(all strings that it can be, None for more than a few; lists of strings of each of which one must be there besides)."""
    whole, lists, now = True, list[Strings](), frozenset(("",))
    for what, how in items:
        strings, others = _item(what, how)
        lists += others
        if strings is not None and len(now) * len(strings) <= STRINGS_MAX:
            now = frozenset(a + b for a in now for b in strings)
        elif strings is not None and now == {""}:
            now = strings
        else:
            lists += _must(now, [])
            whole, now = False, strings or frozenset(("",))
    return (now, lists) if whole else (None, [*lists, *_must(now, [])])


def _item(what: Any, how: Any) -> tuple[Strings | None, list[Strings]]:
    """The same of one part of a sequence."""
    if what is op.LITERAL:
        return frozenset(chr(how)), []
    if what is op.IN:
        return _characters(how), []
    if what in (op.AT, op.ASSERT_NOT):
        return frozenset(("",)), []
    if what is op.ASSERT:
        return frozenset(("",)), _must(*_sequence(how[1]))
    if what is op.SUBPATTERN and not how[1]:
        return _sequence(how[3])
    if what is op.ATOMIC_GROUP:
        return _sequence(how)
    if what is op.BRANCH:
        return _any_of([_sequence(each) for each in how[1]])
    if what in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, part = how
        strings, lists = _sequence(part)
        if least == 0:
            return (strings | {""} if strings is not None and most == 1 else None), []
        return (strings, lists) if most == 1 else (None, _must(strings, lists))
    return None, []


def _characters(among: Sequence[tuple[Any, Any]]) -> Strings | None:
    found = set[str]()
    for what, how in among:
        if what is op.LITERAL:
            found.add(chr(how))
        elif what is op.RANGE and how[1] - how[0] < STRINGS_MAX:
            found |= {chr(code) for code in range(how[0], how[1] + 1)}
        else:
            return None
    return frozenset(found)


def _any_of(each: Sequence[tuple[Strings | None, list[Strings]]]) -> tuple[Strings | None, list[Strings]]:
    if all(strings is not None and not lists for strings, lists in each):
        return frozenset().union(*(strings for strings, _ in each if strings is not None)), []
    lists = [sorted(_must(strings, others), key=_chance) for strings, others in each]
    both = min(LISTS_MAX, *map(len, lists))
    return None, [frozenset().union(*(some[n] for some in lists)) for n in range(both)]


def _must(strings: Strings | None, lists: list[Strings]) -> list[Strings]:
    return lists if strings is None or "" in strings else [*lists, strings]


def _chance(words: Strings) -> float:
    """How likely it is, about, that one of them is in a sentence."""
    return sum(0.5 ** sum(5 if c > "\u2e80" else 1 if c == " " else 2 for c in word) for word in sorted(words))


def _fewest(words: Strings) -> Strings:
    """Without those that hold another; none at all where a word has no part that can be listed."""
    parts = {max(_UNLISTED.split(word), key=len) for word in words}
    return frozenset() if "" in parts else frozenset(w for w in parts if not any(one in w for one in parts - {w}))


def text() -> str:
    """The module that lists them."""
    lists, which = dict[Strings, int](), list[str]()
    for pattern in patterns():
        numbers = [lists.setdefault(words, len(lists)) for words in needed(pattern)]
        which.append(f"{mark(pattern)}:{','.join(map(str, numbers))}")
    words = "\n\n".join("\n".join(_lines(word.replace(" ", "_") for word in sorted(some))) for some in lists)
    return (
        '"""Made from the patterns by `python -m tools.needed`: lists of words, each list after an empty line; and for each\n'
        'pattern, by its mark, the lists of which a word each must be there (needed.py)."""\n\n'
        f'LISTS = """\n{words}\n"""\nPATTERNS = """\n{chr(10).join(_lines(which))}\n"""\n'
    )


def _lines(words: Iterable[str]) -> Iterator[str]:
    line, columns = list[str](), 0
    for word in words:
        wide = 1 + sum(2 if east_asian_width(c) in "WFA" else 1 for c in word)
        if columns + wide > COLUMNS:
            yield " ".join(line)
            line, columns = [], 0
        line.append(word)
        columns += wide
    yield " ".join(line)


if __name__ == "__main__":
    Path(words_needed.__file__).write_text(text(), encoding="utf-8")
