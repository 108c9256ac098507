"""What stands in the way of deleting a driver: every charge, payment, refund and fen of theirs has to be done with."""

from backend.domain.adjustment import AdjustmentState
from backend.domain.driver import DriverObstacle, DriverState
from backend.domain.idle_fee import StayState
from backend.domain.payment import PaymentState
from backend.domain.refund import RefundState
from backend.domain.session import TERMINAL_STATES
from backend.models import Adjustment, Driver, IdleStay, LiveSession, Payment, Refund, Session
from backend.services.ledger.wallets import WalletBalances

_OPEN_PAYMENTS = (PaymentState.CREATED, PaymentState.AWAITING, PaymentState.UNKNOWN)
_OPEN_REFUNDS = (RefundState.IN_PROGRESS, RefundState.NEEDS_STAFF)


def find_obstacles(driver: Driver, wallet: WalletBalances) -> tuple[DriverObstacle, ...]:
    """In the order in which they are best dealt with; none: the driver can be deleted."""
    own = driver.id
    open_payments = Payment.select().where(
        (Payment.driver_id == own) & (Payment.state.in_(_OPEN_PAYMENTS) | Payment.rest_due_at.is_null(False))
    )
    stands = {
        DriverObstacle.FROZEN: driver.state is DriverState.FROZEN,
        DriverObstacle.LIVE_SESSION: LiveSession.select().where(LiveSession.driver_id == own).exists(),
        DriverObstacle.UNBILLED_SESSION: _has_unbilled(own),
        DriverObstacle.IDLE_STAY: IdleStay.select()
        .where((IdleStay.driver_id == own) & (IdleStay.state == StayState.WATCHING))
        .exists(),
        DriverObstacle.BALANCE: wallet.available_fen > 0 or wallet.held_fen > 0,
        DriverObstacle.DEBT: wallet.debt_fen > 0,
        DriverObstacle.OPEN_PAYMENT: open_payments.exists(),
        DriverObstacle.OPEN_REFUND: wallet.refund_pending_fen > 0
        or Refund.select().where((Refund.driver_id == own) & Refund.state.in_(_OPEN_REFUNDS)).exists(),
        DriverObstacle.OPEN_ADJUSTMENT: Adjustment.select()
        .where((Adjustment.driver_id == own) & (Adjustment.state == AdjustmentState.ASKED))
        .exists(),
    }
    return tuple(one for one, is_there in stands.items() if is_there)


def _has_unbilled(driver_id: int) -> bool:
    """A charge that runs no more and is no bill yet; those that run are told apart."""
    live = LiveSession.select(LiveSession.session_id).where(LiveSession.driver_id == driver_id)
    unbilled = (Session.driver_id == driver_id) & Session.state.not_in(sorted(TERMINAL_STATES))
    return Session.select().where(unbilled & Session.id.not_in(live)).exists()
