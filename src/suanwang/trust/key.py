"""Ed25519 (RFC 8032) with keys that are given: computing with a key is pure, making one is not and happens elsewhere."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from suanwang.model.fault import AuthorityFault

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def public_of(private_key: bytes) -> bytes:
    """The public key, 32 bytes, of a private key, 32 bytes. AuthorityFault SUAN-A008 for any other size."""
    return _pair(private_key)[1]


def pem_of(private_key: bytes) -> str:
    """The private key as PKCS #8 PEM, for TLS. AuthorityFault SUAN-A008 for a wrong size."""
    return _pair(private_key)[0].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def sign_bytes(private_key: bytes, message: bytes) -> bytes:
    """The signature, 64 bytes. The message must begin with a domain of its own, so that it means only one thing."""
    return _pair(private_key)[0].sign(message)


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is by this key over this message; False too for bytes that are no key or no signature."""
    try:
        _public(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def checked(public_key: bytes) -> bytes:
    """The same bytes, if they have the size of a public key; else AuthorityFault SUAN-A008."""
    if len(public_key) != KEY_BYTES:
        raise AuthorityFault("SUAN-A008", f"a public key has {KEY_BYTES} bytes, this one {len(public_key)}", "send the raw key")
    return public_key


@lru_cache(4096)
def _public(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)


@lru_cache(64)
def _pair(private_key: bytes) -> tuple[Ed25519PrivateKey, bytes]:
    """The key, ready to sign, and its public key; kept, because unpacking one costs more than signing with it."""
    if len(private_key) != KEY_BYTES:
        why = f"a private key has {KEY_BYTES} bytes, this one {len(private_key)}"
        raise AuthorityFault("SUAN-A008", why, "restore the key file from a copy")
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    return key, key.public_key().public_bytes_raw()
