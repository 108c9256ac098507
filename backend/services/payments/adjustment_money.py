"""The money of an adjustment: one entry named by it, in the transaction that decides it; and its audit row."""

from collections.abc import Mapping
from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import AdjustmentTooMuch
from backend.domain.ledger import adjustment_entry
from backend.domain.units import Fen
from backend.models import Adjustment
from backend.services.ground.audit import write_audit
from backend.services.ground.public_numbers import get_driver_no
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import lock_wallet


def require_room(*, driver_no: str, amount_fen: int) -> None:
    """That as much is available as would be taken back; no adjustment makes a debt. Raises AdjustmentTooMuch."""
    wallet = lock_wallet(driver_no=driver_no)
    if wallet.available_fen + amount_fen < 0:
        raise AdjustmentTooMuch(available_fen=wallet.available_fen)


def move_money(row: Adjustment, now: datetime) -> None:
    """Raises AdjustmentTooMuch."""
    driver_no = get_driver_no(row.driver_id)
    wallet = lock_wallet(driver_no=driver_no)
    if wallet.available_fen + row.amount_fen < 0:
        raise AdjustmentTooMuch(available_fen=wallet.available_fen)
    entry = adjustment_entry(driver_no, row.amount_fen, Fen(wallet.debt_fen))
    post_entry(entry=entry, reference=row.adjustment_no, wallet=wallet, now=now)


def write_adjustment_audit(
    *,
    staff: Actor,
    action: str,
    row: Adjustment,
    detail: Mapping[str, object],
    caller: Caller,
    now: datetime,
) -> None:
    """`action` is what comes after `adjustment.`."""
    write_audit(
        actor=staff,
        action=f"adjustment.{action}",
        object_kind="adjustment",
        object_no=row.adjustment_no,
        operator_id=staff.operator_id,
        detail={"driver_no": get_driver_no(row.driver_id), "amount_fen": row.amount_fen, **detail},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
