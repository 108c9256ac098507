"""A pile's MQTT secret: born in the answer that shows it, kept as a hash, made worthless by another.

A secret that nobody knows takes the place of one that is taken away: the line in the broker's file stays sound.
"""

from datetime import datetime

from backend.gateways.ids import new_token
from backend.gateways.passwords import broker_password_hash
from backend.models import Pile
from backend.services.sites.broker_accounts import note_account_change


def make_secret(pile: Pile, now: datetime) -> str:
    """A new secret of a locked pile, which the caller saves and then counts; it cannot be asked for again."""
    secret = new_token()
    pile.broker_password_hash = broker_password_hash(secret)
    pile.secret_issued_at = now
    return secret


def forget_secret(pile: Pile) -> None:
    """Let a locked pile in no more; the caller saves it."""
    pile.broker_password_hash = broker_password_hash(new_token())
    pile.secret_issued_at = None
    pile.secret_version = note_account_change()
