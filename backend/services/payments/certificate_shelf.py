"""Where the certificates of a channel's merchant are kept for all programs, and how often they may be downloaded.

Whoever meets a serial that is not here asks for them; strangers can do that too, so a download begins at most once a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.models import ChannelCertificates
from backend.models.engine.database import locked, reading, transactional

RENEWED_EVERY: Final = timedelta(hours=10)
"""The channel asks for less than twelve hours."""
TRIED_AGAIN_AFTER: Final = timedelta(minutes=5)
PACE: Final = timedelta(seconds=60)
_BEGIN: Final = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class CertificateShelf:
    """The shelf of one account. Each call is a transaction of its own."""

    account_key: str

    def load(self) -> Sequence[str]:
        """What is kept, as PEM."""
        row = _read(self.account_key)
        return () if row is None else _apart(row.certificates)

    def keep(self, certificates: Sequence[str], now: datetime) -> None:
        """Keep these in place of what was there; renewed in some hours."""
        _keep(self.account_key, certificates, now)

    def ask(self, now: datetime) -> None:
        """Have them downloaded, as soon as the pace allows it."""
        _ask(self.account_key, now)

    def claim(self, now: datetime) -> bool:
        """Whether whoever asks may download now; a download that fails is tried again in some minutes."""
        return _claim(self.account_key, now)

    def is_due(self, now: datetime) -> bool:
        """Whether they are to be downloaded by now: never yet, asked for, or some hours old."""
        row = _read(self.account_key)
        return row is None or row.next_download_at <= now


@reading
def _read(account_key: str) -> ChannelCertificates | None:
    return ChannelCertificates.get_or_none(ChannelCertificates.account_key == account_key)


@transactional
def _keep(account_key: str, certificates: Sequence[str], now: datetime) -> None:
    row = _lock(account_key, now)
    row.certificates = "\n".join(pem.strip() for pem in certificates)
    row.kept_at = now
    row.next_download_at = now + RENEWED_EVERY
    row.save()


@transactional
def _ask(account_key: str, now: datetime) -> None:
    row = _lock(account_key, now)
    soonest = now if row.claimed_at is None else max(now, row.claimed_at + PACE)
    if soonest < row.next_download_at:
        row.next_download_at = soonest
        row.save()


@transactional
def _claim(account_key: str, now: datetime) -> bool:
    row = _lock(account_key, now)
    if row.claimed_at is not None and now < row.claimed_at + PACE:
        return False
    row.claimed_at = now
    row.next_download_at = now + TRIED_AGAIN_AFTER
    row.save()
    return True


def _lock(account_key: str, now: datetime) -> ChannelCertificates:
    """The row of an account, made at its first use."""
    ChannelCertificates.insert(
        account_key=account_key, certificates="", next_download_at=now
    ).on_conflict_ignore().execute()
    row: ChannelCertificates = locked(
        ChannelCertificates.select().where(ChannelCertificates.account_key == account_key)
    ).get()
    return row


def _apart(bundle: str) -> tuple[str, ...]:
    return tuple(_BEGIN + part for part in bundle.split(_BEGIN)[1:])
