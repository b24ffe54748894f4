"""The same no-op task on Ray or Dask, run by an interpreter that has them: `python bench/peers.py ray|dask`, JSON on stdout.

Both are given as many workers as there are cores, on this machine, without dashboards. A task is a Python function called in a
worker process that stays; it is not written down, not sandboxed, not metered. Uses nothing of ours.
"""

import contextlib
import json
import os
import sys
import tempfile
import time

WARM, ROUND_TRIPS, TASKS, REPEATS = 1_000, 1_000, 10_000, 3


@contextlib.contextmanager
def on_ray():
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir="/tmp", prefix="ray") as folder:
        began = time.perf_counter()
        ray.init(
            num_cpus=os.cpu_count(),
            include_dashboard=False,
            object_store_memory=200_000_000,
            log_to_driver=False,
            logging_level="ERROR",
            _temp_dir=folder,
        )
        start_s = time.perf_counter() - began
        noop = ray.remote(_noop)
        try:
            yield ray.__version__, start_s, lambda: ray.get(noop.remote()), lambda n: ray.get([noop.remote() for _ in range(n)])
        finally:
            ray.shutdown()


@contextlib.contextmanager
def on_dask():
    import distributed  # noqa: PLC0415

    began = time.perf_counter()
    with (
        distributed.LocalCluster(
            n_workers=os.cpu_count(), threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        start_s = time.perf_counter() - began

        def many(n):
            return client.gather(client.map(_ignore, range(n), pure=False))

        yield distributed.__version__, start_s, lambda: client.submit(_noop, pure=False).result(), many


def _noop():
    return None


def _ignore(_):
    return None


def measured(peer):
    with {"ray": on_ray, "dask": on_dask}[peer]() as (version, start_s, once, many):
        many(WARM)
        took = []
        for _ in range(ROUND_TRIPS):
            began = time.perf_counter()
            once()
            took.append(1000 * (time.perf_counter() - began))
        rates = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            many(TASKS)
            rates.append(TASKS / (time.perf_counter() - began))
        return {"version": version, "start_s": start_s, "round_trip_ms": took, "tasks_per_s": rates}


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1])))
