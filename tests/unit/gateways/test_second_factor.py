"""Sealed secrets open for their own row and key only; codes of the app count within a step of now."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from backend.gateways.one_time_codes import enrolment_uri, find_step, new_code_secret
from backend.gateways.qr_modules import qr_rows
from backend.gateways.sealing import Sealer

AT = datetime(2026, 11, 23, 2, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_what_is_sealed_opens_for_its_row_with_its_key_and_nowhere_else() -> None:
    sealer, other = Sealer("k" * 32), Sealer("K" * 32)
    sealed = sealer.seal(SECRET, of="second_factor:7")
    assert sealer.unseal(sealed, of="second_factor:7") == SECRET
    assert sealed != sealer.seal(SECRET, of="second_factor:7")
    assert sealer.unseal(sealed, of="second_factor:8") is None
    assert other.unseal(sealed, of="second_factor:7") is None
    for broken in ("", "!", sealed[:-4], "A" + sealed[1:], "AAAA"):
        assert sealer.unseal(broken, of="second_factor:7") is None
    assert len(sealed) <= 200
    with pytest.raises(ValueError, match="32"):
        Sealer("k" * 31)


def test_a_code_counts_in_its_own_step_and_one_before_or_after() -> None:
    step = int(AT.timestamp()) // 30
    for around in (-2, -1, 0, 1, 2):
        code = pyotp.TOTP(SECRET).at(AT + timedelta(seconds=30 * around))
        assert find_step(SECRET, code, at=AT) == (step + around if abs(around) <= 1 else None)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４５６", " 12345"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert find_step(SECRET, typed, at=AT) is None


def test_the_qr_code_says_who_and_where() -> None:
    secret = new_code_secret()
    uri = enrolment_uri(secret, account="wang.jianguo", issuer="欣象充电")
    assert uri.startswith("otpauth://totp/")
    assert secret in uri
    rows = qr_rows(uri)
    assert {len(row) for row in rows} == {len(rows)}
    assert set("".join(rows)) == {"0", "1"}
