"""The outside world. Entry points call `configure()` once; services then ask `get_…()` for a gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backend.domain.errors import (
    AccountKeyMissing,
    ChannelUnavailable,
    SecondFactorUnavailable,
    ServiceUnavailable,
)
from backend.domain.identity import IdentityKind
from backend.domain.payment import Channel
from backend.gateways.log_in import LogIn
from backend.gateways.payment_channel import PaymentChannel

if TYPE_CHECKING:  # the clock and ids are imported by processes that keep no files
    from backend.gateways.channel_account import AccountFactory
    from backend.gateways.files.store import Files
    from backend.gateways.message_sender import MessageSender
    from backend.gateways.sealing import KeyRing, Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class PileBroker:
    """How piles reach the broker, as installers type it in; `ca_certificate` is PEM, empty where piles know the authority."""

    host: str = ""
    port: int = 8883
    is_tls: bool = True
    ca_certificate: str = ""


@dataclass(slots=True)
class _Configured:
    channels: Mapping[Channel, PaymentChannel] | None = None
    log_ins: Mapping[IdentityKind, LogIn] | None = None
    files: "Files | None" = None
    sealer: "Sealer | None" = None
    account_ring: "KeyRing | None" = None
    account_factory: "AccountFactory | None" = None
    message_sender: "MessageSender | None" = None
    pile_broker: PileBroker = field(default_factory=PileBroker)


_configured = _Configured()


def configure(*, channels: Mapping[Channel, PaymentChannel], log_ins: Mapping[IdentityKind, LogIn]) -> None:
    """Set the gateways of this process; a second call replaces them. A log-in stands under the kind it proves.

    ValueError for a channel that does not say who we are there: any trade would fit.
    """
    for channel, gateway in channels.items():
        if not gateway.merchant or not all(gateway.merchant.values()):
            raise ValueError(f"The channel {channel} names no merchant.")
    _configured.channels = channels
    _configured.log_ins = log_ins


def get_payment_channel(channel: Channel) -> PaymentChannel:
    """The gateway of a channel. ChannelUnavailable where it is not built in; RuntimeError before `configure()`."""
    if _configured.channels is None:
        raise RuntimeError("backend.gateways.configure() has not been called: no payment channels.")
    gateway = _configured.channels.get(channel)
    if gateway is None:
        raise ChannelUnavailable
    return gateway


def list_payment_channels() -> tuple[Channel, ...]:
    """Those that are built in, in the order in which people are offered them; none before `configure()`."""
    built_in = _configured.channels or {}
    return tuple(channel for channel in Channel if channel in built_in)


def get_log_in(kind: IdentityKind) -> LogIn:
    """The log-in that proves this kind. ChannelUnavailable where it is not built in; RuntimeError before `configure()`."""
    if _configured.log_ins is None:
        raise RuntimeError("backend.gateways.configure() has not been called: no log-ins.")
    gateway = _configured.log_ins.get(kind)
    if gateway is None:
        raise ChannelUnavailable
    return gateway


def configure_message_sender(sender: "MessageSender | None") -> None:
    """Set who tells drivers things outside the app; None: nobody does."""
    _configured.message_sender = sender


def find_message_sender() -> "MessageSender | None":
    """Who tells drivers things outside the app, if anybody does."""
    return _configured.message_sender


def configure_files(files: "Files | None") -> None:
    """Set where this process keeps files; None: nowhere."""
    _configured.files = files


def get_files() -> "Files":
    """Where files are kept. Raises ServiceUnavailable where the settings name no store."""
    if _configured.files is None:
        raise ServiceUnavailable(reason="no_file_store")
    return _configured.files


def configure_sealer(sealer: "Sealer | None") -> None:
    """Set what this process seals second factors with; None: with nothing."""
    _configured.sealer = sealer


def get_sealer() -> "Sealer":
    """What second factors are sealed with. Raises SecondFactorUnavailable where the settings name no key."""
    if _configured.sealer is None:
        raise SecondFactorUnavailable
    return _configured.sealer


def configure_accounts(*, ring: "KeyRing | None", factory: "AccountFactory | None") -> None:
    """Set what operators' channel accounts are sealed with and how their gateways are made; None: there can be none."""
    _configured.account_ring = ring
    _configured.account_factory = factory


def get_account_ring() -> "KeyRing":
    """What secrets of channel accounts are sealed with. Raises AccountKeyMissing where the settings name no key."""
    if _configured.account_ring is None:
        raise AccountKeyMissing
    return _configured.account_ring


def get_account_factory() -> "AccountFactory":
    """How the gateway of a channel account is made. Raises ChannelUnavailable where there can be none."""
    if _configured.account_factory is None:
        raise ChannelUnavailable
    return _configured.account_factory


def configure_pile_broker(broker: PileBroker) -> None:
    """Set what installers are told."""
    _configured.pile_broker = broker


def get_pile_broker() -> PileBroker:
    """What installers are told."""
    return _configured.pile_broker
