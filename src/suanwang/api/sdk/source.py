"""A function becomes a script that stands alone: its own source, and what it refers to in its module, as far as that can be
sent.

Sent along: imports, functions and classes of the same module, and values that can be written down (numbers, text, lists, ...).
Anything else - an open file, a lambda, a value of a class of its own - is refused by name, rather than found missing far away.
"""

import ast
import builtins
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator

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


def script_of(function: Callable[..., object]) -> str:
    """A Python file with the function and all it refers to. UsageFault SUAN-U126: it refers to what cannot be sent."""
    parts: dict[str, str] = {}
    _gather(function, parts, 0)
    imports = [text for text in parts.values() if text.startswith(("import ", "from "))]
    others = [text for text in parts.values() if not text.startswith(("import ", "from "))]
    return "\n".join(imports) + "\n\n" + "\n\n".join(reversed(others)) + _ENTRY.format(name=function.__name__)


def _gather(thing: Callable[..., object] | type, parts: dict[str, str], depth: int) -> None:
    name = thing.__name__
    if name in parts:
        return
    if depth > DEPTH_MAX:
        raise _unfit(name, "what it refers to goes on without end")
    parts[name] = _source(thing)
    for used, value in _globals(thing):
        if used not in parts:
            _one(used, value, parts, depth)


def _one(name: str, value: object, parts: dict[str, str], depth: int) -> None:
    if isinstance(value, types.ModuleType):
        parts[name] = f"import {value.__name__} as {name}" if name != value.__name__ else f"import {name}"
    elif _written(value) is not None:
        parts[name] = f"{name} = {_written(value)}"
    elif isinstance(value, types.FunctionType | type) and _is_ours(value):
        if value.__name__ != name:
            raise _unfit(name, f"it is another name of {value.__name__}")
        _gather(value, parts, depth + 1)
    elif (module := getattr(value, "__module__", None)) and getattr(value, "__qualname__", "").isidentifier():
        parts[name] = f"from {module} import {getattr(value, '__qualname__', name)} as {name}"
    else:
        raise _unfit(name, f"it is a value of {type(value).__name__}, which cannot be written down")


def _is_ours(value: Callable[..., object] | type) -> bool:
    """Whether its source goes along: it was written beside the function, and does not come with Python or a package."""
    module = inspect.getmodule(value)
    file = getattr(module, "__file__", None) if module else None
    return module is None or file is None or not any(part in file for part in ("/lib/python", "site-packages"))


def _source(thing: Callable[..., object] | type) -> str:
    """Without its decorators: they belong to this side."""
    try:
        text = textwrap.dedent(inspect.getsource(thing))
        (tree,) = ast.parse(text).body
    except (OSError, TypeError, SyntaxError, ValueError) as problem:
        raise _unfit(thing.__name__, "its source cannot be found; define it in a file or a cell") from problem
    if not isinstance(tree, ast.FunctionDef | ast.ClassDef):
        raise _unfit(thing.__name__, "only plain functions and classes are sent")
    return "\n".join(text.splitlines()[tree.lineno - 1 :])


def _globals(thing: Callable[..., object] | type) -> Iterator[tuple[str, object]]:
    """(name, value) of what it refers to in its module, or around it; names that are not there are left to fail as they
    would."""
    functions = [f for f in vars(thing).values() if isinstance(f, types.FunctionType)] if isinstance(thing, type) else [thing]
    for function in functions:
        if not isinstance(function, types.FunctionType):
            continue
        cells = function.__closure__ or ()
        around = {n: c.cell_contents for n, c in zip(function.__code__.co_freevars, cells, strict=True)}
        for name in sorted(_names(function.__code__)):
            if name in around:
                yield name, around[name]
            elif name in function.__globals__ and not hasattr(builtins, name):
                yield name, function.__globals__[name]


def _names(code: types.CodeType) -> set[str]:
    inner = (const for const in code.co_consts if isinstance(const, types.CodeType))
    return {*code.co_names, *code.co_freevars}.union(*(_names(one) for one in inner))


def _written(value: object) -> str | None:
    """Its text, if Python reads the same value back from it."""
    text = repr(value)
    try:
        return text if ast.literal_eval(text) == value else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _unfit(name: str, why: str) -> UsageFault:
    return UsageFault(
        "SUAN-U126", f"{name} cannot be sent with the function: {why}", "pass it as an argument, or import it inside"
    )
