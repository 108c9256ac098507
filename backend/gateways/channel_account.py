"""What a gateway needs of an operator's account, in words that every channel shares."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from backend.domain.channel_account import AccountMode
from backend.domain.payment import Channel
from backend.gateways.payment_channel import PaymentChannel


@dataclass(frozen=True, slots=True)
class ProofKey:
    """A public key of the channel and the number it is known by there, empty where it has none."""

    number: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKeys:
    """An account with its secrets opened. Of `api_keys` and `proof_keys` the newest comes first.

    `application_no` is empty where the account collects for the platform's own mini-program.
    """

    account_no: str
    channel: Channel
    mode: AccountMode
    merchant_no: str
    application_no: str
    sub_merchant_no: str
    key_serial: str
    private_key: str = field(repr=False)
    api_keys: tuple[str, ...] = field(repr=False)
    proof_keys: tuple[ProofKey, ...]
    uses_certificates: bool


class UnfitKeysError(ValueError):
    """Keys that no channel could take; `field` is the one of `AccountKeys` that is wrong. No key material is in it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


AccountFactory: TypeAlias = Callable[[AccountKeys], PaymentChannel]
"""The gateway of an account. Raises UnfitKeysError."""
