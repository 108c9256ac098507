"""A driver asks money of the wallet back: it is held, shared out to the top-ups it came from, and goes without asking.

What is owed is paid first. Nothing is called here: the jobs send each part (`step_refund_part`).
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from backend.domain.actor import Actor
from backend.domain.errors import AmountOutOfRange, RefundTooMuch
from backend.domain.ledger import MAX_ENTRY_FEN, refund_hold_entry
from backend.domain.refund import PartState, Share, allocate, refundable_fen, state_of
from backend.domain.units import Fen
from backend.gateways.ids import new_number
from backend.models import Operator, Payment, Refund, RefundPart
from backend.models.engine.database import transactional
from backend.services.access.pay_passwords import check_proved, check_refunds_open
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import lock_wallet
from backend.services.payments.list_refundable import list_refundable

_log = structlog.get_logger(__name__)


@transactional
def refund_wallet(
    *, driver: Actor, amount_fen: int, idempotency_key: str, now: datetime, pay_proof: int | None = None
) -> str:
    """The number of the one refund of this key; `pay_proof` is of the payment password, where the driver has one on.

    Raises AmountOutOfRange, RefundTooMuch, RefundsLocked, PayPasswordNeeded, IdempotencyKeyReused.
    """
    if not 0 < amount_fen <= MAX_ENTRY_FEN:
        raise AmountOutOfRange(min_fen=1, max_fen=MAX_ENTRY_FEN)
    return once(
        actor=driver,
        route="refund_wallet",
        key=idempotency_key,
        request={"amount_fen": amount_fen},
        answer_type=str,
        now=now,
        work=lambda: _hold(driver, Fen(amount_fen), pay_proof, now),
    )


def _hold(driver: Actor, amount_fen: Fen, pay_proof: int | None, now: datetime) -> str:
    check_refunds_open(driver_id=driver.id, now=now)
    check_proved(driver_id=driver.id, proof=pay_proof)
    wallet = lock_wallet(driver_no=driver.no)
    most_fen = refundable_fen(wallet.available_fen, wallet.debt_fen)
    if amount_fen > most_fen:
        raise RefundTooMuch(refundable_fen=most_fen)
    shares = allocate(amount_fen, list_refundable(driver_id=driver.id, now=now), now)
    states = [PartState.ABNORMAL if share.payment_id is None else PartState.HELD for share in shares]
    refund = Refund.create(
        refund_no=new_number("R", now),
        driver_id=driver.id,
        amount_fen=amount_fen,
        state=state_of(states),
        asked_at=now,
    )
    _write_parts(refund, shares, states, now)
    post_entry(
        entry=refund_hold_entry(driver.no, amount_fen, Fen(wallet.debt_fen)),
        reference=refund.refund_no,
        wallet=wallet,
        now=now,
    )
    platform = Operator.get_or_none(Operator.is_platform)
    write_audit(
        actor=driver,
        action="refund.create",
        object_kind="refund",
        object_no=refund.refund_no,
        operator_id=None if platform is None else platform.id,
        detail={"amount_fen": amount_fen, "debt_fen": wallet.debt_fen, "parts": len(shares)},
        now=now,
    )
    _log.info("refund_asked", refund_no=refund.refund_no, amount_fen=amount_fen, parts=len(shares))
    return refund.refund_no


def _write_parts(refund: Refund, shares: Sequence[Share], states: Sequence[PartState], now: datetime) -> None:
    ids = [share.payment_id for share in shares if share.payment_id is not None]
    rows = Payment.select(Payment.id, Payment.channel).where(Payment.id.in_(ids)) if ids else ()
    channels = {row.id: row.channel for row in rows}
    for share, state in zip(shares, states, strict=True):
        RefundPart.create(
            part_no=new_number("RP", now),
            refund_id=refund.id,
            payment_id=share.payment_id,
            channel=channels.get(share.payment_id or 0),
            amount_fen=share.amount_fen,
            state=state,
            next_step_at=now if state is PartState.HELD else None,
            last_error="" if state is PartState.HELD else "no_top_up",
        )
