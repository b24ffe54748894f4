"""The YAML of a job file, and back: a strict subset in which a scalar is the text that was written.

`no` stays "no", 1.10 stays "1.10" and 007 stays "007": what a value means is decided where it is read, not by how it looks.
Only null (`~`, `null`, nothing) is not text. Refused: a key twice, anchors and aliases (a few lines can stand for terabytes),
tags (`!!python/object`), more than 32 levels, more than 256 KiB, and more than one document where one is asked for.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar, cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from suanwang.model.fault import UsageFault
from suanwang.model.quantity import quoted

T = TypeVar("T")

YAML_BYTES_MAX = 256 * 1024
DEPTH_MAX = 32

_PLAIN_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:null"})


def parse_yaml(text: str) -> Mapping[str, object]:
    """The document as nested dict, list, str and None. UsageFault SUAN-U004 with line and column for anything else."""
    return _document(_composed(text, lambda loader: loader.get_single_node()))


def parse_documents(text: str) -> tuple[Mapping[str, object], ...]:
    """All documents of a text, each as `parse_yaml` reads one; between them stands a line `---`. None for an empty text."""
    return tuple(_document(node) for node in _composed(text, _nodes))


def _nodes(loader: "_Strict") -> list[Node]:
    found: list[Node] = []
    while loader.check_node():
        node = loader.get_node()
        assert node is not None, "there is one"
        found.append(node)
    return found


def _composed(text: str, compose: "Callable[[_Strict], T]") -> T:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > YAML_BYTES_MAX:
        raise UsageFault(
            "SUAN-U004", f"the job file has {size} bytes; at most {YAML_BYTES_MAX} are read.", "put data into files"
        )
    try:
        return compose(_Strict(text))
    except yaml.MarkedYAMLError as error:
        raise _fault(error.problem or "it cannot be read", error.problem_mark or error.context_mark) from None
    except yaml.reader.ReaderError as error:
        raise _fault(f"a character at offset {error.position} is not allowed", None) from None
    except (ValueError, OverflowError):  # "\UFFFFFFFF"
        raise _fault("an escape names a character that does not exist", None) from None


def _document(node: Node | None) -> Mapping[str, object]:
    if not isinstance(node, MappingNode):
        raise _fault("a job file is a mapping of keys to values", node.start_mark if node else None)
    return cast(Mapping[str, object], _value(node))


def write_yaml(document: Mapping[str, object]) -> str:
    """Text that `parse_yaml` reads as the same document, but for numbers and truth values, which come back as their text."""
    return yaml.dump(dict(document), Dumper=_Writer, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)


class _Strict(yaml.SafeLoader):
    """Composes nodes only; the tree of values is built by `_value`, so no constructor of the library ever runs."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {}  # pyright: ignore[reportIncompatibleVariableOverride]
    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = cast(yaml.Event, self.peek_event())  # pyright: ignore[reportUnknownMemberType]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(problem="anchors (&) and aliases (*) are not read", problem_mark=event.start_mark)
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise yaml.MarkedYAMLError(problem=f"more than {DEPTH_MAX} levels deep", problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _start in ("~", "n", "N", ""):
    _null = yaml.SafeLoader.yaml_implicit_resolvers[_start]
    _Strict.yaml_implicit_resolvers[_start] = [pair for pair in _null if pair[0] == "tag:yaml.org,2002:null"]


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_str(self, data: str) -> ScalarNode:
        """In quotes, escaped, where the plain form would lose a line break or a control character."""
        style = None if data.isprintable() else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)  # pyright: ignore[reportUnknownMemberType]


_Writer.add_representer(str, _Writer.represent_str)


def _value(node: Node) -> object:
    if node.tag not in _PLAIN_TAGS:
        raise _fault(f"the tag {quoted(node.tag)} is not read", node.start_mark)
    if isinstance(node, ScalarNode):
        return None if node.tag.endswith("null") else str(node.value)
    if isinstance(node, SequenceNode):
        return [_value(entry) for entry in cast(list[Node], node.value)]
    return _mapping(cast(MappingNode, node))


def _mapping(node: MappingNode) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in cast(list[tuple[Node, Node]], node.value):
        key = _value(key_node)
        if not isinstance(key, str):
            raise _fault("a key must be text", key_node.start_mark)
        if key in found:
            raise _fault(f"the key {quoted(key)} stands twice", key_node.start_mark)
        found[key] = _value(value_node)
    return found


def _fault(problem: str, mark: Any) -> UsageFault:
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
    return UsageFault(
        "SUAN-U004", f"the job file cannot be read: {where}{problem}.", "compare with: suan run --show-yaml -- true"
    )
