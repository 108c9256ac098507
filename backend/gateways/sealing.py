"""Small secrets kept in the database under a key that is not there: AES-256-GCM, bound to the row they belong to."""

import base64
import binascii
import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12
SHORTEST_KEY: Final = 32


class Sealer:
    """Seals with the key behind one secret text of at least `SHORTEST_KEY` characters (else ValueError)."""

    def __init__(self, key_text: str) -> None:
        if len(key_text) < SHORTEST_KEY:
            raise ValueError(f"a sealing key has at least {SHORTEST_KEY} random characters")
        self._cipher = AESGCM(hashlib.sha256(key_text.encode()).digest())

    def seal(self, text: str, *, of: str) -> str:
        """The sealed text; it opens only with the same `of`, so that no row can use another's."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), of.encode())
        return base64.b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, *, of: str) -> str | None:
        """What was sealed; None where the key or the row is another, or the text was changed."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], of.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error):
            return None
