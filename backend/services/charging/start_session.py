"""Start a charge from the wallet: claim connector and driver, hold the money, queue the start command.

All of it is one transaction, so that a lost process leaves either a session with its hold and its command or
nothing. The pile is asked only after the commit; what happens then is in `docs/states.md`, "Session".
"""

from datetime import datetime

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.errors import BalanceTooLow, LimitOutOfRange
from backend.domain.hold import size_hold
from backend.domain.session import SessionEvent, SessionState, next_state
from backend.domain.units import Fen
from backend.live import feed
from backend.models.engine.database import after_commit, transactional
from backend.services.access.pay_passwords import check_proved
from backend.services.charging.payers import WalletPayer
from backend.services.charging.session_beginnings import (
    allow,
    check_free,
    check_ground,
    claim,
    new_session,
    send_start,
)
from backend.services.ground.audit import write_audit
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.idempotency import once

_log = structlog.get_logger(__name__)


class StartedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session whose start command is on its way; `start_deadline_at` is when it is given up."""

    session_no: str
    state: SessionState
    connector_no: str
    hold_fen: int
    start_deadline_at: datetime


@transactional
def start_session(
    *,
    driver: Actor,
    connector_no: str,
    limit_fen: int | None,
    idempotency_key: str,
    now: datetime,
    is_own_car: bool | None = None,
    pay_proof: int | None = None,
) -> StartedSession:
    """Start charging on a connector; the same key answers the same session again.

    `limit_fen` is the most the driver wants to spend; `is_own_car` what they say of a car that was plugged in before
    they scanned, None where nobody asked; `pay_proof` is of the payment password, where the driver has one on.
    Raises PlugClaimed, WhoseCar, ConnectorNotFound, OperatorDisabled,
    AgreementNotAccepted, StationClosed, StationHidden,
    StationShut, PileOffline, PileClockUnset, ConnectorFaulted, ConnectorUnavailable, ConnectorBusy,
    ConnectorNotPlugged, DriverDisabled, DriverFrozen, DriverBusy,
    DebtUnpaid, TariffMissing, LimitOutOfRange, BalanceTooLow, PayPasswordNeeded, IdempotencyKeyReused.
    """
    return once(
        actor=driver,
        route="start_session",
        key=idempotency_key,
        # without the answer about the car as mini-programs that do not ask always wrote it
        request={"connector_no": connector_no, "limit_fen": limit_fen}
        | ({} if is_own_car is None else {"is_own_car": is_own_car}),
        answer_type=StartedSession,
        now=now,
        work=lambda: _start(driver, connector_no, limit_fen, now, is_own_car=is_own_car, pay_proof=pay_proof),
    )


def _start(
    driver: Actor,
    connector_no: str,
    limit_fen: int | None,
    now: datetime,
    *,
    is_own_car: bool | None,
    pay_proof: int | None,
) -> StartedSession:
    ground = check_ground(driver=driver, connector_no=connector_no, is_own_car=is_own_car, now=now)
    try:
        hold_fen = size_hold(
            Fen(ground.wallet.available_fen),
            None if limit_fen is None else Fen(limit_fen),
            ground.policy.hold,
        )
    except (BalanceTooLow, LimitOutOfRange):
        check_free(ground.connector, driver)  # a session that is open already is the better answer
        raise
    check_proved(driver_id=driver.id, proof=pay_proof)  # last: nobody types it for a start that cannot be
    session = new_session(ground, driver=driver, is_own_car=is_own_car, now=now)
    allow(session, hold_fen, ground.version, now)
    session.state = next_state(session.state, SessionEvent.START_QUEUED)
    session.starting_at = now
    session.save(force_insert=True)
    claim(session, now)
    WalletPayer(driver.no).hold(session, ground.wallet, now)
    deadline = send_start(session, ground.connector, now)
    write_audit(
        actor=driver,
        action="session.start",
        object_kind="session",
        object_no=session.session_no,
        operator_id=session.operator_id,
        detail={"connector_no": connector_no, "hold_fen": session.hold_fen},
        now=now,
    )
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))
    _log.info("session_starting", session_no=session.session_no, connector_no=connector_no)
    return StartedSession(
        session_no=session.session_no,
        state=session.state,
        connector_no=connector_no,
        hold_fen=session.hold_fen,
        start_deadline_at=deadline,
    )
