"""What each layer of a model costs, found by running it: the bytes of every tensor, and the time of every layer.

The model is first improved as a whole by onnxruntime (its "extended" level: constants folded, layers joined) and written down
again. From then on it is run as it is, so that a layer here is what runs later, and a piece gives the same bits as the whole.
"""

import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import onnx
import onnxruntime as ort

from suanwang.drivers.onnx.arrays import Arrays
from suanwang.drivers.onnx.model import Model, layers_of, model_of
from suanwang.model.fault import UsageFault
from suanwang.model.split import Layers

T = TypeVar("T")

WARM_UP, RUNS = 3, 20
"""Runs that are not counted; runs that are, of which the median is taken."""
UNSENDABLE = 1 << 50
"""Bytes of what is no array (a sequence, a map, text): so that no cut goes through it."""


class Measured(NamedTuple):
    """layers: work_s in seconds of this machine; kinds: element type of every tensor; outputs: of the whole model; whole_s:
    median of the whole, without the profiler."""

    layers: Layers
    kinds: dict[str, int]
    outputs: Arrays
    whole_s: float


def improved(model: Model) -> Model:
    """The same model as onnxruntime would run it."""
    with tempfile.TemporaryDirectory(prefix="suan-onnx-") as folder:
        options = _options(ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED)
        options.optimized_model_filepath = str(Path(folder) / "improved.onnx")
        _asked(lambda: _session(model.proto, options))
        return model_of(onnx.load(options.optimized_model_filepath))


def measured(model: Model, given: Arrays, runs: int = RUNS) -> Measured:
    """Run it here on one thread. UsageFault SUAN-U181: it cannot be run on these inputs."""
    lacking = [name for name in model.inputs if name not in given]
    if lacking:
        why = f"the model's inputs are {', '.join(model.inputs)}; {', '.join(lacking)} is not given"
        raise UsageFault("SUAN-U181", why, "numpy.savez('x.npz', " + ", ".join(f"{name}=..." for name in model.inputs) + ")")
    given = {name: given[name] for name in model.inputs}
    seen = _asked(lambda: _everything(model, given))
    times, whole_s = _asked(lambda: _times(model, given, runs))
    found = {name: value for name, value in (given | seen).items() if isinstance(value, np.ndarray) and value.dtype != object}
    kinds = {name: int(onnx.helper.np_dtype_to_tensor_dtype(value.dtype)) for name, value in found.items()}
    size = {name: found[name].nbytes if name in found else UNSENDABLE for name in (*given, *seen)}
    return Measured(layers_of(model, size, times, "measured"), kinds, {name: seen[name] for name in model.outputs}, whole_s)


def run(model: bytes, given: Arrays) -> Arrays:
    """Run a model as it is, on one thread."""
    session = session_of(model)
    names = [value.name for value in session.get_outputs()]
    found = session.run(None, {i.name: given[i.name] for i in session.get_inputs()})
    return cast(Arrays, dict(zip(names, found, strict=True)))


def session_of(model: bytes) -> ort.InferenceSession:
    """A model that is ready to be run as it is, on one thread."""
    return ort.InferenceSession(model, _options(ort.GraphOptimizationLevel.ORT_DISABLE_ALL), ["CPUExecutionProvider"])


def _everything(model: Model, given: Arrays) -> Arrays:
    """Every tensor that a layer writes, in one run."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model.proto)
    there = {value.name for value in shown.graph.output}
    extra = [name for node in model.nodes for name in node.output if name and name not in there]
    shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in extra)
    return run(shown.SerializeToString(), given)


def _times(model: Model, given: Arrays, runs: int) -> tuple[dict[str, float], float]:
    """(seconds by layer, seconds of the whole): medians. The profiler tells how the whole divides into layers, and adds to
    them; so they are scaled to what the whole takes without it."""
    session = session_of(model.proto.SerializeToString())
    whole_s = statistics.median(_timed(session, given) for _ in range(WARM_UP + runs))
    with tempfile.TemporaryDirectory(prefix="suan-onnx-") as folder:
        options = _options(ort.GraphOptimizationLevel.ORT_DISABLE_ALL)
        options.enable_profiling, options.profile_file_prefix = True, str(Path(folder) / "profile")
        profiled = _session(model.proto, options)
        for _ in range(WARM_UP + runs):
            profiled.run(None, given)
        events: list[dict[str, Any]] = json.loads(Path(profiled.end_profiling()).read_text())
    spans: dict[str, list[float]] = defaultdict(list)
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            spans[event["name"].removesuffix("_kernel_time")].append(event["dur"] / 1e6)
    medians = {node.name: statistics.median(spans[node.name][WARM_UP:] or [0.0]) for node in model.nodes}
    scale = whole_s / total if (total := sum(medians.values())) else 0.0
    return {name: seconds * scale for name, seconds in medians.items()}, whole_s


def _timed(session: ort.InferenceSession, given: Arrays) -> float:
    begun = time.perf_counter()
    session.run(None, given)
    return time.perf_counter() - begun


def _session(proto: onnx.ModelProto, options: ort.SessionOptions) -> ort.InferenceSession:
    return ort.InferenceSession(proto.SerializeToString(), options, ["CPUExecutionProvider"])


def _options(level: ort.GraphOptimizationLevel) -> ort.SessionOptions:
    """One thread, so that sums are always made in the same order."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = level
    return options


def _asked(ask: Callable[[], T]) -> T:
    """What onnxruntime says no to, said as ours; it has no one exception of its own, but all are of its module, or plain."""
    try:
        return ask()
    except Exception as error:
        if not isinstance(error, ValueError | RuntimeError) and not type(error).__module__.startswith("onnxruntime"):
            raise
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise UsageFault("SUAN-U181", f"onnxruntime cannot run it: {said}", "look at the model and its inputs") from error
