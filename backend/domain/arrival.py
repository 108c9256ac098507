"""How far a new pile has come on its way on line (等待桩上线), in one word for its installer, from what is known of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.domain.broker_account import AccountState, ContactRefusal


class ArrivalState(StrEnum):
    """The first thing that stands in the way; `ready`: drivers can charge."""

    NO_SECRET = "no_secret"  # noqa: S105 - a state, no secret
    ACCOUNT_PENDING = "account_pending"
    ACCOUNT_STUCK = "account_stuck"
    NOT_CONNECTED = "not_connected"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a state, no secret
    WRONG_CLIENT_ID = "wrong_client_id"
    TOO_MANY_TRIES = "too_many_tries"
    SILENT = "silent"
    REFUSED_MESSAGES = "refused_messages"
    GONE = "gone"
    CLOCK_OFF = "clock_off"
    NO_STATUS = "no_status"
    NO_PRICE = "no_price"
    NOT_OPEN = "not_open"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known. `heard_at`: its last message that was taken; `quarantined_at`: the last one that was not.

    `is_heard`: it was heard not long ago. `told_guns` of `guns` have said what they do. `is_priced`: a tariff is in
    force for it; `is_open`: its station is neither closed nor hidden.
    """

    account: AccountState
    issued_at: datetime | None
    connected_at: datetime | None
    refused_at: datetime | None
    refusal: ContactRefusal | None
    heard_at: datetime | None
    is_heard: bool
    is_clock_set: bool
    quarantined_at: datetime | None
    guns: int
    told_guns: int
    is_priced: bool
    is_open: bool


def judge_arrival(signs: Signs) -> ArrivalState:
    """The state; a pile that is heard now is never held up by what the broker said before."""
    if signs.is_heard:
        return _inside(signs)
    if signs.issued_at is None:
        return ArrivalState.NO_SECRET
    if signs.account is AccountState.PENDING:
        return ArrivalState.ACCOUNT_PENDING
    if signs.account is AccountState.STUCK:
        return ArrivalState.ACCOUNT_STUCK
    return _outside(signs)


def _inside(signs: Signs) -> ArrivalState:
    if not signs.is_clock_set:
        return ArrivalState.CLOCK_OFF
    if signs.told_guns < signs.guns:
        return ArrivalState.NO_STATUS
    if not signs.is_priced:
        return ArrivalState.NO_PRICE
    return ArrivalState.READY if signs.is_open else ArrivalState.NOT_OPEN


def _outside(signs: Signs) -> ArrivalState:
    """It is not heard although the broker asks for its secret: the latest sign counts."""
    signs_at = {
        ArrivalState.SILENT: signs.connected_at,
        ArrivalState.REFUSED_MESSAGES: signs.quarantined_at,
        ArrivalState.GONE: signs.heard_at,
    }
    if signs.refusal is not None:
        signs_at[ArrivalState(signs.refusal.value)] = signs.refused_at
    since = signs.issued_at
    known = {state: at for state, at in signs_at.items() if at is not None and (since is None or at >= since)}
    return max(known, key=lambda state: known[state]) if known else ArrivalState.NOT_CONNECTED
