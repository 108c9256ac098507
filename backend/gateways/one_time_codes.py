"""Codes of an authenticator app (RFC 6238: six digits, SHA-1, 30 seconds, as all such apps have it)."""

import hmac
import re
from datetime import datetime
from typing import Final

import pyotp

STEP_S: Final = 30
STEPS_AROUND: Final = 1
"""A phone's clock may be off by so many steps, and typing takes time."""
_CODE: Final = re.compile(r"[0-9]{6}")


def new_code_secret() -> str:
    """A new shared secret, base32, 160 bits."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def find_step(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is, the latest that fits; None where none does."""
    if not _CODE.fullmatch(code):
        return None
    now_step = int(at.timestamp()) // STEP_S
    for step in range(now_step + STEPS_AROUND, now_step - STEPS_AROUND - 1, -1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP_S), code):
            return step
    return None
