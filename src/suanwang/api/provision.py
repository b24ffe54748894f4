"""What a node's folder remembers of its joining."""

from pathlib import Path

import msgspec

from suanwang.model.node import Node


class Provision(msgspec.Struct, kw_only=True):
    """ca: of the brain, "" where it answers plainly."""

    node: Node
    url: str = ""
    brain_id: str = ""
    ca: str = ""


def load_provision(folder: Path) -> Provision | None:
    """What this folder's node was when it last joined."""
    file = folder / "node.json"
    return msgspec.json.decode(file.read_bytes(), type=Provision) if file.exists() else None


def save_provision(folder: Path, provision: Provision) -> None:
    """Remember it."""
    fresh = folder / "node.json.new"
    fresh.write_bytes(msgspec.json.encode(provision))
    fresh.replace(folder / "node.json")
