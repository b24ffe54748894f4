"""What an array job runs over: a range of numbers, files that match, or a list of values; each becomes one item per task.

over: 0-99          100 items "0" to "99"; also 1..8; 000-099 keeps the width
over: 0-99/4        4 items "0-24", "25-49", "50-74", "75-99": the range cut into 4 chunks as equal as can be
over: [a, b, c]     the values themselves
over: inputs/*.csv  one item for each file, which only its own task gets; {files: [...]} takes several patterns
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import cast

import msgspec

from suanwang.intent.document import LIST_MAX, Document, listed, paths, scalar, wrong_kind
from suanwang.model.demand import Item
from suanwang.model.fault import NotFoundFault, UsageFault
from suanwang.model.file import FileRef
from suanwang.model.quantity import quoted

ITEMS_MAX = LIST_MAX
VALUE_MAX = 4096

_RANGE = re.compile(r"([0-9]{1,15})\s*(?:-|\.\.)\s*([0-9]{1,15})(?:\s*/\s*([0-9]{1,9}))?")
_EXAMPLE = "0-99, inputs/*.csv or [a, b]"


class Range(msgspec.Struct, frozen=True, kw_only=True, tag="range"):
    """first to last, both included. chunks: cut into so many pieces; 0 means one item for each number. digits: at least."""

    first: int
    last: int
    chunks: int = 0
    digits: int = 1


class Globs(msgspec.Struct, frozen=True, kw_only=True, tag="globs"):
    """Patterns under the job's folder; `*` stays within a folder, `**` does not, `[*]` is a plain star."""

    patterns: tuple[str, ...]


class Values(msgspec.Struct, frozen=True, kw_only=True, tag="values"):
    values: tuple[str, ...]


Over = Range | Globs | Values


def read_over(value: object, place: str = "over") -> Over:
    """The form that `value` has. UsageFault SUAN-U002 if it has none, SUAN-U013 if it means too many items or none."""
    if isinstance(value, Mapping):
        return _files(cast(Document, value), place)
    if isinstance(value, str):
        found = _RANGE.fullmatch(value.strip())
        return _range(found, place) if found else _pattern(value, place)
    return _values(value, place)


def items_from(over: Over, matched: tuple[FileRef, ...] = ()) -> tuple[Item, ...]:
    """One item for each number, chunk, value or matched file, in order.

    matched: the files that the patterns of a `Globs` found; without meaning for the others. NotFoundFault SUAN-N012 for none.
    """
    if isinstance(over, Range):
        return tuple(Item(value=value) for value in _numbers(over))
    if isinstance(over, Values):
        return tuple(Item(value=value) for value in over.values)
    if not matched:
        raise NotFoundFault(
            "SUAN-N012", f"no file matches {' or '.join(over.patterns)}.", "look at the pattern, or at --workdir"
        )
    _bounded(len(matched), "over")
    return tuple(Item(value=file.path, file=file) for file in matched)


def _numbers(over: Range) -> list[str]:
    if not over.chunks:
        return [f"{n:0{over.digits}d}" for n in range(over.first, over.last + 1)]
    span = over.last - over.first + 1
    cuts = [over.first + span * i // over.chunks for i in range(over.chunks + 1)]
    return [f"{a:0{over.digits}d}-{b - 1:0{over.digits}d}" for a, b in pairwise(cuts)]


def _range(found: re.Match[str], place: str) -> Range:
    first, last, chunks = int(found[1]), int(found[2]), int(found[3] or 0)
    if last < first:
        raise UsageFault("SUAN-U013", f"{place} is {quoted(found[0])}, which ends before it begins.", f"write {last}-{first}")
    span = last - first + 1
    if found[3] and not 1 <= chunks <= span:
        why = f"{place} is {quoted(found[0])}; {span} numbers cannot be cut into {chunks} chunks."
        raise UsageFault("SUAN-U013", why, f"write 1 to {span} chunks after the /")
    _bounded(chunks or span, place)
    padded = len(found[1]) == len(found[2]) and found[1].startswith("0") and len(found[1]) > 1
    return Range(first=first, last=last, chunks=chunks, digits=len(found[1]) if padded else 1)


def _pattern(value: str, place: str) -> Globs:
    if not re.search(r"[*?\[]", value):
        why = f"{place} is {quoted(value)}, which is neither a range, nor a pattern with * or ?, nor a list."
        raise UsageFault("SUAN-U002", why, f"write {_EXAMPLE}; a single value is a list of one")
    return Globs(patterns=paths(value, place, "inputs/*.csv"))


def _files(value: Document, place: str) -> Globs:
    if set(value) != {"files"}:
        raise wrong_kind(place, value, "a range, a pattern, a list, or a mapping with the single key files", _EXAMPLE)
    found = paths(value["files"], f"{place}.files", "[inputs/*.csv]")
    if not found:
        raise UsageFault("SUAN-U013", f"{place}.files is empty.", "write at least one pattern, or leave over out")
    return Globs(patterns=found)


def _values(value: object, place: str) -> Values:
    found = tuple(scalar(entry, f"{place}[{i}]", "[a, b]") for i, entry in enumerate(listed(value, place, _EXAMPLE)))
    if not found:
        raise UsageFault("SUAN-U013", f"{place} is empty.", "write at least one value, or leave over out")
    for i, entry in enumerate(found):
        if not entry or len(entry) > VALUE_MAX:
            why = f"{place}[{i}] has {len(entry)} characters; an item has 1 to {VALUE_MAX}."
            raise UsageFault("SUAN-U013", why, "put what is long into a file, and run over files")
    return Values(values=found)


def _bounded(items: int, place: str) -> None:
    if items > ITEMS_MAX:
        why = f"{place} means {items} items; one job has at most {ITEMS_MAX}."
        raise UsageFault("SUAN-U013", why, "cut a range into chunks: 0-999999/100")
