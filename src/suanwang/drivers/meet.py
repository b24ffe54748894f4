"""Meeting a brain for the first time: its token says the hash of its CA's certificate, so whatever the network hands over for
it is either that certificate or refused. Nothing is taken on first use.
"""

import contextlib
import ssl
from hashlib import sha256

from suanwang.drivers.addresses import Addresses
from suanwang.drivers.line import BROKEN, Line
from suanwang.drivers.tls import NOBODY, Peer, careless_context, tls_fault
from suanwang.model.fault import WireFault
from suanwang.trust.statement import unproven

CA_BYTES_MAX = 16 * 1024


def meet(url: str, token: str) -> Peer:
    """Whom a holder of this token talks to at `url`, or at the first of several addresses that answers.

    No token, or one that names no CA, leaves it to what this system trusts.

    WireFault SUAN-W031 the CA there is not the one that the token names, W033 the address has no TLS but the token's domain
    does, W001 nobody is there. AuthorityFault SUAN-A001: no token.
    """
    if not token:
        return NOBODY
    said = unproven(token)
    wanted = said.claim("ca")
    if not wanted:
        return NOBODY
    return Peer(_first(Addresses(url).all, wanted), said.issuer)


def _first(addresses: tuple[str, ...], wanted: str) -> str:
    """The CA, PEM, from the first address that answers; one that answers wrongly ends the search."""
    for url in addresses[:-1]:
        try:
            return _checked(url, wanted)
        except WireFault as fault:
            if fault.code != "SUAN-W001":
                raise
    return _checked(addresses[-1], wanted)


def _checked(url: str, wanted: str) -> str:
    """The CA's certificate at one address, PEM, if it has the wanted hash."""
    if not url.startswith("https://"):
        why = f"{url} is plain HTTP, and the brain of this token speaks TLS: nothing was sent"
        raise WireFault("SUAN-W033", why, "use https://")
    ca = _fetched(url)
    if ca is None or sha256(ca).hexdigest() != wanted:
        why = f"the CA at {url} is not the one that the token names ({wanted[:16]}...)"
        raise WireFault("SUAN-W031", why, "use the URL and the token of the same brain")
    return ssl.DER_cert_to_PEM_cert(ca)


def _fetched(url: str) -> bytes | None:
    """The DER of what is said to be the CA, unproven."""
    try:
        with contextlib.closing(Line(url, careless_context())) as line:
            answer = line.ask("GET", "/v1/ca", {})
        return ssl.PEM_cert_to_DER_cert(answer.body[:CA_BYTES_MAX].decode()) if answer.status == 200 else None
    except ValueError:
        return None
    except BROKEN as problem:
        unreachable = WireFault("SUAN-W001", f"{url}: {problem}", "is the brain running? suan up")
        raise tls_fault(url, problem) or unreachable from problem
