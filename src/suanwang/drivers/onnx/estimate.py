"""What each layer of a model would cost, estimated from shapes alone, where there is no onnxruntime to run it.

A layer takes as long as the slower of its multiply-adds and its bytes takes the reference machine (world.score): one core of it
does half of its fp32 rate in multiply-adds, and moves its share of the memory's bandwidth. A model, and coarse: held against
layers that were measured, it is right within a factor of a few (docs/split.md).
"""

import math
from collections.abc import Mapping

import onnx

from suanwang.drivers.onnx.model import Model, layers_of, reads, weights_of
from suanwang.model.fault import UsageFault
from suanwang.model.split import Layers
from suanwang.world.score import ANCHORS

_AT = {anchor.type: anchor.at for anchor in ANCHORS}
MACS_PER_S = _AT["fp32"] * 1e9 / 2 / _AT["cores"]
BYTES_PER_S = _AT["memory_bandwidth"] * 1e9 / _AT["cores"]
LAYER_S = 2e-6
"""What a layer takes that does nothing, as onnxruntime 1.32 was seen to run them on such a machine."""
Shapes = Mapping[str, tuple[int, ...]]


def estimated(model: Model, inputs: Shapes) -> tuple[Layers, dict[str, int]]:
    """(layers, element type of every tensor). inputs: shapes. UsageFault SUAN-U181: a shape cannot be told without running
    it."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model.proto)
    for value in shown.graph.input:
        if value.name in inputs:
            _fix(value, inputs[value.name])
    told = onnx.shape_inference.infer_shapes(shown, data_prop=True).graph
    types = {value.name: value.type.tensor_type for value in (*told.input, *told.value_info, *told.output)}
    shapes = {name: _shape(kind) for name, kind in types.items()}
    shapes |= {weight.name: tuple(weight.dims) for weight in told.initializer}
    kinds = {name: kind.elem_type for name, kind in types.items()}
    size = {
        name: _bytes(name, shapes, kinds) for name in (*model.inputs, *(n for node in model.nodes for n in node.output if n))
    }
    weights = weights_of(model.proto.graph)
    heavy = {weight.name: weight.ByteSize() for weight in told.initializer}
    work = {
        node.name: LAYER_S
        + max(
            _macs(node, shapes) / MACS_PER_S,
            (sum(size[n] for n in (*reads(node, weights), *node.output) if n) + sum(heavy.get(n, 0) for n in node.input))
            / BYTES_PER_S,
        )
        for node in model.nodes
    }
    return layers_of(model, size, work, "estimated"), kinds


def _macs(node: onnx.NodeProto, shapes: Mapping[str, tuple[int, ...] | None]) -> float:
    """Multiply-adds; of what is neither a convolution nor a product of matrices, one for each element written."""
    out = math.prod(shapes.get(node.output[0]) or (0,))
    if node.op_type == "Conv":
        return out * math.prod((shapes.get(node.input[1]) or (0, 0))[1:])
    if node.op_type in ("MatMul", "Gemm"):
        first = shapes.get(node.input[0]) or (0,)
        across = any(a.name == "transA" and a.i for a in node.attribute)
        return out * first[0 if across else -1]
    return out


def _bytes(name: str, shapes: Mapping[str, tuple[int, ...] | None], kinds: Mapping[str, int]) -> int:
    shape = shapes.get(name)
    if shape is None:
        why = f"the shape of {name} cannot be told from the model's inputs alone"
        raise UsageFault("SUAN-U181", why, "install onnxruntime, so that it can be run: uv pip install onnxruntime")
    return math.prod(shape) * onnx.helper.tensor_dtype_to_np_dtype(kinds[name]).itemsize


def _shape(kind: onnx.TypeProto.Tensor) -> tuple[int, ...] | None:
    known = kind.HasField("shape") and all(d.HasField("dim_value") for d in kind.shape.dim)
    return tuple(d.dim_value for d in kind.shape.dim) if known else None


def _fix(value: onnx.ValueInfoProto, shape: tuple[int, ...]) -> None:
    value.type.tensor_type.ClearField("shape")
    for size in shape:
        value.type.tensor_type.shape.dim.add().dim_value = size
