"""ONNX work in the sandbox: it runs, is metered as native work is, ends at its bounds, and says what is wrong with it."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest

from suanwang.drivers.onnx import runtime
from suanwang.drivers.onnx.arrays import packed, unpacked
from suanwang.drivers.process import ProcessRuntime
from suanwang.model.demand import Onnx
from suanwang.model.fault import RuntimeFault

WORK = Onnx(file="m.onnx", inputs=("x.npz",))


def test_it_runs_and_is_metered(models, run):
    model, given = models.mlp((64, 32, 10))
    seen = run(WORK, {"m.onnx": model, "x.npz": packed(given)})
    assert (seen.result.state, seen.result.exit_code) == ("done", 0)
    found = unpacked((seen.folder / "out/outputs.npz").read_bytes())
    assert list(found) == ["y"] and found["y"].shape == (4, 10)
    assert seen.result.fuel == round(seen.result.cpu_s * 1e9) > 0
    told = json.loads(seen.stderr.splitlines()[-1])["onnx"]
    assert len(told["run_s"]) == 1 and told["provider"] == "CPUExecutionProvider"


def test_in_an_array_each_task_has_a_file_of_its_own(models, run):
    model, given = models.mlp((64, 32, 10))
    seen = run(Onnx(file="m.onnx", inputs=("x.npy",), runs=3), {"m.onnx": model, "x.npy": _npy(given["x"])}, item="x.npy")
    assert (seen.folder / "out/outputs-7.npz").is_file()
    assert len(json.loads(seen.stderr.splitlines()[-1])["onnx"]["run_s"]) == 3


def test_an_array_without_a_name_is_the_only_input(models, run):
    model, given = models.mlp((64, 32, 10))
    seen = run(Onnx(file="m.onnx", inputs=("other.npy",)), {"m.onnx": model, "other.npy": _npy(given["x"])})
    assert seen.result.state == "done"


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("x.npz", packed({"z": np.zeros(3)}), "the model's inputs are x; x is in no file (z are)"),
        ("x.npz", b"not a zip", "the input x.npz cannot be read"),
        ("x.npz", packed({"x": np.zeros((4, 5), np.float32)}), "invalid dimensions"),
        ("m.onnx", b"not a model", "Protobuf"),
    ],
)
def test_what_is_wrong_is_said(models, run, file, content, said):
    model, given = models.mlp((64, 32, 10))
    seen = run(WORK, {"m.onnx": model, "x.npz": packed(given)} | {file: content})
    assert (seen.result.state, seen.result.code, seen.result.exit_code) == ("failed", "exit", 2)
    assert said in seen.stderr and "Traceback" not in seen.stderr


def test_it_sees_its_folder_and_no_other_file(models, run):
    model, given = models.mlp((64, 32, 10))
    seen = run(Onnx(file="/etc/hostname", inputs=("x.npz",)), {"m.onnx": model, "x.npz": packed(given)})
    assert seen.result.exit_code == 2 and "/etc/hostname" in seen.stderr


@pytest.mark.parametrize(
    ("code", "changes"), [("fuel", {"fuel_max": 10**9}), ("time", {"wall_s_max": 1.0}), ("cancelled", {"cancel_s": 1.0})]
)
def test_it_ends_at_its_bounds(models, run, code, changes):
    model, given = models.cnn(size=256, wide=32)
    seen = run(Onnx(file="m.onnx", inputs=("x.npz",), runs=100_000), {"m.onnx": model, "x.npz": packed(given)}, **changes)
    assert seen.result.code == code and seen.result.fuel <= 20 * 10**9


def test_without_onnxruntime_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(runtime, "packages", lambda: None)
    with pytest.raises(RuntimeFault, match="SUAN-R090") as caught:
        runtime.OnnxRuntime(ProcessRuntime(1.0, tmp_path))
    assert "pip install" in caught.value.todo


def _npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def test_a_node_that_starts_loads_nothing_of_it():
    code = "import sys, suanwang.api.nodeside, suanwang.drivers.doctor; print([m for m in sys.modules if m.startswith('onnx')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
