"""TLS as a domain speaks it: version 1.3 only, one CA, and the brain known by its id, whatever address it is reached at.

A brain's certificate carries its id as a DNS name. A client's context asks for that name in every handshake, not for the
address's, so that tunnels, port forwarding and changing addresses do no harm, and nobody else whom the CA has signed will do.
"""

import os
import socket
import ssl
from typing import Any, NamedTuple

from suanwang.model.fault import WireFault


class Peer(NamedTuple):
    """The brain to reach. ca: PEM of its CA, "" means whatever this system trusts; brain_id: "" means go by the address."""

    ca: str = ""
    brain_id: str = ""


NOBODY = Peer()
PEER = "suanwang.peer"
"""Where a request's scope keeps what `presented` gave, among the ASGI extensions."""


class _Known(ssl.SSLContext):
    """Asks for one name, whatever host it is used for. HTTP libraries do not let us say it per client."""

    wanted: str | None = None

    def wrap_socket(
        self,
        sock: socket.socket,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        return super().wrap_socket(
            sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, self.wanted or server_hostname, session
        )

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        return super().wrap_bio(incoming, outgoing, server_side, self.wanted or server_hostname, session)


def client_context(peer: Peer) -> ssl.SSLContext:
    """A context that reaches this brain and nobody else. ssl.SSLError if `ca` is no certificate."""
    context = _Known(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.wanted = peer.brain_id or None
    context.load_verify_locations(cadata=peer.ca) if peer.ca else context.load_default_certs()
    return context


def careless_context() -> ssl.SSLContext:
    """Believes anyone. Only for fetching what is then checked against a hash."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def server_context(ca: str, certificate: str, key: str) -> ssl.SSLContext:
    """For a brain: whoever presents a certificate must have it from this CA; who has none may still come, with a token."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0  # a resumed session would carry an old certificate along
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=ca)
    present(context, certificate, key)
    return context


def present(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """Show this certificate from now on; connections that stand already keep theirs. Both PEM.

    OpenSSL reads keys only from files: this one is in memory and gone when it was read.
    """
    handle = os.memfd_create("svid")
    try:
        with os.fdopen(os.dup(handle), "w") as file:
            file.write(certificate + key)
        context.load_cert_chain(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)


def presented(connection: Any) -> tuple[tuple[str, ...], float]:
    """(URI names, expiry in seconds since 1970) of the certificate which the other end proved to have; ((), 0.0) if none."""
    told = connection.getpeercert() if connection is not None else None
    if not told:
        return (), 0.0
    return tuple(v for k, v in told.get("subjectAltName", ()) if k == "URI"), ssl.cert_time_to_seconds(told["notAfter"])


def hosts_of(host: str) -> tuple[str, ...]:
    """Names and addresses under which people will open a brain that listens on `host`."""
    everywhere = host in ("", "0.0.0.0", "::")
    return tuple(dict.fromkeys(("localhost", "127.0.0.1", "::1", socket.gethostname(), *(() if everywhere else (host,)))))


_EXPIRED = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


def tls_fault(url: str, problem: BaseException) -> WireFault | None:
    """What TLS had against it, if it was TLS: somewhere below what an HTTP library raised. A brain that hangs up says nothing.

    WireFault SUAN-W030 expired, W031 another CA, W032 another brain, W033 the other end does not speak TLS, W034 anything else.
    """
    cause = _cause(problem)
    if cause is None or isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _untrusted(url, cause)
    said = cause.reason or str(cause)
    if said in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"):
        return WireFault("SUAN-W033", f"what answers at {url} does not speak TLS", "see how the brain was started: --plain?")
    return WireFault("SUAN-W034", f"{url}: TLS failed with {said}", "suan join again, or ask for a new token")


def _untrusted(url: str, cause: ssl.SSLCertVerificationError) -> WireFault:
    said = f"{url}: {cause.verify_message}"
    if cause.verify_code in _EXPIRED:
        return WireFault("SUAN-W030", said, "set the clocks of both machines; restart the brain if its clock is right")
    if cause.verify_code in _NAME:
        return WireFault("SUAN-W032", said, "check the address: SUAN_URL, or suan join URL")
    return WireFault("SUAN-W031", said, "use the URL and the token of the same brain; suan token make gives a token")


def _cause(problem: BaseException | None) -> ssl.SSLError | None:
    while problem is not None and not isinstance(problem, ssl.SSLError):
        problem = problem.__cause__ or problem.__context__
    return problem
