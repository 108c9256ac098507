"""Queue a message in the transaction of its fact; nothing where nobody may be told."""

from datetime import datetime

from backend.domain.driver_message import LIVES, MessageKind, MessageState
from backend.gateways import find_message_sender
from backend.gateways.ids import new_number
from backend.models import DriverMessage, MessageCredit
from backend.models.engine.database import transactional


@transactional
def queue_message(*, kind: MessageKind, driver_id: int, subject_no: str, now: datetime) -> None:
    """Tell a driver of this order, session or part of a refund, once: if it has a template and the driver allowed it."""
    sender = find_message_sender()
    if sender is None or kind not in sender.templates:
        return
    own = (MessageCredit.driver_id == driver_id) & (MessageCredit.kind == kind)
    if not MessageCredit.select().where(own & (MessageCredit.credits > 0)).exists():
        return
    DriverMessage.insert(
        message_no=new_number("M", now),
        kind=kind,
        subject_no=subject_no,
        driver_id=driver_id,
        state=MessageState.QUEUED,
        attempts=0,
        due_at=now,
        deadline_at=now + LIVES[kind],
        last_error="",
        created_at=now,
    ).on_conflict_ignore().execute()
