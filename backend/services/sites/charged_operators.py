"""At which operators drivers have charged: from then on the ledger knows them by their number (`payers.py`)."""

from collections.abc import Iterable

from peewee import fn

from backend.models import Operator, Session


def with_charges(operator_ids: Iterable[int]) -> frozenset[int]:
    """Those of the operators where a charge that somebody pays was begun; each looks for one row."""
    paid = Session.select(Session.id).where((Session.operator_id == Operator.id) & Session.is_test.is_null())
    wanted = Operator.id.in_(list(operator_ids)) & fn.EXISTS(paid)
    return frozenset(row.id for row in Operator.select(Operator.id).where(wanted))
