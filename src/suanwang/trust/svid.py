"""X.509-SVIDs of one domain (SPIFFE): a CA for a brain, short-lived certificates for the brain itself and for its nodes.

    CA      P-256, as every browser can check; its secret is not the brain's, so that either can be replaced alone
    brain   spiffe://BRAIN/brain/BRAIN, P-256, a fresh key each time; DNS names: the brain's id first, then where it is reached
    node    spiffe://BRAIN/node/NODE, on the node's own Ed25519 key, which its id is a hash of: so no signing request is needed

Secrets are 32 bytes and, like serial numbers and times, arguments. Only a brain's certificate serves (extended key usage), so
a node cannot pose as the brain. Profile: SPIFFE X509-SVID 4 and 5; RFC 5280.
"""

import datetime
from collections.abc import Iterable
from hashlib import sha256
from ipaddress import ip_address
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from suanwang.model.fault import AuthorityFault
from suanwang.trust.identity import spiffe_id

SVID_S = 86400.0
"""How long a certificate is good for; it is renewed at half of that."""
CA_S = 3650 * 86400.0
EARLY_S = 60.0
"""A certificate holds from a little before it was made, for clocks that are behind."""
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Authority(NamedTuple):
    """A domain's CA. secret: 32 bytes; certificate: PEM."""

    secret: bytes
    certificate: str


class Svid(NamedTuple):
    """A certificate and its private key, both PEM."""

    certificate: str
    key: str


def make_authority(secret: bytes, brain_id: str, serial: int, now: float) -> Authority:
    """A CA that signs for this brain's trust domain, for ten years. serial: 1 to 159 random bits. now: seconds since 1970."""
    key = _p256(secret)
    made = (
        _begun(brain_id, brain_id, serial, now, CA_S)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"spiffe://{brain_id}")]), critical=False)
    )
    return Authority(secret, _pem(made.sign(key, SHA256())))


def is_good(authority: Authority, brain_id: str, now: float) -> bool:
    """Whether the certificate is this brain's, fits the secret and outlives whatever may be signed with it today."""
    try:
        made = x509.load_pem_x509_certificate(authority.certificate.encode())
    except ValueError:
        return False
    fits = made.public_key() == _p256(authority.secret).public_key() and made.subject == _name(brain_id)
    return fits and made.not_valid_after_utc.timestamp() > now + CA_S / 10


def brain_svid(
    authority: Authority, brain_id: str, secret: bytes, hosts: Iterable[str], serial: int, now: float, life_s: float = SVID_S
) -> Svid:
    """The brain's certificate. secret: of its fresh key. hosts: names and addresses it is reached by, besides its id."""
    key = _p256(secret)
    # under its own name the certificate would look as if it had signed itself
    names = [x509.UniformResourceIdentifier(spiffe_id(brain_id, brain_id)), x509.DNSName(brain_id), *map(_host, hosts)]
    begun = _begun(brain_id, f"{brain_id} svid", serial, now, life_s).public_key(key.public_key())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Svid(_issued(authority, begun, names, ExtendedKeyUsageOID.SERVER_AUTH), private)


def node_svid(
    authority: Authority, brain_id: str, node_id: str, public_key: bytes, serial: int, now: float, life_s: float = SVID_S
) -> str:
    """The certificate, PEM, of a node that is known to hold this Ed25519 key."""
    begun = _begun(brain_id, node_id, serial, now, life_s).public_key(Ed25519PublicKey.from_public_bytes(public_key))
    names = [x509.UniformResourceIdentifier(spiffe_id(brain_id, node_id))]
    return _issued(authority, begun, names, ExtendedKeyUsageOID.CLIENT_AUTH)


def fingerprint(certificate: str) -> str:
    """SHA-256 of a PEM certificate's DER, 64 hex digits, as `openssl x509 -fingerprint -sha256` says it without colons."""
    return sha256(x509.load_pem_x509_certificate(certificate.encode()).public_bytes(Encoding.DER)).hexdigest()


def check_peer(uris: tuple[str, ...], expires_at: float, expected: str, now: float) -> None:
    """A peer whose certificate the CA signed is the expected one, still. uris: all URI names in it; an SVID has exactly one.

    AuthorityFault SUAN-A060.
    """
    if uris != (expected,):
        why = f"the connection is of {', '.join(uris)[:200] or 'nobody'}, the request of {expected}"
    elif expires_at <= now:
        why = f"the connection's certificate expired {now - expires_at:.0f} s ago"
    else:
        return
    raise AuthorityFault("SUAN-A060", why, "POST /v1/nodes/ID/svid, and connect again with the certificate that it gives")


def _issued(
    authority: Authority, begun: x509.CertificateBuilder, names: Iterable[x509.GeneralName], use: x509.ObjectIdentifier
) -> str:
    key = _p256(authority.secret)
    made = (
        begun.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    return _pem(made.sign(key, SHA256()))


def _begun(issuer: str, subject: str, serial: int, now: float, life_s: float) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(_name(issuer))
        .subject_name(_name(subject))
        .serial_number(serial)
        .not_valid_before(_time(now - EARLY_S))
        .not_valid_after(_time(now + life_s))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Suanwang"), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _time(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)


def _p256(secret: bytes) -> EllipticCurvePrivateKey:
    return derive_private_key(int.from_bytes(secret, "big") % (_P256_ORDER - 1) + 1, SECP256R1())


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
