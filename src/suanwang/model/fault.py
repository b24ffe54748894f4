"""Faults: the outside failed, or was asked for something it cannot do. Expected "no"s are values (see refusal.py).

Every fault carries a stable code. The code names a paragraph in docs/errors.md and a message in the catalogue, so the four
parts of an error (what, why, what to do, code) are the same at every door.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suanwang.model.trial import Broken


class Fault(Exception):
    """Something failed that the caller can be told about.

    code: stable, e.g. "SUAN-U001"; the letter is the family: U usage, A authority, N not found, P placement, R runtime,
          M money, L log, W wire.
    why:  one sentence with the numbers in it, in English; the doors find it in the reader's language (api/whys.py).
    todo: what to do about it; a command where there is one.
    evidence: what would be broken, of SUAN-U132, for whoever says it in another language.
    """

    def __init__(self, code: str, why: str, todo: str = "", evidence: "tuple[Broken, ...]" = ()) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why
        self.todo = todo
        self.evidence = evidence


class UsageFault(Fault):
    """The caller's input is wrong (HTTP 400, exit code 2)."""


class AuthorityFault(Fault):
    """The caller may not do this, or did not prove who they are (HTTP 401/403, exit code 4)."""


class NotFoundFault(Fault):
    """There is no such thing (HTTP 404, exit code 3)."""


class ConflictFault(Fault):
    """It contradicts what is already so: a stale generation, a reused key (HTTP 409, exit code 1)."""


class QuotaFault(Fault):
    """Too much: money, size or count (HTTP 402/413/429, exit code 4)."""


class RuntimeFault(Fault):
    """Work could not be run on this node (exit code 1)."""


class LogFault(Fault):
    """The log could not be written or read (HTTP 503, exit code 1)."""


class WireFault(Fault):
    """The other side cannot be reached, or answered nonsense (HTTP 502, exit code 6)."""


class KernelFault(Fault):
    """The kernel of this machine refused an interface, a namespace or a route (exit code 1)."""
