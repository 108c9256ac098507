"""Invariants of the audit log: I34 what is linked is as it was when it was linked."""

from collections.abc import Iterator

from backend.services.ground.audit_chain import look_at_chain
from tests.invariants.rows import Rows


def audit_rows_stay_as_they_were(_: Rows) -> Iterator[str]:
    """I34: the chain over the audit log leads from the first link to the last, over rows that nobody changed."""
    look = look_at_chain(after=0)
    while not look.is_done:
        look = look_at_chain(after=look.checked)
    if look.broken is not None:
        yield (
            f"link {look.broken.number} over audit row {look.broken.audit_id} is broken: {look.broken.fault.value}"
        )
