"""At which operators drivers have charged: from then on the ledger knows them by their number (`payers.py`)."""

from collections.abc import Iterable

from backend.models import Session


def with_charges(operator_ids: Iterable[int]) -> frozenset[int]:
    """Those of the operators where a charge that somebody pays was begun.

    Each is asked for one row along its own index: as one query MariaDB reads the sessions of all.
    """
    return frozenset(one for one in operator_ids if _has_charge(one))


def _has_charge(operator_id: int) -> bool:
    paid = (Session.operator_id == operator_id) & Session.is_test.is_null()
    return bool(Session.select(Session.id).where(paid).limit(1).exists())
