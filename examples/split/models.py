"""Models to split, made from fixed seeds: a multilayer perceptron, a CNN with branches, two CNNs that meet,
a transformer block.

python examples/split/models.py cnn        writes cnn.onnx and cnn.npz here; then: suan split cnn.onnx --input cnn.npz ...
"""

import sys
from itertools import pairwise

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Arrays = dict[str, NDArray[np.generic]]


class Maker:
    """Nodes and weights of a model under construction; every call adds one node and gives the name of what it writes."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, *shape: int) -> str:
        name = f"w{len(self.weights)}"
        values = self.rng.standard_normal(shape).astype(np.float32) / np.sqrt(max(1, np.prod(shape[1:])))
        self.weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def ints(self, *values: int) -> str:
        name = f"i{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def add(self, kind: str, *reads: str, **attributes: object) -> str:
        at = len(self.nodes)
        self.nodes.append(helper.make_node(kind, list(reads), [f"t{at}"], name=f"{kind.lower()}{at}", **attributes))
        return f"t{at}"

    def model(self, inputs: dict[str, tuple[object, ...]], outputs: dict[str, str]) -> bytes:
        """inputs: name -> shape. outputs: name -> the tensor that it is."""
        for name, tensor in outputs.items():
            self.nodes.append(helper.make_node("Identity", [tensor], [name], name=f"out-{name}"))
        graph = helper.make_graph(
            self.nodes,
            "made",
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, list(shape)) for n, shape in inputs.items()],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs],
            self.weights,
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        return made.SerializeToString()


def mlp(widths: tuple[int, ...] = (4096, 512, 64, 10), seed: int = 1) -> tuple[bytes, Arrays]:
    """A wide input that narrows: the bytes between layers fall at every step."""
    make = Maker(seed)
    last = "x"
    for before, after in pairwise(widths):
        last = make.add("Relu", make.add("Gemm", last, make.weight(before, after), make.weight(after)))
    return make.model({"x": ("batch", widths[0])}, {"y": last}), {"x": make.rng.random((4, widths[0]), np.float32)}


def cnn(size: int = 96, stem: int = 8, wide: int = 16, blocks: int = 3, seed: int = 2) -> tuple[bytes, Arrays]:
    """A stem that makes the picture small, then inception-like blocks of three branches that are joined, each half as large and
    twice as wide as the one before; then one vector."""
    make = Maker(seed)
    last, channels = _tower(make, "image", stem, wide, blocks)
    scores = make.add("Gemm", last, make.weight(channels, 10), make.weight(10))
    image = make.rng.random((1, 3, size, size), np.float32)
    return make.model({"image": (1, 3, size, size)}, {"scores": make.add("Softmax", scores)}), {"image": image}


def pair(size: int = 64, stem: int = 8, wide: int = 16, blocks: int = 2, seed: int = 4) -> tuple[bytes, Arrays]:
    """Two pictures, a tower as of `cnn` for each, and how alike they are."""
    make = Maker(seed)
    left, channels = _tower(make, "left", stem, wide, blocks)
    right, _ = _tower(make, "right", stem, wide, blocks)
    joined = make.add("Concat", left, right, axis=1)
    alike = make.add("Sigmoid", make.add("Gemm", joined, make.weight(2 * channels, 1), make.weight(1)))
    shape = (1, 3, size, size)
    pictures = {name: make.rng.random(shape, np.float32) for name in ("left", "right")}
    return make.model({"left": shape, "right": shape}, {"alike": alike}), pictures


def _tower(make: Maker, picture: str, stem: int, wide: int, blocks: int) -> tuple[str, int]:
    """(a vector, its length)."""
    kernel, shift = make.weight(stem, 3, 7, 7), make.weight(stem)
    first = make.add("Conv", picture, kernel, shift, kernel_shape=[7] * 2, pads=[3] * 4, strides=[4] * 2)
    last, channels = make.add("Relu", first), stem
    for _ in range(blocks):
        one = _conv(make, last, channels, wide, 1)
        three = _conv(make, _conv(make, last, channels, wide // 2, 1), wide // 2, wide, 3)
        pool = _conv(make, make.add("AveragePool", last, kernel_shape=[3, 3], pads=[1] * 4), channels, wide // 2, 1)
        joined = make.add("Concat", one, three, pool, axis=1)
        last, channels, wide = make.add("MaxPool", joined, kernel_shape=[2, 2], strides=[2, 2]), wide * 5 // 2, wide * 2
    return make.add("Flatten", make.add("GlobalAveragePool", last)), channels


def _conv(make: Maker, last: str, channels: int, wide: int, size: int) -> str:
    kernel = make.weight(wide, channels, size, size)
    made = make.add("Conv", last, kernel, make.weight(wide), kernel_shape=[size] * 2, pads=[size // 2] * 4)
    scale, shift, mean = make.weight(wide), make.weight(wide), make.weight(wide)
    ones = numpy_helper.from_array(np.ones(wide, np.float32), f"var{len(make.weights)}")
    make.weights.append(ones)
    return make.add("Relu", make.add("BatchNormalization", made, scale, shift, mean, ones.name))


def transformer(tokens: int = 32, wide: int = 64, heads: int = 4, seed: int = 3) -> tuple[bytes, Arrays]:
    """One block: attention in heads, and a feed-forward part, each with a way around it."""
    make = Maker(seed)
    query, key, value = (
        _heads(make, "tokens", tokens, wide, heads, order) for order in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])
    )
    weights = make.add("Softmax", make.add("MatMul", query, key), axis=-1)
    seen = make.add("Transpose", make.add("MatMul", weights, value), perm=[0, 2, 1, 3])
    flat = make.add("Reshape", seen, make.ints(1, tokens, wide))
    first = make.add("Add", "tokens", make.add("MatMul", flat, make.weight(wide, wide)))
    norm = make.add("LayerNormalization", first, make.weight(wide), make.weight(wide))
    hidden = make.add("Relu", make.add("MatMul", norm, make.weight(wide, 4 * wide)))
    last = make.add("Add", norm, make.add("MatMul", hidden, make.weight(4 * wide, wide)))
    shape = (1, tokens, wide)
    return make.model({"tokens": shape}, {"out": last}), {"tokens": make.rng.random(shape, np.float32)}


def _heads(make: Maker, last: str, tokens: int, wide: int, heads: int, order: list[int]) -> str:
    flat = make.add("MatMul", last, make.weight(wide, wide))
    return make.add("Transpose", make.add("Reshape", flat, make.ints(1, tokens, heads, wide // heads)), perm=order)


def main(name: str) -> None:
    made, inputs = MODELS[name]()
    with open(f"{name}.onnx", "wb") as file:
        file.write(made)
    np.savez(f"{name}.npz", **inputs)


MODELS = {"mlp": mlp, "cnn": cnn, "pair": pair, "transformer": transformer}

if __name__ == "__main__":
    main(*sys.argv[1:])
