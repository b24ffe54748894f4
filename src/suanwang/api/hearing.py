"""What is told to nodes, signed by the brain, and what is taken from them."""

from itertools import groupby

import msgspec

from suanwang.api.brought import brought
from suanwang.api.door import Door
from suanwang.brain import commands
from suanwang.model import view
from suanwang.model.order import DesiredState
from suanwang.model.session import Steer, Wished
from suanwang.model.steering import Steering
from suanwang.trust.request import sign_desired, sign_steering


def wished(door: Door, told: DesiredState) -> Wished:
    """A desired state as it goes to its node: the node may read the files that it names, and the brain has signed it."""
    files = (f.sha256 for o in told.fresh for f in (*o.files, *(i.file for _, i in o.tasks if i and i.file)))
    door.blobs.give(files, told.node_id)
    body = msgspec.json.encode(told)
    signed = sign_desired(door.key, node_id=told.node_id, generation=told.generation, body=body, now=door.clock())
    return Wished(statement=signed, body=body)


def steered(door: Door, node_id: str, told: Steering) -> Steer:
    """What a forwarder is to follow, as it goes to it: signed by the brain."""
    body = msgspec.json.encode(told)
    signed = sign_steering(door.key, node_id=node_id, number=told.number, body=body, now=door.clock())
    return Steer(statement=signed, body=body)


def listened(door: Door, node_id: str, told: view.Report) -> None:
    """A node lives, and its tasks print; whatever it calls itself, it is who the connection is of."""
    door.brain.hear(msgspec.structs.replace(told.reading, node_id=node_id))
    door.brain.hear_network(node_id, told)
    for chunk in told.output:
        if (chunk.job_id, chunk.task) in told.reading.running and door.brain.holds(node_id, chunk.job_id, chunk.task):
            door.remember(chunk)


async def taken(door: Door, node_id: str, told: view.Report) -> view.Acknowledged:
    """Write outcomes down; whoever owns the job may read its files from then on."""
    refused: list[tuple[str, int, str]] = []
    if not all(door.brain.owner_of(o.placement_id) for o in told.outcomes):
        await door.brain.look()  # another brain placed it, a moment ago
    for placement_id, outcomes in groupby(told.outcomes, lambda o: o.placement_id):
        files = [f for o in outcomes for f in (*o.outputs, o.stdout, o.stderr) if f]
        if files and (owner := door.brain.owner_of(placement_id)):
            door.blobs.give([f.sha256 for f in files if brought(door.blobs, f, node_id)], owner)
    await door.brain.command(commands.report(node_id, told, lambda f: brought(door.blobs, f, node_id), refused))
    no = {(p, t) for p, t, _ in refused}
    return view.Acknowledged(
        outcomes=tuple((o.placement_id, o.task) for o in told.outcomes if (o.placement_id, o.task) not in no),
        refused=tuple(refused),
    )
