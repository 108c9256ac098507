"""Whether a driver has accepted what is published: asked before a start and before a top-up, never of a running charge.

That somebody accepted a version never changes, so it is remembered; a driver who has accepted costs no statement.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final

from backend.domain.actor import Actor
from backend.domain.errors import AgreementNotAccepted
from backend.models import AgreementAcceptance
from backend.models.engine.database import forget_with_database
from backend.services.ground.operator_book import PublishedText, read_operators

REMEMBERED: Final = 20_000
_lock: Final = Lock()
_accepted: Final[OrderedDict[tuple[int, int], None]] = OrderedDict()


def check_accepted(*, driver: Actor, operator_id: int | None) -> None:
    """Return when the driver has accepted the platform's texts and this operator's. Raises AgreementNotAccepted."""
    if find_pending(driver=driver, operator_id=operator_id):
        raise AgreementNotAccepted


def find_pending(*, driver: Actor, operator_id: int | None) -> tuple[PublishedText, ...]:
    """The texts that the driver has not accepted in their newest version."""
    texts = read_operators().texts_for(operator_id)
    unsure = [text for text in texts if (driver.id, text.agreement_id) not in _accepted]
    if not unsure:
        return ()
    rows = AgreementAcceptance.select(AgreementAcceptance.agreement_id).where(
        (AgreementAcceptance.driver_id == driver.id)
        & AgreementAcceptance.agreement_id.in_([text.agreement_id for text in unsure])
    )
    known = {row.agreement_id for row in rows}
    _remember(driver.id, known)
    return tuple(text for text in unsure if text.agreement_id not in known)


def _remember(driver_id: int, agreement_ids: set[int]) -> None:
    with _lock:
        _accepted.update(dict.fromkeys((driver_id, agreement_id) for agreement_id in agreement_ids))
        while len(_accepted) > REMEMBERED:
            _accepted.popitem(last=False)


def _forget() -> None:
    with _lock:
        _accepted.clear()


forget_with_database(_forget)
