"""A driver pays what is owed from what is available, at once; top-ups and refunds pay it first by themselves."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import NoDebt
from backend.domain.ledger import debt_paid_entry
from backend.domain.units import Fen
from backend.gateways.ids import new_number
from backend.models import Operator
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import lock_wallet


@transactional
def pay_debt(*, driver: Actor, idempotency_key: str, now: datetime) -> int:
    """Fen that were paid: all that is owed, or as much as is available. Raises NoDebt, IdempotencyKeyReused."""
    return once(
        actor=driver,
        route="pay_debt",
        key=idempotency_key,
        request={},
        answer_type=int,
        now=now,
        work=lambda: _pay(driver, now),
    )


def _pay(driver: Actor, now: datetime) -> int:
    wallet = lock_wallet(driver_no=driver.no)
    paid_fen = min(wallet.debt_fen, wallet.available_fen)
    if paid_fen <= 0:
        raise NoDebt(debt_fen=wallet.debt_fen, available_fen=wallet.available_fen)
    number = new_number("DP", now)
    post_entry(entry=debt_paid_entry(driver.no, Fen(paid_fen)), reference=number, wallet=wallet, now=now)
    platform = Operator.get_or_none(Operator.is_platform)
    write_audit(
        actor=driver,
        action="debt.pay",
        object_kind="driver",
        object_no=driver.no,
        operator_id=None if platform is None else platform.id,
        detail={"amount_fen": paid_fen, "debt_fen": [wallet.debt_fen, wallet.debt_fen - paid_fen]},
        now=now,
    )
    return paid_fen
