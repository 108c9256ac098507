# ruff: noqa: N818 - a class is named as its code, which clients read
"""Of connectors, charges and their bills."""

from backend.domain.errors.base import DomainError


class ConnectorNotFound(DomainError, code="connector_not_found"):
    """No connector has this number or token."""


class ConnectorNotPlugged(DomainError, code="connector_not_plugged"):
    """Policy asks for a plugged car before the start and none is plugged in."""


class ConnectorBusy(DomainError, code="connector_busy"):
    """The connector serves another session, or is reserved."""


class ConnectorAwaitsPayment(DomainError, code="connector_awaits_payment"):
    """Somebody is paying for a charge there and has not paid yet; `opens` is when they lose it."""


class PlugClaimed(DomainError, code="plug_claimed"):
    """The car that was charged here before hangs on the connector still: its driver alone may start again."""


class WhoseCar(DomainError, code="whose_car"):
    """The car before was never heard unplugged: whoever starts has to say that the car there is theirs."""


class ConnectorFaulted(DomainError, code="connector_faulted"):
    """The pile reports a fault on the connector."""


class ConnectorUnavailable(DomainError, code="connector_unavailable"):
    """The connector is taken out of use."""


class PileOffline(DomainError, code="pile_offline"):
    """The pile has not been heard of lately; a start is sent only to an online pile."""


class PileClockUnset(DomainError, code="pile_clock_unset"):
    """The pile's clock was not set since it booted, so its times cannot be trusted."""


class DriverBusy(DomainError, code="driver_busy"):
    """The driver already has a live session. Data: session_no."""


class InvalidSegments(DomainError, code="invalid_segments"):
    """Energy segments contradict themselves or one another. Data: reason."""


class SessionNotFound(DomainError, code="session_not_found"):
    """No session has this number, or it is not the caller's."""


class SessionNotStoppable(DomainError, code="session_not_stoppable"):
    """The session is not in a state that can be stopped."""


class SessionNotDecidable(DomainError, code="session_not_decidable"):
    """The session is neither in review nor settled: there is nothing to decide yet, or nothing was charged."""


class DecisionImpossible(DomainError, code="decision_impossible"):
    """A session cannot be billed so. Data: reason (no_registers, backwards, too_much, no_payer, no_tariff)."""


class EvidenceChanged(DomainError, code="evidence_changed"):
    """Somebody decided meanwhile, or the pile told more: what the decision was made on is not what there is."""


class OrderNotFound(DomainError, code="order_not_found"):
    """No order has this number, or it is not the caller's."""


class QrReplaced(DomainError, code="qr_replaced"):
    """The scanned token was of a sticker that was replaced."""


class CommandNotFound(DomainError, code="command_not_found"):
    """No command has this number, or it was sent to another pile."""


class QuarantinedNotFound(DomainError, code="quarantined_not_found"):
    """No refused message has this number, or it is of a pile that is not the caller's."""


class LimitOutOfRange(DomainError, code="limit_out_of_range"):
    """The driver's spending limit is below or above what is allowed. Data: min_fen, max_fen."""


class IdleFeeNotWaivable(DomainError, code="idle_fee_not_waivable"):
    """The car of this charge did not stay, or its stay cost nothing."""


class BadQrLink(DomainError, code="bad_qr_link"):
    """The scanned link is not one of ours, or its token was rotated."""


class RecordImplausible(DomainError, code="record_implausible"):
    """A late final record cannot be true and corrects no bill. Data: session_no, faults."""


class SecondEnd(DomainError, code="second_end"):
    """A session that has ended is told to have ended otherwise: for a person. Data: session_no."""
