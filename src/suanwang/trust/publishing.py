"""What an owner signs when a service is published: its name, and the hash of all that was said of it."""

import hashlib

import msgspec

from suanwang.model.serving import Service


def signed_claims(service: Service) -> dict[str, str]:
    """The claims of an owner's statement, of kind "service", whose subject is the user who publishes it."""
    return {"name": service.name, "sha256": hashlib.sha256(msgspec.json.encode(service)).hexdigest()}
