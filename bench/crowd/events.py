"""What happens in the middle of a run, and how it is undone."""

import time

from crowd.scene import Scene
from crowd.stage import PORT, QUOTAS
from suanwang.model.steering import Contact, Served
from suanwang.trust.identity import cs_id
from suanwang.trust.key import public_of

LINKS_OF = {"near": ("t1-e1", "t2-e1"), "mid": ("t3-e2", "t2-e2")}


def dies(scene: Scene, site: str) -> None:
    for link in LINKS_OF[site]:
        scene.link("cut", link)
    for node in (f"{site}-1", f"{site}-2"):
        scene.nodes.ask(do="kill", node=node)


def lives(scene: Scene, site: str) -> None:
    for link in LINKS_OF[site]:
        scene.link("mend", link)
    for node in (f"{site}-1", f"{site}-2"):
        scene.nodes.ask(do="start", node=node)
    time.sleep(2.0)


def happens(scene: Scene, event: str) -> None:
    match event:
        case "site death":
            dies(scene, "near")
        case "link cut":
            scene.link("cut", "in1-t1")
        case "grey failure":
            scene.nodes.ask(do="quota", node="near-1", milli=QUOTAS["near-1"] // 3)
        case "liar":
            scene.nodes.ask(do="lie", node="far-2", on=True)


def undone(scene: Scene, event: str) -> None:
    match event:
        case "site death":
            lives(scene, "near")
        case "link cut":
            scene.link("mend", "in1-t1")
            time.sleep(2.0)
        case "grey failure":
            scene.nodes.ask(do="quota", node="near-1", milli=QUOTAS["near-1"])
        case "liar":
            scene.nodes.ask(do="lie", node="far-2", on=False)


def churned(scene: Scene, turn: int) -> None:
    """Registrations of other services: 25 come and 25 go each second, told in batches as they are in the product (4 a
    second)."""
    made = []
    for k in range(6):
        key = bytes([turn % 256, k, 7]) + bytes(29)
        public = public_of(key)
        node = sorted(QUOTAS)[k]
        made.append(Served(id=f"x{turn}-{k}", name="x", cs_id=cs_id(public), public_key=public.hex(), port=PORT, contacts=(
            Contact(id=f"x{turn}-{k}/1", node_id=scene.ids[node], address=scene.addresses[node], port=PORT,
                    locator=scene.locators[node], function=1),)))  # fmt: skip
    scene.extra = (scene.extra + made)[-24:]
