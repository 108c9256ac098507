"""The keys that prove WeChat Pay's words, by serial: its public key, its certificates, or both while it changes over.

A certificate counts only between its dates. Finding one never calls WeChat Pay: a serial that is not known is noted on
the shelf, whose owner has the certificates downloaded (certificates.py).
"""

import re
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_pem_x509_certificate

from backend.gateways.wechat.pay_proof import UnprovenError

LOOK_AGAIN: Final = timedelta(seconds=5)
"""A stranger's serial costs at most one look at the shelf in this time."""
_HEX: Final = re.compile(r"[0-9A-Fa-f]{1,40}")


class CertificateShelf(Protocol):
    """Where downloaded certificates of one merchant are kept for all processes, as PEM."""

    def load(self) -> Sequence[str]:
        """What is kept."""
        ...

    def keep(self, certificates: Sequence[str], now: datetime) -> None:
        """Keep these in place of what was there."""
        ...

    def ask(self, now: datetime) -> None:
        """Somebody met a serial that is not here: have them downloaded, as soon as the pace allows it."""
        ...

    def claim(self, now: datetime) -> bool:
        """Whether whoever asks may download now; False when somebody just did."""
        ...

    def is_due(self, now: datetime) -> bool:
        """Whether they are to be downloaded by now: never yet, asked for, or some hours old."""
        ...


class PlatformKeys:
    """`fixed` are public keys by their id. Without a shelf there are no certificates."""

    def __init__(self, fixed: Mapping[str, RSAPublicKey], shelf: CertificateShelf | None = None) -> None:
        self._fixed = dict(fixed)
        self._shelf = shelf
        self._certificates: dict[str, Certificate] = {}
        self._looked_at: datetime | None = None
        self._lock = threading.Lock()

    @property
    def fixed(self) -> Mapping[str, RSAPublicKey]:
        """The public keys."""
        return self._fixed

    @property
    def shelf(self) -> CertificateShelf | None:
        """Where the certificates are kept."""
        return self._shelf

    def find(self, serial: str, now: datetime) -> RSAPublicKey:
        """The key of this serial. UnprovenError where there is none, or its certificate does not count now."""
        if (fixed := self._fixed.get(serial)) is not None:
            return fixed
        if not _HEX.fullmatch(serial):
            raise UnprovenError("serial_unknown")
        name = name_of(int(serial, 16))
        certificate = self._certificates.get(name)
        if certificate is None and self._shelf is not None:
            self._look(self._shelf, now)
            certificate = self._certificates.get(name)
            if certificate is None:
                self._shelf.ask(now)
        if certificate is None:
            raise UnprovenError("serial_unknown")
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise UnprovenError("certificate_expired")
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise UnprovenError("serial_unknown")
        return key

    def is_empty(self, now: datetime) -> bool:
        """Whether nothing here could prove an answer now."""
        if self._fixed or self._shelf is None:
            return False
        if not self._has_valid(now):
            self._look(self._shelf, now)
        return not self._has_valid(now)

    def take(self, certificates: Sequence[str]) -> None:
        """These are WeChat Pay's from now on."""
        loaded = [load_pem_x509_certificate(pem.encode()) for pem in certificates]
        with self._lock:
            self._certificates = {name_of(one.serial_number): one for one in loaded}

    def _has_valid(self, now: datetime) -> bool:
        known = list(self._certificates.values())
        return any(one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in known)

    def _look(self, shelf: CertificateShelf, now: datetime) -> None:
        with self._lock:
            if self._looked_at is not None and abs(now - self._looked_at) < LOOK_AGAIN:
                return
            self._looked_at = now
        if kept := shelf.load():
            self.take(kept)


def name_of(serial: int) -> str:
    """A certificate's serial as it is compared here."""
    return f"{serial:X}"
