"""What is asked for from Python, as the flags of the command line."""

from collections.abc import Mapping
from typing import Any

import msgspec

from suanwang.intent import Flags


def flags(target: str, command: tuple[str, ...], wanted: Mapping[str, Any]) -> Flags:
    """TypeError for a name that is no flag."""
    known = set(Flags.__struct_fields__) - {"target", "command"}
    if unknown := [name for name in wanted if name not in known]:
        raise TypeError(f"there is no flag {unknown[0]!r}; there are {', '.join(sorted(known))}")
    plain = {name: _flag(value) for name, value in wanted.items() if value is not None}
    return msgspec.structs.replace(Flags(target=target, command=command), **plain)


def _flag(value: object) -> object:
    """A value as the command line would have it: lists as tuples of text, numbers as text."""
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value if isinstance(value, str | bool) else str(value)
