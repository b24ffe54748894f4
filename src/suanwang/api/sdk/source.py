"""A function becomes a script that stands alone: its own source, and what it refers to, as far as that can be sent.

Sent along: imports, functions and classes written beside it, and values that can be written down (numbers, text, lists, ...).
Anything else - an open file, a lambda, a value of a class of its own - is refused by name, rather than found missing far away.
What a definition needs when it is read (decorators, defaults, base classes) stands before it. Annotations are not evaluated.
"""

import ast
import builtins
import dataclasses
import inspect
import symtable
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from suanwang.model.fault import UsageFault

ENTRY = "suan_entry"
"""Name of the function in the script that takes an item and calls the user's function."""
_ENTRY = f"""

def {ENTRY}(item):
    if isinstance(item, str):
        import json

        with open(item) as file:
            item = json.load(file)
    return {{name}}(*item["args"], **item["named"])
"""
DEPTH_MAX = 64
AFAR = ("remote", "map", "spawn", "on")
"""What a function that is sent has, and what it was written as has not."""

Thing = types.FunctionType | type


def script_of(function: Callable[..., object]) -> str:
    """A Python file with the function and all it refers to. UsageFault SUAN-U126: it refers to what cannot be sent."""
    own = _unwrapped(function)
    if not isinstance(own, types.FunctionType):
        raise _unfit(_name(function), "only plain functions and classes are sent")
    if inspect.iscoroutinefunction(own) or inspect.isgeneratorfunction(own) or inspect.isasyncgenfunction(own):
        raise _unfit(own.__name__, "it is awaited or gives values one by one; a call gives back one value, as a list is")
    script = _Script()
    script.add(own.__name__, own, 0)
    head = "\n".join(("from __future__ import annotations", *script.imports))
    return "\n\n".join((head, *script.definitions)) + _ENTRY.format(name=own.__name__)


@dataclasses.dataclass
class _Script:
    """values: what each name stands for, so that no name stands for two things."""

    values: dict[str, object] = dataclasses.field(default_factory=dict[str, object])
    imports: list[str] = dataclasses.field(default_factory=list[str])
    definitions: list[str] = dataclasses.field(default_factory=list[str])

    def add(self, name: str, value: object, depth: int) -> None:
        own = _unwrapped(value)
        if name in self.values:
            if not _same(own, self.values[name]):
                raise _unfit(name, "two things of that name are referred to")
            return
        self.values[name] = own
        if isinstance(own, types.ModuleType):
            self.imports.append(_import(name, own))
        elif (text := _written(own)) is not None:
            self.definitions.append(f"{name} = {text}")
        elif isinstance(own, types.FunctionType | type) and _is_ours(own):
            self._define(name, own, depth)
        elif (module := getattr(value, "__module__", None)) and getattr(value, "__qualname__", "").isidentifier():
            self.imports.append(f"from {module} import {getattr(value, '__qualname__', name)} as {name}")
        else:
            raise _unfit(name, f"it is a value of {type(value).__name__}, which cannot be written down")

    def _define(self, name: str, thing: Thing, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise _unfit(name, "what it refers to goes on without end")
        if thing.__name__ != name:
            raise _unfit(name, f"it is another name of {thing.__name__}")
        around = _around(thing)
        text, tree = _source(thing, around)
        first, later = _names(tree)
        _check_calls(tree, around)
        for used in sorted(first & around.keys()):
            self.add(used, around[used], depth + 1)
        self.definitions.append(text)
        for used in sorted((later - first) & around.keys()):
            self.add(used, around[used], depth + 1)


def _unwrapped(value: object) -> object:
    """What was written, of what decorators made of it."""
    return inspect.unwrap(value) if callable(value) else value


def _name(value: object) -> str:
    return getattr(value, "__name__", type(value).__name__)


def _import(name: str, module: types.ModuleType) -> str:
    file = getattr(module, "__file__", None)
    if file is not None and _is_written_here(file):
        raise _unfit(name, "it is a module of yours, and modules do not travel; import by name what is needed of it")
    return f"import {module.__name__} as {name}" if name != module.__name__ else f"import {name}"


def _is_ours(value: Thing) -> bool:
    """Whether its source goes along: it was written beside the function, and does not come with Python or a package."""
    module = inspect.getmodule(value)
    file = getattr(module, "__file__", None) if module else None
    return module is None or module.__name__ == "__main__" or (file is not None and _is_written_here(file))


def _is_written_here(file: str) -> bool:
    return not any(part in file for part in ("/lib/python", "site-packages"))


def _source(thing: Thing, around: Mapping[str, Any]) -> tuple[str, ast.Module]:
    """Its text, and the same read, both without decorators of this side: the one of ours, and those above it."""
    try:
        text = textwrap.dedent(inspect.getsource(thing))
        tree = ast.parse(text)
        (made,) = tree.body
    except (OSError, TypeError, SyntaxError, ValueError) as problem:
        raise _unfit(thing.__name__, "its source cannot be found; define it in a file or a cell") from problem
    if not isinstance(made, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        raise _unfit(thing.__name__, "only plain functions and classes are sent")
    ours = [at for at, decorator in enumerate(made.decorator_list) if _is_of_this_side(decorator, around)]
    made.decorator_list = made.decorator_list[ours[-1] + 1 :] if ours else made.decorator_list
    begins = min((one.lineno for one in made.decorator_list), default=made.lineno)
    return "\n".join(text.splitlines()[begins - 1 :]), tree


def _is_of_this_side(decorator: ast.expr, around: Mapping[str, Any]) -> bool:
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    module = getattr(_meant(decorator, around), "__module__", None) or ""
    return module.partition(".")[0] == "suanwang"


def _meant(said: ast.expr, around: Mapping[str, Any]) -> object:
    """What a dotted name stands for; None if it is none."""
    if isinstance(said, ast.Attribute):
        return getattr(_meant(said.value, around), said.attr, None)
    return around.get(said.id) if isinstance(said, ast.Name) else None


def _around(thing: Thing) -> dict[str, Any]:
    """What names mean in its module, and around it; those of Python itself left out."""
    functions = [f for f in vars(thing).values() if isinstance(f, types.FunctionType)] if isinstance(thing, type) else [thing]
    found: dict[str, Any] = dict(vars(sys.modules[thing.__module__])) if thing.__module__ in sys.modules else {}
    for function in functions:
        found |= function.__globals__
    for function in functions:
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            if name != "__class__":
                found[name] = cell.cell_contents
    return {name: value for name, value in found.items() if getattr(builtins, name, found) is not value}


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Names of elsewhere that are looked up when the definition is read, and when it is called."""
    plain = ast.unparse(ast.fix_missing_locations(_Plain().visit(ast.parse(ast.unparse(tree)))))
    top = symtable.symtable(plain, "function.py", "exec")
    first = {s.get_name() for s in top.get_symbols() if s.is_referenced() and not s.is_assigned()}
    later = set[str]()
    for table in _below(top):
        (later if table.get_type() == "function" else first).update(_outside(table))
    return first, later


def _outside(table: symtable.SymbolTable) -> Iterator[str]:
    return (s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced())


def _below(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for inner in table.get_children():
        yield inner
        yield from _below(inner)


class _Plain(ast.NodeTransformer):
    """Without annotations."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node


def _check_calls(tree: ast.Module, around: Mapping[str, Any]) -> None:
    """UsageFault SUAN-U126: it asks the network itself; where it will run, no brain is to be reached."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in AFAR and isinstance(node.value, ast.Name):
            value = around.get(node.value.id)
            if all(hasattr(value, call) for call in AFAR):
                raise _unfit(f"{node.value.id}.{node.attr}", "no brain is reached from there; call the function as it is")


def _written(value: object) -> str | None:
    """Its text, if Python reads the same value back from it."""
    text = repr(value)
    try:
        return text if ast.literal_eval(text) == value else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _same(one: object, other: object) -> bool:
    return one is other or (_written(one) is not None and _written(one) == _written(other))


def _unfit(name: str, why: str) -> UsageFault:
    return UsageFault(
        "SUAN-U126", f"{name} cannot be sent with the function: {why}", "pass it as an argument, or import it inside"
    )
