"""A model cut anywhere gives the same bits as the whole; what was measured and what is estimated agree where they must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from suanwang.drivers.onnx.arrays import difference, packed, read  # noqa: E402
from suanwang.drivers.onnx.estimate import estimated  # noqa: E402
from suanwang.drivers.onnx.measure import UNSENDABLE, improved, measured, run  # noqa: E402
from suanwang.drivers.onnx.model import load, model_of  # noqa: E402
from suanwang.drivers.onnx.pieces import pieces  # noqa: E402
from suanwang.model.demand import Onnx  # noqa: E402
from suanwang.model.fault import UsageFault  # noqa: E402
from suanwang.model.graph import parents  # noqa: E402

NAMES = ("mlp", "cnn", "transformer")


@pytest.fixture(scope="module", params=NAMES)
def seen(models, request):
    made, inputs = models.MODELS[request.param]()
    model = improved(model_of(onnx.load_from_string(made)))
    return made, inputs, model, measured(model, inputs, runs=3)


def carried_out(model, found, inputs, at):
    """What the pieces write, each given only what it reads."""
    there = dict(inputs)
    for piece in pieces(model, found.layers, found.kinds, at):
        made = run(piece.content, {name: there[name] for name in piece.reads})
        assert set(made) == set(piece.writes)
        there |= made
    return {name: there[name] for name in model.outputs}


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_split_over_three_tiers_gives_the_same_bits(seen, data):
    _, inputs, model, found = seen
    above, at = parents(found.layers.graph), list[int]()
    for own in above:
        at.append(data.draw(st.integers(max((at[p] for p in own), default=0), 2)))
    assert difference(found.outputs, carried_out(model, found, inputs, at)) == 0.0


def test_the_pieces_give_the_bits_that_the_runtime_gives_for_the_file_as_it_is(seen, request):
    from_file, inputs, _, found = seen
    sandboxed = request.getfixturevalue("run")
    told = sandboxed(Onnx(file="m.onnx", inputs=("x.npz",)), {"m.onnx": from_file, "x.npz": packed(inputs)})
    assert difference(found.outputs, read(told.folder / "out/outputs.npz")) == 0.0


def test_layers_take_as_long_as_the_whole_and_tensors_have_their_bytes(seen):
    _, inputs, _, found = seen
    tasks, size = found.layers.graph.tasks, {f.name: f.size_bytes for f in found.layers.graph.files}
    assert sum(t.work_s for t in tasks) == pytest.approx(found.whole_s) and all(t.work_s >= 0 for t in tasks)
    assert all(size[name] == value.nbytes for name, value in (inputs | found.outputs).items())
    assert {name for t in tasks for name in t.reads} <= {*inputs, *(name for t in tasks for name in t.writes)}


@pytest.mark.parametrize("name", NAMES)
def test_shapes_alone_tell_the_same_bytes(models, name):
    made, inputs = models.MODELS[name]()
    model = model_of(onnx.load_from_string(made))
    layers, kinds = estimated(model, {key: value.shape for key, value in inputs.items()})
    found = measured(model, inputs, runs=1)
    assert {f.name: f.size_bytes for f in layers.graph.files} == {f.name: f.size_bytes for f in found.layers.graph.files}
    assert {key: kinds[key] for key in found.kinds} == found.kinds
    assert [t.reads for t in layers.graph.tasks] == [t.reads for t in found.layers.graph.tasks]
    assert all(t.work_s > 0 for t in layers.graph.tasks)


def test_multiply_adds_of_a_convolution_and_a_product():
    node = onnx.helper.make_node
    nodes = [
        node("Conv", ["x", "k"], ["c"], kernel_shape=[3, 3]),
        node("Flatten", ["c"], ["f"]),
        node("MatMul", ["f", "w"], ["y"]),
    ]
    weights = [
        onnx.numpy_helper.from_array(np.zeros(shape, np.float32), name)
        for name, shape in (("k", (8, 4, 3, 3)), ("w", (288, 10)))
    ]
    model = model_of(graph_of(nodes, {"x": [1, 4, 8, 8]}, ["y"], weights))
    layers, _ = estimated(model, {"x": (1000, 4, 8, 8)})
    conv, _, product = layers.graph.tasks
    assert conv.work_s == pytest.approx(2e-6 + 1000 * 8 * 36 * 36 / 25e9)
    assert product.work_s == pytest.approx(2e-6 + 1000 * 10 * 288 / 25e9)


def graph_of(nodes, inputs, outputs, weights=()):
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        nodes,
        "g",
        [value(name, onnx.TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [value(name, onnx.TensorProto.FLOAT, None) for name in outputs],
        list(weights),
    )
    return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)


def test_what_leads_nowhere_is_dropped_and_constants_are_copied_not_sent():
    node = onnx.helper.make_node
    two = onnx.numpy_helper.from_array(np.array(2.0, np.float32), "")
    nodes = [
        node("Constant", [], ["two"], value=two),
        node("Mul", ["x", "two"], ["a"]),
        node("Neg", ["x"], ["nowhere"]),
        node("Mul", ["a", "two"], ["y"], name="same"),
        node("Add", ["a", "y"], ["z"], name="same"),
    ]
    model = model_of(graph_of(nodes, {"x": [3], "unused": [1]}, ["y", "z"]))
    assert [n.op_type for n in model.nodes] == ["Mul", "Mul", "Add"] and model.inputs == ("x",)
    assert len({n.name for n in model.nodes}) == 3
    found = measured(model, {"x": np.ones(3, np.float32)}, runs=1)
    assert [t.reads for t in found.layers.graph.tasks] == [("x",), ("a",), ("a", "y")]
    first, last = pieces(model, found.layers, found.kinds, (0, 1, 1))
    assert (first.writes, last.reads, last.writes) == (("a",), ("a",), ("y", "z"))
    assert carried_out(model, found, {"x": np.ones(3, np.float32)}, (0, 0, 1))["z"].tolist() == [6.0] * 3


def test_a_graph_inside_a_layer_takes_tensors_from_around_it():
    node = onnx.helper.make_node
    value = onnx.helper.make_tensor_value_info("r", onnx.TensorProto.FLOAT, None)
    more, less = (onnx.helper.make_graph([node(kind, ["a", "b"], ["r"])], kind, [], [value]) for kind in ("Add", "Sub"))
    nodes = [
        node("Neg", ["x"], ["a"]),
        node("Exp", ["x"], ["b"]),
        node("ReduceSum", ["x"], ["s"], keepdims=0),
        node("Cast", ["s"], ["c"], to=onnx.TensorProto.BOOL),
        node("If", ["c"], ["y"], then_branch=more, else_branch=less),
    ]
    model = model_of(graph_of(nodes, {"x": [3]}, ["y"]))
    given = {"x": np.ones(3, np.float32)}
    found = measured(model, given, runs=1)
    assert found.layers.graph.tasks[-1].reads == ("a", "b", "c")
    assert difference(found.outputs, carried_out(model, found, given, (0, 1, 0, 1, 2))) == 0.0


def test_no_cut_goes_through_what_is_no_array():
    node = onnx.helper.make_node
    nodes = [node("SequenceConstruct", ["x", "x"], ["s"]), node("ConcatFromSequence", ["s"], ["y"], axis=0)]
    found = measured(model_of(graph_of(nodes, {"x": [3]}, ["y"])), {"x": np.ones(3, np.float32)}, runs=1)
    assert {f.name: f.size_bytes for f in found.layers.graph.files} == {"x": 12, "y": 24, "s": UNSENDABLE}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: graph_of([onnx.helper.make_node("Neg", ["x"], ["y"])], {"x": [3]}, ["y", "x"]), "written by none"),
        (lambda: None, "is no ONNX model"),
        (lambda: graph_of([], {"x": [3]}, ["x"]), "0 layers"),
    ],
)
def test_a_file_that_cannot_be_split_says_why(tmp_path, make, said):
    made = make()
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString() if made else b"no model at all")
    with pytest.raises(UsageFault, match=said):
        load(tmp_path / "m.onnx")


def test_inputs_that_do_not_fit_are_said(models):
    made, _ = models.mlp((64, 32, 10))
    model = model_of(onnx.load_from_string(made))
    with pytest.raises(UsageFault, match="x is not given"):
        measured(model, {})
    with pytest.raises(UsageFault, match="onnxruntime cannot run it"):
        measured(model, {"x": np.zeros((1, 3), np.float32)})


def test_the_same_arrays_are_the_same_bytes_and_a_bit_is_a_difference(tmp_path):
    one = {"a": np.array([0.0, 1.0], np.float32), "b": np.array([3])}
    assert packed(one) == packed(dict(one))
    (tmp_path / "x.npz").write_bytes(packed(one))
    assert difference(one, read(tmp_path / "x.npz")) == 0.0
    assert difference(one, one | {"a": np.array([-0.0, 1.0], np.float32)}) > 0.0
    assert difference(one, one | {"b": np.array([5])}) == 2.0
    (tmp_path / "y.npz").write_bytes(b"x")
    with pytest.raises(UsageFault, match=r"y\.npz is no \.npz"):
        read(tmp_path / "y.npz")
