import re

import pytest

from backend.domain import errors
from backend.domain.errors import BalanceTooLow, DomainError

CASES = DomainError.__subclasses__()


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [case.code for case in CASES]
    assert len(codes) == len(set(codes)) > 40
    assert DomainError.code not in codes


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.code))
def test_a_class_is_named_as_its_code_and_says_when(case: type[DomainError]) -> None:
    assert re.sub(r"(?<!^)(?=[A-Z])", "_", case.__name__).lower() == case.code
    assert case.__doc__
    assert getattr(errors, case.__name__) is case


def test_an_error_carries_its_fields_and_shows_them() -> None:
    error = BalanceTooLow(available_fen=120, required_fen=500)
    assert error.data == {"available_fen": 120, "required_fen": 500}
    assert str(error) == "balance_too_low available_fen=120 required_fen=500"
    assert str(errors.ConnectorBusy()) == "connector_busy"
