"""Runs one model, inside the sandbox, as a script by its path: it imports the standard library, numpy and onnxruntime only.

argv: folder of the packages, JSON {"model", "inputs", "output", "threads", "optimise", "runs", "devices"}. All paths are
relative to the task's folder. It writes the outputs as one .npz, and to stderr one line of JSON about its times; a wrong
model or input is one sentence there, and exit code 2.
"""

import json
import os
import sys
import time

sys.path.append(sys.argv[1])

import numpy
import onnxruntime

WRONG = 2


class Wrong(Exception):
    """The model or an input cannot be used; the text says why."""


def main(told):
    say, begun = json.loads(told), time.perf_counter()
    try:
        session = _session(say)
        given = _given(say["inputs"], [i.name for i in session.get_inputs()])
        loaded_s, times = time.perf_counter() - begun, []
        found = []
        for _ in range(say["runs"]):
            begun = time.perf_counter()
            found = session.run(None, given)
            times.append(time.perf_counter() - begun)
    except Wrong as wrong:
        return _stop(str(wrong))
    except Exception as error:  # onnxruntime has no one exception of its own; its texts say what is wrong
        return _stop(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
    _save(say["output"], {out.name: value for out, value in zip(session.get_outputs(), found, strict=True)})
    provider = session.get_providers()[0]
    print(json.dumps({"onnx": {"loaded_s": loaded_s, "run_s": times, "provider": provider}}), file=sys.stderr)
    return 0


def _session(say):
    """One thread for each core, so that a task takes no more than it reserved; CUDA where the task was given devices and this
    build has it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = say["threads"], 1
    options.log_severity_level = 3
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_EXTENDED if say["optimise"] else level.ORT_DISABLE_ALL
    have = onnxruntime.get_available_providers()
    wanted = ("CUDAExecutionProvider", "CPUExecutionProvider") if say["devices"] else ("CPUExecutionProvider",)
    providers = [p for p in wanted if p in have]
    return onnxruntime.InferenceSession(say["model"], options, providers=providers)


def _given(files, names):
    """Arrays by the names of the model's inputs; what the model does not ask for is left."""
    there = {}
    for file in files:
        try:
            read = numpy.load(file, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise Wrong(f"the input {file} cannot be read: {error}") from error
        stem = os.path.basename(file).rpartition(".")[0]
        there.update(read if hasattr(read, "files") else {stem if stem in names or len(names) != 1 else names[0]: read})
    lacking = [name for name in names if name not in there]
    if lacking:
        raise Wrong(f"the model's inputs are {', '.join(names)}; {', '.join(lacking)} is in no file ({', '.join(there)} are)")
    return {name: there[name] for name in names}


def _save(path, arrays):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    numpy.savez(path, **arrays)


def _stop(why):
    print(why, file=sys.stderr)
    return WRONG


if __name__ == "__main__":
    sys.exit(main(sys.argv[2]))
