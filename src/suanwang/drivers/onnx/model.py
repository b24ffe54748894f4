"""A model file as layers that can be told apart, and pieces of it as models of their own.

A layer is a node of the graph, by a name that is its own. It reads what earlier layers wrote, or inputs of the model; weights
are copied into every piece that uses them. Cutting makes new models of the same nodes: nothing in them is changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import onnx
from google.protobuf.message import DecodeError

from suanwang.model.fault import UsageFault
from suanwang.model.graph import Graph, GraphFile, GraphTask
from suanwang.model.split import Layers

BYTES_MAX = 2_000_000_000
"""Of one model with its weights: protobuf takes no more in one message."""


class Model(NamedTuple):
    """A model whose nodes have names, each its own, and all lead to an output. inputs, outputs: names of tensors."""

    proto: onnx.ModelProto
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def nodes(self) -> list[onnx.NodeProto]:
        return list(self.proto.graph.node)


def load(path: Path) -> Model:
    """UsageFault SUAN-U180: not a model, too large, or one that cannot be cut."""
    try:
        proto = onnx.load(path)
        size = proto.ByteSize()
    except (OSError, DecodeError, onnx.checker.ValidationError, ValueError) as error:
        raise UsageFault("SUAN-U180", f"{path} is no ONNX model that can be read: {error}", "see https://onnx.ai") from error
    if not proto.graph.node or size > BYTES_MAX:
        raise UsageFault("SUAN-U180", f"{path} has {len(proto.graph.node)} layers and {size} bytes", "give another model")
    return model_of(proto)


def model_of(proto: onnx.ModelProto) -> Model:
    """The model, changed: constants become weights, nodes that lead nowhere and inputs that nobody reads are dropped, each node
    has a name. As in `load`."""
    graph = proto.graph
    _weigh_constants(graph)
    outputs = tuple(value.name for value in graph.output)
    weights, needed, kept = weights_of(graph), set(outputs), list[onnx.NodeProto]()
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed |= reads(node, weights)
            kept.append(node)
    made = {name for node in kept for name in node.output}
    lost = [name for name in outputs if name not in made]
    if lost:
        why = f"the model's output {lost[0]} is written by none of its layers"
        raise UsageFault("SUAN-U180", why, "leave that output out of the model")
    del graph.node[:]
    graph.node.extend(reversed(kept))
    _name(graph)
    for value in [value for value in graph.input if value.name not in needed or value.name in weights]:
        graph.input.remove(value)
    return Model(proto, tuple(value.name for value in graph.input), outputs)


def reads(node: onnx.NodeProto, weights: frozenset[str]) -> set[str]:
    """Tensors that it needs and that are no weights, those that the graphs inside it (of If, Loop, Scan) take from around them
    among them."""
    return {name for name in (*node.input, *_captured(node)) if name and name not in weights}


def weights_of(graph: onnx.GraphProto) -> frozenset[str]:
    return frozenset(w.name for w in graph.initializer) | frozenset(w.values.name for w in graph.sparse_initializer)


def layers_of(model: Model, size: dict[str, int], work_s: dict[str, float], basis: Literal["measured", "estimated"]) -> Layers:
    """size: bytes by tensor; work_s: by layer."""
    weights = weights_of(model.proto.graph)
    tasks = tuple(
        GraphTask(
            name=node.name,
            work_s=work_s[node.name],
            reads=tuple(sorted(reads(node, weights))),
            writes=tuple(name for name in node.output if name in size),
        )
        for node in model.nodes
    )
    files = tuple(GraphFile(name=name, size_bytes=of) for name, of in size.items())
    name = model.proto.graph.name or "model"
    return Layers(graph=Graph(name=name, tasks=tasks, files=files), outputs=model.outputs, basis=basis)


def piece(whole: Model, layers: frozenset[str], kinds: Mapping[str, int], writes: Iterable[str]) -> bytes:
    """The model that consists of these layers. kinds: tensor -> its element type (onnx.TensorProto.DataType). writes: tensors
    of its that are wanted. Shapes are left open, so a piece takes any that the whole takes."""
    graph = whole.proto.graph
    nodes = [node for node in graph.node if node.name in layers]
    weights, made = weights_of(graph), {name for node in nodes for name in node.output}
    used = {name for node in nodes for name in (*node.input, *_captured(node))}
    known = {value.name: value for value in (*graph.input, *graph.output)}

    def told(name: str) -> onnx.ValueInfoProto:
        return known[name] if name in known else onnx.helper.make_tensor_value_info(name, kinds[name], None)

    cut = onnx.helper.make_graph(
        nodes,
        graph.name or "piece",
        [told(name) for name in sorted(used - made - weights - {""})],
        [told(name) for name in writes],
        [weight for weight in graph.initializer if weight.name in used],
        sparse_initializer=[weight for weight in graph.sparse_initializer if weight.values.name in used],
    )
    opsets, functions = list(whole.proto.opset_import), list(whole.proto.functions)
    made_model = onnx.helper.make_model(cut, opset_imports=opsets, functions=functions, ir_version=whole.proto.ir_version)
    return made_model.SerializeToString(deterministic=True)


def _captured(node: onnx.NodeProto) -> Iterator[str]:
    for attribute in node.attribute:
        for graph in (attribute.g, *attribute.graphs):
            own = {value.name for value in graph.input} | weights_of(graph)
            for inner in graph.node:
                yield from (name for name in (*inner.input, *_captured(inner)) if name not in own)
                own.update(inner.output)
            yield from (value.name for value in graph.output if value.name not in own)


def _weigh_constants(graph: onnx.GraphProto) -> None:
    """A constant is a weight: it is copied, not sent."""
    for node in [node for node in graph.node if node.op_type == "Constant" and not node.domain]:
        value = next((a.t for a in node.attribute if a.name == "value"), None)
        if value is not None and node.output[0] not in {out.name for out in graph.output}:
            weight = graph.initializer.add()
            weight.CopyFrom(value)
            weight.name = node.output[0]
            graph.node.remove(node)


def _name(graph: onnx.GraphProto) -> None:
    taken = set[str]()
    for at, node in enumerate(graph.node):
        if not node.name or node.name in taken:
            node.name = f"{node.op_type}_{at}"
        while node.name in taken:
            node.name += "_"
        taken.add(node.name)
