"""A problem document (RFC 9457) from a brain, as the Fault that it stands for: the same for the agent and for every client."""

import msgspec

from suanwang.model.fault import (
    AuthorityFault,
    ConflictFault,
    Fault,
    LogFault,
    NotFoundFault,
    QuotaFault,
    RuntimeFault,
    UsageFault,
    WireFault,
)
from suanwang.model.view import Problem

FAMILIES: dict[str, type[Fault]] = {
    "U": UsageFault,
    "A": AuthorityFault,
    "N": NotFoundFault,
    "R": RuntimeFault,
    "M": QuotaFault,
    "L": LogFault,
    "W": WireFault,
}
STATUSES: dict[int, type[Fault]] = {402: QuotaFault, 409: ConflictFault, 413: QuotaFault, 429: QuotaFault}
"""Statuses that say more than the family of the code does."""


def fault_from(status: int, content: bytes) -> Fault:
    """The brain's own words as a fault of the right kind; SUAN-W002 if they are not a problem document."""
    try:
        problem = msgspec.json.decode(content, type=Problem)
    except msgspec.DecodeError:
        todo = "check the address: SUAN_URL, or suan join URL"
        return WireFault("SUAN-W002", f"status {status} came without a problem document of this API", todo)
    fault = named(problem.code, problem.detail or problem.title, problem.todo, status)
    fault.evidence = problem.evidence or ()
    return fault


def named(code: str, why: str, todo: str, status: int = 0) -> Fault:
    """A fault of the family that its code is of, or of the one that the status says."""
    family = code.removeprefix("SUAN-")[:1]
    kind = STATUSES.get(status) or FAMILIES.get(family) or (WireFault if status >= 500 else Fault)
    return kind(code, why, todo)
