"""Networks that benchmarks run on: public ones if their data is there, see SUAN_DATA, and made-up ones that always are."""

import csv
import gzip
import json
import math
import os
from pathlib import Path

import numpy as np

from suanwang.world.distance import GLASS_KM_PER_MS

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("SUAN_DATA", ROOT.parent / "shared" / "data"))

Graph = tuple[np.ndarray, np.ndarray, np.ndarray, list[tuple[float, float]]]
"""(a, b, latency ms one way, (longitude, latitude) of each router)."""


def uscarrier() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(tail, head, capacity) of 378 directed links between 158 routers, as in the traffic-engineering literature."""
    rows = [x.split() for x in (ROOT / "bench/data/uscarrier.txt").read_text().splitlines() if x[:1] != "#"]
    links = [(int(a), int(b), float(c)) for a, *rest in rows for b, c in (r.split(":") for r in rest)]
    tail, head, capacity = (np.array(x) for x in zip(*links, strict=True))
    return tail, head, capacity


def gravity(tail: np.ndarray, head: np.ndarray, capacity: np.ndarray, part: float) -> tuple[np.ndarray, np.ndarray]:
    """(pairs, demand): between any two routers, in proportion to what the one can send and the other receive; all together so
    much of what all routers can send."""
    routers = int(max(tail.max(), head.max())) + 1
    out, into = np.bincount(tail, capacity, routers), np.bincount(head, capacity, routers)
    a, b = np.nonzero(~np.eye(routers, dtype=bool))
    return np.stack((a, b), axis=1), out[a] * into[b] / capacity.sum() * part


def chinanet() -> Graph | None:
    """China Telecom's backbone (Topology Zoo; lengths from TopoHub): 38 routers, 62 links."""
    file = DATA / "topo-topohub" / "topozoo__Chinanet.json.gz"
    return _node_link(json.loads(gzip.decompress(file.read_bytes()))) if file.exists() else None


def topohub(name: str) -> Graph | None:
    """One of TopoHub's networks, as "gabriel/50/0", if the package is there."""
    try:
        import topohub as hub  # noqa: PLC0415
    except ImportError:
        return None
    return _node_link(hub.get(name))


def _node_link(net: dict) -> Graph:
    at = {node["id"]: i for i, node in enumerate(net["nodes"])}
    a, b = (np.array([at[edge[end]] for edge in net["edges"]]) for end in ("source", "target"))
    far = np.array([float(edge["dist"]) for edge in net["edges"]])
    return a, b, far / GLASS_KM_PER_MS, [tuple(node["pos"]) for node in net["nodes"]]


def hubs() -> list[dict[str, str]] | None:
    """The ten clusters of East Data, West Computing."""
    file = DATA / "china-hubs" / "china_hubs.csv"
    if not file.exists():
        return None
    return list(csv.DictReader(x for x in file.read_text().splitlines() if x[:1] != "#"))


def nearest(place: list[tuple[float, float]], longitude: float, latitude: float) -> int:
    """The router next to a point, on the sphere as if it were flat there: good enough to find a neighbour."""
    narrow = math.cos(math.radians(latitude))
    return min(range(len(place)), key=lambda i: math.hypot((place[i][0] - longitude) * narrow, place[i][1] - latitude))
