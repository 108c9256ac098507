"""Who a login token belongs to, kept for a short time; the rows in the database decide."""

from typing import Final

from backend.live import connection

_PREFIX: Final = "token:"


def get(token_hash: str) -> bytes | None:
    """What was put under this hash and has not run out."""
    value = connection.call(lambda client: client.get(_PREFIX + token_hash), otherwise=None)
    return value if isinstance(value, bytes) else None


def put(token_hash: str, value: bytes, ttl_s: int) -> None:
    """Keep `value` for `ttl_s` seconds."""
    connection.call(lambda client: client.set(_PREFIX + token_hash, value, ex=ttl_s), otherwise=None)


def drop(token_hash: str) -> None:
    """Forget a token that was revoked."""
    connection.call(lambda client: client.delete(_PREFIX + token_hash), otherwise=0)
