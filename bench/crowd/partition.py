"""A minute without the brain."""

import json
import random
import time

import numpy as np

from crowd.arrivals import CROWD, LIMIT_S, RATE, schedule
from crowd.events import dies, lives
from crowd.judge import DEADLINE_MS
from crowd.policies import OURS, Centralized
from crowd.scene import Scene
from crowd.stage import PORT, QUOTAS

GONE_S, CROWD_S, DEATH_S, BACK_S, OVER_S = 5.0, (15.0, 30.0), 45.0, 65.0, 75.0
PHASES = {"with the brain": (0.0, GONE_S), "without": (GONE_S, CROWD_S[0]), "a crowd": CROWD_S, "calm": (CROWD_S[1], DEATH_S),
          "a site is dead": (DEATH_S, BACK_S), "the brain is back": (BACK_S, OVER_S)}  # fmt: skip


def partition(scene: Scene, form: str) -> dict[str, object]:
    """Nothing is told by the brain between GONE_S and BACK_S. In each phase: p99 ms, and the part that missed the deadline;
    flows that were held all the while, and how many of them broke that were not at the site that died."""
    scene.run_id += 1
    scene.loads, mine = {}, Centralized(scene)
    scene.nodes.ask(do="contacts", contacts={n: scene.contact(n) for n in QUOTAS})
    weights = mine(scene) if form != "distributed" else {}
    scene.steer(form, weights)
    time.sleep(0.5)
    start = time.monotonic() + 0.6
    for users, client in scene.clients.items():
        high = CROWD * RATE[users] if users == "home-1" else RATE[users]
        times = schedule(
            random.Random(users), lambda t, u=users, h=high: h if CROWD_S[0] <= t < CROWD_S[1] else RATE[u], high, OVER_S
        )
        client.tell(json.dumps({
            "service": [scene.cs_id, PORT], "times": times, "limit_s": LIMIT_S, "until_s": OVER_S, "held": 8, "pick": "any",
            "targets": {}, "dns": [], "start": start, "seed": 1,
        }).encode())  # fmt: skip
    dead, looked = False, 0.0
    while (now := time.monotonic() - start) < OVER_S:
        time.sleep(0.02)
        scene.hear()
        if not dead and now >= DEATH_S:
            dies(scene, "mid")
            dead = True
        if form != "distributed" and not GONE_S <= now < BACK_S and time.monotonic() - looked >= 0.5:
            looked, fresh = time.monotonic(), mine(scene)
            if fresh != weights:
                weights = fresh
                scene.steer(form, weights)
        if form == "distributed" and now >= BACK_S and not looked:
            looked = time.monotonic()
            scene.steer(form, {})
    answers = [json.loads(client.answer()) for client in scene.clients.values()]
    lives(scene, "mid")
    rows = [row for a in answers for row in a["rows"]]
    lost = [why for a in answers for _, why in a["broken"]]
    told = {}
    for phase, (since, until) in PHASES.items():
        ms = np.array([(t if w else LIMIT_S) * 1000 for m, t, w in rows if since <= m < until])
        told[phase] = {"requests": len(ms), "p99_ms": float(np.percentile(ms, 99)), "missed": float(np.mean(ms > DEADLINE_MS))}
    elsewhere = [why for why in lost if not why.startswith("mid")]
    return {"form": form, "phases": told, "held": sum(a["held"] for a in answers), "at_dead": len(lost) - len(elsewhere),
            "broken_elsewhere": elsewhere}  # fmt: skip


def partitioned(scene: Scene) -> list[dict[str, object]]:
    found = [partition(scene, form) for form in OURS]
    print("form         " + "".join(f"{phase:>24}" for phase in PHASES) + "   flows held / at the dead site / broken elsewhere")
    for one in found:
        cells = "".join(f"{p['p99_ms']:.0f} ms, {p['missed']:.1%} late".rjust(24) for p in one["phases"].values())
        print(f"{one['form']:13}{cells}   {one['held']} / {one['at_dead']} / {len(one['broken_elsewhere'])}")
    return found
