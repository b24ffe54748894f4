"""The English that the source can say in a place: templates, read out of the code by its syntax tree.

A template is a sentence with `{}` where a value goes. Text that is put together is followed as far as one function: literals,
f-strings, sums, either-or, names that are assigned in it, small functions that only return text; and a parameter called `why`,
`reason` or `todo` to whoever calls.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import suanwang

SOURCE = Path(suanwang.__file__).parent
HOLE = "{}"
DEEP = 8
Function = ast.FunctionDef | ast.AsyncFunctionDef
SAME = {"rstrip", "strip", "lstrip", "replace"}
"""Methods that leave a text what it is."""
FOLLOWED = {"why", "reason", "todo"}
LOOPED = {"verb", "words"}
"""Names that stand for words in a loop over such; others stand for values."""
AS_IT_IS = {"quoted"}
"""Functions whose text is a value."""
UNKNOWN = ast.Constant(value=None)


class Place(NamedTuple):
    """Where an expression stands. functions: those around it, the innermost last."""

    file: Path
    functions: tuple[Function, ...]


class Said(NamedTuple):
    """One sentence under one code; code "" where it cannot be read from the place."""

    code: str
    text: str
    at: str


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


@cache
def calls() -> dict[str, list[tuple[Place, ast.Call]]]:
    """Name of what is called -> where."""
    found = defaultdict[str, list[tuple[Place, ast.Call]]](list)
    for file, tree in trees().items():
        for place, call in _calls(tree, Place(file, ())):
            found[called(call)].append((place, call))
    return found


def _calls(node: ast.AST, place: Place) -> Iterator[tuple[Place, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        inner = place._replace(functions=(*place.functions, child)) if isinstance(child, Function) else place
        if isinstance(child, ast.Call):
            yield place, child
        yield from _calls(child, inner)


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def said_in(names: Iterable[str], at: int = 1, code: int = 0) -> Iterator[Said]:
    """What calls of these say in their argument number `at`; number `code` is the code."""
    for place, call in (found for name in names for found in calls().get(name, ())):
        if len(call.args) <= at or any(isinstance(one, ast.Starred) for one in call.args):
            continue
        for one, text in product(texts(call.args[code], place), texts(call.args[at], place)):
            yield Said(one, text, f"{place.file.relative_to(SOURCE)}:{call.lineno}")


def named_in(name: str, *keys: str) -> set[str]:
    """What calls of this say in these arguments, given by name."""
    return {
        text
        for place, call in calls().get(name, ())
        for one in call.keywords
        if one.arg in keys
        for text in texts(one.value, place)
    } - {""}


def returned_by(file: str, name: str) -> set[str]:
    """What a function can return."""
    return _returned(name, Place(SOURCE / file, ()), DEEP) - {""}


def texts(node: ast.expr, place: Place, deep: int = DEEP) -> set[str]:
    """Templates that an expression can be; `{}` alone where nobody can tell."""
    if not deep:
        return {HOLE}
    match node:
        case ast.Constant(value=str(text)):
            return {text.replace("{", "{{").replace("}", "}}")}
        case ast.JoinedStr(values=parts):
            return _joined(parts, place, deep)
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return texts(value, place, deep - 1)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _joined((left, right), place, deep)
        case ast.IfExp(body=body, orelse=other):
            return texts(body, place, deep - 1) | texts(other, place, deep - 1)
        case ast.BoolOp(op=ast.Or(), values=values):
            return (_together(values[:-1], place, deep - 1) - {""}) | texts(values[-1], place, deep - 1)
        case ast.Subscript(value=value, slice=ast.Slice()):
            return texts(value, place, deep - 1)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in SAME:
            return texts(value, place, deep - 1)
        case ast.Call(func=ast.Name(id="next"), args=[ast.Call(func=ast.Name(id=name)), _]):
            return _yielded(name, place, deep - 1)
        case ast.Call(func=ast.Name(id=name)):
            return _returned(name, place, deep - 1)
        case ast.Name(id=name, lineno=line):
            return _named(name, place, line, deep - 1)
        case _:
            return {HOLE}


def _joined(parts: Iterable[ast.expr], place: Place, deep: int) -> set[str]:
    each = [texts(part, place, deep - 1) for part in parts]
    return {re.sub(r"(\{\}){2,}", HOLE, "".join(one)) for one in product(*each)}


def _named(name: str, place: Place, line: int, deep: int) -> set[str]:
    for depth in range(len(place.functions), 0, -1):
        inner = place._replace(functions=place.functions[:depth])
        function = inner.functions[-1]
        if found := _before(name, function, line) or list(_assigned(name, function)):
            return _together(found, inner, deep)
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        if name in names:
            return _given(function, names.index(name), inner, deep) if name in FOLLOWED else {HOLE}
    found = [one for one in _assigned(name, trees()[place.file]) if isinstance(one, ast.Constant | ast.JoinedStr)]
    return _together(found, place, deep)


def _before(name: str, within: ast.AST, line: int) -> list[ast.expr]:
    """The value that a name was given last in the innermost block that the line is in, and those that blocks within it may
    have given it since; nothing if it was given none there."""
    found = list[ast.expr]()
    for child in ast.iter_child_nodes(within):
        if not isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        first = getattr(child, "lineno", None) or child.body[0].lineno
        last = getattr(child, "end_lineno", None) or child.body[-1].end_lineno
        if last < line:
            given = list(_assigned(name, ast.Module([child], [])))
            found = (given or found) if isinstance(child, ast.Assign) else [*found, *given] if found else []
        elif first <= line:
            return _before(name, child, line) or found
    return found


def _assigned(name: str, within: ast.AST) -> Iterator[ast.expr]:
    """Values that a name is given, in this function and not in those inside of it."""
    for child in ast.iter_child_nodes(within):
        match child:
            case ast.Assign(targets=[ast.Name(id=one)], value=value) if one == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=one), value=ast.expr() as value) if one == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=value):
                yield from _unpacked(name, names, value)
            case ast.For(target=ast.Tuple(elts=names), iter=each) if name in LOOPED:
                yield from (part for one in _items(each, child, within) for part in _unpacked(name, names, one))
            case ast.For(target=ast.Tuple(elts=names)) if any(isinstance(one, ast.Name) and one.id == name for one in names):
                yield UNKNOWN
            case ast.NamedExpr(target=ast.Name(id=one), value=value) if one == name:
                yield value
            case ast.For(target=ast.Name(id=one)) if one == name:
                yield UNKNOWN
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield from _assigned(name, child)


def _items(each: ast.expr, loop: ast.For, within: ast.AST) -> list[ast.expr]:
    """What is looped over, where that is written out, there or just before."""
    if isinstance(each, ast.Name):
        before = (one for one in ast.iter_child_nodes(within) if isinstance(one, ast.Assign) and one.lineno < loop.lineno)
        each = next((one.value for one in before if ast.unparse(one.targets[0]) == each.id), UNKNOWN)
    return each.elts if isinstance(each, ast.Tuple) else [UNKNOWN]


def _unpacked(name: str, names: list[ast.expr], value: ast.expr) -> Iterator[ast.expr]:
    """The part of `a, b = x, y`, also of either-or, that a name is given."""
    at = next((number for number, one in enumerate(names) if isinstance(one, ast.Name) and one.id == name), None)
    if at is None:
        return
    match value:
        case ast.Tuple(elts=values):
            yield values[at]
        case ast.IfExp(body=body, orelse=other):
            yield from _unpacked(name, names, body)
            yield from _unpacked(name, names, other)
        case _:
            yield UNKNOWN


def _given(function: Function, at: int, place: Place, deep: int) -> set[str]:
    """What callers give for a parameter."""
    method = len(function.args.args) > 0 and function.args.args[0].arg == "self"
    found = set[str]()
    for caller, call in calls().get(function.name, ()):
        if caller.file != place.file and not _imports(caller.file, place.file, function.name):
            continue
        by_name = [one.value for one in call.keywords if one.arg == function.args.args[at].arg]
        own = at - 1 if method and isinstance(call.func, ast.Attribute) else at
        given = by_name or call.args[own : own + 1]
        if given and not any(isinstance(one, ast.Starred) for one in call.args):
            found |= texts(given[0], caller, deep)
    return found or {HOLE}


@cache
def _imports(file: Path, source: Path, name: str) -> bool:
    """Whether a file has this name from that one: itself, by a package around it, or the module."""
    module = ".".join(("suanwang", *source.relative_to(SOURCE).with_suffix("").parts))
    every = (one for one in ast.walk(trees()[file]) if isinstance(one, ast.ImportFrom) and module.startswith(one.module or "-"))
    return any(alias.name in (name, source.stem) for one in every for alias in one.names)


def _returned(name: str, place: Place, deep: int) -> set[str]:
    """What a function of the same file returns, where that is text."""
    function = _function(name, place)
    if name in AS_IT_IS or function is None or getattr(function.returns, "id", "") != "str":
        return {HOLE}
    found = [one.value for one in _inside(function) if isinstance(one, ast.Return) and one.value is not None]
    return _together(found, place._replace(functions=(function,)), deep)


def _yielded(name: str, place: Place, deep: int) -> set[str]:
    """What a generator of the same file yields."""
    if not deep or (function := _function(name, place)) is None:
        return {HOLE}
    inside, found = place._replace(functions=(function,)), set[str]()
    for one in _inside(function):
        match one:
            case ast.Yield(value=ast.expr() as value):
                found |= texts(value, inside, deep)
            case ast.YieldFrom(value=ast.GeneratorExp(elt=value)):
                found |= texts(value, inside, deep)
            case ast.YieldFrom(value=ast.Call(func=ast.Name(id=other))):
                found |= _yielded(other, inside, deep - 1)
    return found or {HOLE}


def _function(name: str, place: Place) -> Function | None:
    """The only one of this name in the file."""
    own = [one for one in ast.walk(trees()[place.file]) if isinstance(one, Function) and one.name == name]
    return own[0] if len(own) == 1 else None


def _inside(within: ast.AST) -> Iterator[ast.AST]:
    """All that is in a function, and not in those within it."""
    for child in ast.iter_child_nodes(within):
        yield child
        if not isinstance(child, Function | ast.Lambda):
            yield from _inside(child)


def _together(found: list[ast.expr], place: Place, deep: int) -> set[str]:
    return set().union(*(texts(one, place, deep) for one in found)) if found else {HOLE}
