"""A model split over a device and a cloud that are both this machine: brain, nodes, command line and sandbox all real."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Generator
from pathlib import Path

import pytest

from suanwang.api.client import Client
from suanwang.api.config import load_config
from suanwang.drivers.process import ProcessRuntime
from tests.test_life import Network

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from suanwang.api.splitting import gathered, graph_of, line_of, send
from suanwang.drivers.onnx.arrays import difference, read
from suanwang.drivers.onnx.measure import improved, measured
from suanwang.drivers.onnx.model import load
from suanwang.drivers.onnx.pieces import pieces

EXAMPLE = Path(__file__).parent.parent / "examples" / "split" / "models.py"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Generator[Network]:
    made = Network(tmp_path_factory.mktemp("split"))
    if not ProcessRuntime(1.0, made.folder / "scratch").sandbox():
        pytest.skip("this system has no sandbox")
    made.suan("up", "--no-node", "--detach", "--port", "0", "--dir", "brain")
    try:
        made.join("phone", "--city", "shenzhen", "--tier", "device")
        made.join("hall", "--city", "shenzhen", "--tier", "cloud")
        yield made
    finally:
        for ready in made.folder.glob("*/*/ready"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(ready.read_text()), signal.SIGTERM)


def make(network: Network, name: str) -> None:
    subprocess.run([sys.executable, EXAMPLE, name], cwd=network.folder, check=True)


def test_a_model_is_split_and_gives_the_same_bits(network: Network) -> None:
    """The device is told to save its own energy, so all but what is cheaper to compute than to wait for goes to the cloud."""
    make(network, "pair")
    words = ("split", "pair.onnx", "--input", "pair.npz", "--device", "phone", "--cloud", "cloud", "--runs", "2")
    plan = network.suan(*words, "--dry-run").stdout
    assert "all on device" in plan and "all on cloud" in plan
    report = network.get(*words, "--least", "energy")
    assert report["apart"] == 0.0 and report["nodes"] == ["phone", "hall"]
    assert [(one["tier"], one["node"]) for one in report["ran"]] == [("cloud", "hall")]  # type: ignore[union-attr,index]
    assert (network.folder / "pair-outputs.npz").is_file()
    network.suan(*words, "--dry-run", "--graph", "written")
    network.suan("run", "written/pair.yaml", "--out", "again")
    assert list((network.folder / "again").glob("pair-*.npz"))


def test_pieces_pass_tensors_between_steps_by_digest(network: Network) -> None:
    make(network, "pair")
    model, given = improved(load(network.folder / "pair.onnx")), read(network.folder / "pair.npz")
    seen, config = measured(model, given, runs=1), load_config(network.env)
    layers = len(seen.layers.graph.tasks)
    at = [int(i >= layers // 2) for i in range(layers)]
    sizes = {file.name: file.size_bytes for file in seen.layers.graph.files}
    cut = pieces(model, seen.layers, seen.kinds, at)
    with Client(config.url, config.token, config.peer) as client:
        line = line_of(client.nodes().items, ("phone", None, "cloud"), (20.0, 20.0))
        packed = graph_of("pair", cut, line, sizes, given, 1)
        send(client, packed.files)
        job = client.submit(packed.demand, uuid.uuid4().hex, wait_s=60)
        ran, found = gathered(client, job, cut, line)
        tasks = client.tasks(job.id).items
    assert difference(seen.outputs, found) == 0.0
    assert [task.node for task in tasks] == ["phone", "hall"] == [one.node for one in ran]
    assert job.spent_micro > 0 and all(one.fuel > 0 for one in ran)


def test_a_model_is_a_job_like_any_other(network: Network) -> None:
    make(network, "mlp")
    network.suan("run", "mlp.onnx", "mlp.npz", "--out", "back")
    assert (network.folder / "back" / "out" / "outputs.npz").is_file()
    bad = network.suan("run", "mlp.onnx", expect=1)
    assert "the model's inputs are x; x is in no file" in bad.stderr
    shown = network.suan("run", "--show-yaml", "mlp.onnx", "mlp.npz").stdout
    assert "onnx: mlp.onnx" in shown and "mlp.npz" in shown
    assert json.loads(network.suan("nodes", "--json").stdout)["items"][0]["node"]["runtimes"][-1] == "onnx"


def test_what_cannot_be_split_is_refused_with_what_to_do(network: Network) -> None:
    make(network, "mlp")
    assert "SUAN-N002" in network.suan("split", "mlp.onnx", "-i", "mlp.npz", "--device", "nobody", expect=3).stderr
    assert "SUAN-U181" in network.suan("split", "mlp.onnx", "-i", "mlp.onnx", "--device", "phone", expect=2).stderr
    assert "SUAN-U180" in network.suan("split", "mlp.npz", "-i", "mlp.npz", "--device", "phone", expect=2).stderr
