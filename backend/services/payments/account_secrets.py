"""Secrets of channel accounts in their rows: sealed with a key outside the database, bound to account and field."""

from typing import Final, Literal, TypeAlias

from backend.domain.errors import AccountKeyMissing
from backend.gateways import get_account_ring
from backend.models import ChannelAccount

Secret: TypeAlias = Literal["private_key", "api_key", "earlier_api_key"]
SECRETS: Final[tuple[Secret, ...]] = ("private_key", "api_key", "earlier_api_key")


def seal(account: ChannelAccount, field: Secret, text: str) -> None:
    """Put a secret into the row, which is the caller's to save. Raises AccountKeyMissing."""
    sealed = get_account_ring().seal(text, of=_place(account, field)) if text else ""
    setattr(account, field, sealed)


def unseal(account: ChannelAccount, field: Secret) -> str:
    """A secret of the row, empty where it has none. Raises AccountKeyMissing where no key here opens it."""
    sealed = str(getattr(account, field))
    if not sealed:
        return ""
    text = get_account_ring().unseal(sealed, of=_place(account, field))
    if text is None:
        raise AccountKeyMissing
    return text


def _place(account: ChannelAccount, field: Secret) -> str:
    """No row, and no field of one, can use what was sealed for another. The earlier key moves over within its row."""
    return f"{account.account_no} {field.removeprefix('earlier_')}"
