"""A signed statement: who says what about whom, until when. Tokens, node requests and service ids are all statements."""

import msgspec


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """issuer: id of the key that signs. public_key: of the issuer, hex, so that anyone can check id and signature.

    kind: "user", "join", "request", "desired", "service", "function". subject: whom or what it is about.
    claims: sorted (name, value) pairs. issued_at, expires_at: seconds since 1970.
    """

    kind: str
    issuer: str
    public_key: str
    subject: str
    claims: tuple[tuple[str, str], ...] = ()
    issued_at: float
    expires_at: float
    id: str = ""

    def claim(self, name: str) -> str:
        """The value of a claim, or an empty string."""
        return next((value for key, value in self.claims if key == name), "")


class Caveat(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a token is narrowed to. None: no limit by this caveat.

    roles: those of its roles that remain. jobs: names of the only jobs that it may submit, see and cancel. budget_micro: the
    most that one of its jobs may cost, in millionths. expires_at: seconds since 1970.
    """

    roles: tuple[str, ...] | None = None
    jobs: tuple[str, ...] | None = None
    budget_micro: int | None = None
    expires_at: float | None = None
