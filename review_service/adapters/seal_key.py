"""The key of the audit seals: Ed25519, derived from a secret that is not in the database."""

from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE: Final = b"review-service audit seal 1"
"""HKDF's info: what else is derived from the same secret has another one."""
KEY_BYTES: Final = 32


class PublicSealKey:
    """Checks seals; it needs no secret, so an auditor can hold it."""

    def __init__(self, public_key: str) -> None:
        """``public_key`` is hexadecimal. Raises ``ValueError`` when it is no Ed25519 key."""
        self.public_key = public_key.strip().lower()
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))

    def has_signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over exactly these bytes."""
        try:
            self._key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


class SealKey(PublicSealKey):
    """Makes seals and checks them."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        super().__init__(private.public_key().public_bytes_raw().hex())
        self._private = private

    @classmethod
    def from_secret(cls, secret: str) -> Self:
        """Derive the key from the text of a setting; the same text gives the same key."""
        derived = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=_PURPOSE)
        return cls(Ed25519PrivateKey.from_private_bytes(derived.derive(secret.encode())))

    def sign(self, content: bytes) -> bytes:
        """Return the signature over the bytes; the same bytes give the same signature."""
        return self._private.sign(content)
