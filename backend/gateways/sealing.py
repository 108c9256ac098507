"""Small secrets kept in the database under a key that is not there: AES-256-GCM, bound to the row they belong to."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
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


class KeyRing:
    """Seals with the first of some secret texts and opens with any; what is sealed names its key, so that keys can change."""

    def __init__(self, key_texts: Sequence[str]) -> None:
        self._sealers = {_id_of(text): Sealer(text) for text in key_texts}
        self._current = _id_of(key_texts[0])

    def seal(self, text: str, *, of: str) -> str:
        """As `Sealer.seal`, with the id of the key before it."""
        return f"{self._current}{_MARK}{self._sealers[self._current].seal(text, of=of)}"

    def unseal(self, sealed: str, *, of: str) -> str | None:
        """As `Sealer.unseal`; None also where the key that sealed it is not here."""
        key_id, mark, rest = sealed.partition(_MARK)
        sealer = self._sealers.get(key_id)
        return sealer.unseal(rest, of=of) if mark and sealer is not None else None

    def is_current(self, sealed: str) -> bool:
        """Whether the first key sealed it."""
        return sealed.startswith(self._current + _MARK)


_MARK: Final = ":"
_ID_CHARS: Final = 8


def _id_of(key_text: str) -> str:
    """Tells keys apart and says nothing of them: another hash than the one that seals."""
    return hashlib.sha256(b"key id of " + key_text.encode()).hexdigest()[:_ID_CHARS]
