"""Which words must be in a sentence for a phrase to be in it, so that no phrase is made ready or looked for without its words.

words_needed.py: lists of words, and for each pattern those of which a word each must be there. tools/needed.py makes it
from the patterns themselves. A pattern that is not in it, such as that of a product of your own, may be anywhere.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b

from suanwang.intent.say import words_needed

PATTERNS_MAX = 4096
"""So many are kept ready: several times those that there are."""


@lru_cache(PATTERNS_MAX)
def ready(pattern: str) -> re.Pattern[str]:
    """What finds the pattern, as group 1, at each place of a folded sentence where it begins and ends with whole words."""
    return re.compile(rf"(?<![a-z0-9](?=[a-z0-9]))(?=({pattern})(?:(?<![a-z0-9])|(?![a-z0-9])))")


def present(text: str) -> frozenset[str]:
    """The words that are in a folded sentence, of those that any phrase must have."""
    words, _ = _listed()
    return frozenset(word for word in words if word in text)


def possible(pattern: str, words: frozenset[str]) -> bool:
    """Whether it may be in a sentence in which these words are present."""
    return not any(words.isdisjoint(some) for some in _needed(pattern))


def mark(pattern: str) -> str:
    """By which it is listed: what is changed is not listed any more, rather than listed wrongly."""
    return blake2b(pattern.encode(), digest_size=5).hexdigest()


@lru_cache(PATTERNS_MAX)
def _needed(pattern: str) -> tuple[frozenset[str], ...]:
    _, needed = _listed()
    return needed.get(mark(pattern), ())


@cache
def _listed() -> tuple[frozenset[str], Mapping[str, tuple[frozenset[str], ...]]]:
    """(all words, mark -> lists of which a word each must be there)."""
    lists = [
        frozenset(word.replace("_", " ") for word in some.split()) for some in words_needed.LISTS.strip("\n").split("\n\n")
    ]
    marks = (one.split(":") for one in words_needed.PATTERNS.split())
    return frozenset[str]().union(*lists), {one: tuple(lists[int(n)] for n in which.split(",") if n) for one, which in marks}
