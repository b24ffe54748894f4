"""One run: a policy, an event, a schedule; and the best static split, found by trying."""

import json
import statistics
import time

from crowd.arrivals import END_S, EVENT_S, LIMIT_S, schedules
from crowd.cores import Used
from crowd.events import churned, happens, undone
from crowd.judge import Rows, judged
from crowd.policies import EVERY_S, chooser
from crowd.scene import Scene
from crowd.stage import PORT, QUOTAS


def run(scene: Scene, name: str, event: str, seed: int, share: float) -> dict[str, object]:
    """A run, and what came of it."""
    rows, facts = played(scene, name, event, seed, share)
    return {"policy": name, "event": event, "seed": seed, **judged(rows), **facts}


def played(scene: Scene, name: str, event: str, seed: int, share: float) -> tuple[Rows, dict[str, object]]:
    """The rows of a run, and what it cost."""
    scene.run_id += 1
    scene.extra, scene.loads = [], {}
    scene.fresh()
    choose = chooser(name, scene, share)
    pick = {"dns": "dns", "two choices": "two"}.get(name, "any")
    form = name if name in ("distributed", "hybrid") else "centralized"
    scene.nodes.ask(do="contacts", contacts={n: scene.contact(n) for n in QUOTAS})
    weights = choose(scene)
    scene.steer(form, weights)
    time.sleep(0.5)
    before, told, used = scene.counters(), [0, 0], Used(scene)
    start = time.monotonic() + 0.6
    times = schedules(event, seed)
    for users, client in scene.clients.items():
        client.tell(json.dumps({
            "service": [scene.cs_id, PORT], "times": times[users], "limit_s": LIMIT_S, "until_s": END_S, "held": 4,
            "pick": pick, "targets": {n: [a, PORT] for n, a in scene.addresses.items()}, "dns": [[0.0, "near-1"]],
            "start": start, "seed": seed,
        }).encode())  # fmt: skip
    happened, turn, looked = False, 0, 0.0
    while (now := time.monotonic() - start) < END_S:
        time.sleep(0.02)
        if not happened and now >= EVENT_S:
            happens(scene, event)
            happened = True
        gone = event == "brain gone" and now >= EVENT_S
        scene.hear()
        if event == "churn" and now * 4 >= turn:
            turn += 1
            churned(scene, seed * 100 + turn)
            told[1] += scene.steer(form, weights)
            told[0] += 5
        if name in EVERY_S and not gone and time.monotonic() - looked >= EVERY_S[name]:
            looked = time.monotonic()
            fresh = choose(scene)
            if fresh != weights:
                weights = fresh
                told[1] += scene.steer(form, weights, only=("in1", "in2"))
                told[0] += 2
    answers = {users: json.loads(client.answer()) for users, client in scene.clients.items()}
    cores = used.since()
    time.sleep(0.6)
    after = scene.counters()
    undone(scene, event)
    rows = [(meant, took, where) for a in answers.values() for meant, took, where in a["rows"]]
    lost = [one for a in answers.values() for one in a["broken"]]
    return rows, {
        "broken": len(lost), "held": sum(a["held"] for a in answers.values()), "why": lost[:4],
        "at_dead": sum(event == "site death" and why.startswith("near") for _, why in lost),
        "late_ms": max(a["late_ms"] for a in answers.values()),
        "messages_s": (after["messages"] - before["messages"] + told[0]) / END_S,
        "bytes_s": (after["bytes"] - before["bytes"] + told[1]) / END_S,
        "cores": cores,
        "decisions_s": (after["decisions"] - before["decisions"] + getattr(choose, "decisions", 0)) / END_S,
    }  # fmt: skip


def swept(scene: Scene) -> float:
    """The best static split, by trying: the share by capacity with the least p99, over a steady run and a crowd."""
    tried = {}
    for share in (0.25, 0.5, 0.75, 1.0):
        found = [run(scene, "static", event, 1000 + k, share) for event in ("steady", "flash crowd") for k in range(2)]
        tried[share] = statistics.mean(float(f["p99_ms"]) for f in found)  # type: ignore[arg-type]
    print("static split, share by capacity -> mean p99 ms:", {k: round(v) for k, v in tried.items()}, flush=True)
    return min(tried, key=tried.__getitem__)
