"""The only place that makes ids, public numbers and random tokens."""

import hashlib
import itertools
import re
import secrets
from datetime import datetime, timedelta, timezone

from ulid import LaxMonotonicPolicy, ULIDGenerator

TOKEN_BYTES = 32
QR_TOKEN_CHARS = 10
NUMBER_TAIL_CHARS = 10
TYPED_GROUP_CHARS = 4
TYPED_GROUPS = 3
MAX_PREFIX_CHARS = 4

_CROCKFORD = (
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32 characters, so 5 random bits each, and a byte falls evenly
)
_UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # people read it aloud: no 0 O 1 I L
_BEIJING = timezone(timedelta(hours=8))  # the date in a number is the one its reader lives on
_PREFIX = re.compile(rf"[A-Z]{{1,{MAX_PREFIX_CHARS}}}")
_ULIDS = ULIDGenerator(policy=LaxMonotonicPolicy())


def new_ulid() -> str:
    """Return a ULID of 26 characters; within one process later ones sort later while the clock moves on."""
    return str(_ULIDS.generate())


class RequestIds:
    """Ids of 26 characters for the requests of one process (made after a fork): a random beginning and a count.

    A ULID for each would cost a fiftieth of a read.
    """

    def __init__(self) -> None:
        self._beginning = secrets.token_hex(9)
        self._numbers = itertools.count(1)

    def new(self) -> str:
        """The next one."""
        return f"{self._beginning}{next(self._numbers):08x}"


def new_number(prefix: str, now: datetime) -> str:
    """Return a public number: prefix, Beijing time to the second, 50 random bits; ≤ 28 characters [0-9A-Z].

    `prefix` is 1 to 4 capital letters and `now` is aware, else ValueError.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"A number's prefix is 1 to {MAX_PREFIX_CHARS} capital letters, not {prefix!r}.")
    if now.tzinfo is None:
        raise ValueError("A number is dated by an aware datetime.")
    tail = "".join([_CROCKFORD[byte % len(_CROCKFORD)] for byte in secrets.token_bytes(NUMBER_TAIL_CHARS)])
    return f"{prefix}{now.astimezone(_BEIJING):%Y%m%d%H%M%S}{tail}"


def new_token() -> str:
    """Return a bearer token: 32 random bytes, URL-safe. Only its `hash_token` is stored."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_qr_token() -> str:
    """Return the 10 characters behind `/p/` on a pile's label: 49 random bits, no look-alikes."""
    return "".join(secrets.choice(_UNAMBIGUOUS) for _ in range(QR_TOKEN_CHARS))


def new_typed_secret() -> str:
    """Return what a person reads off and types once: 59 random bits in three groups, no look-alikes."""
    groups = (
        "".join(secrets.choice(_UNAMBIGUOUS) for _ in range(TYPED_GROUP_CHARS)) for _ in range(TYPED_GROUPS)
    )
    return "-".join(groups)


def hash_token(token: str) -> str:
    """Return the SHA-256 of a token in hex; the token has enough entropy to need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
