"""Who a login token belongs to, kept for a short time; the rows in the database decide."""

from collections.abc import Sequence
from typing import Final

from backend.live import connection

_PREFIX: Final = "token:"


def get_many(token_hashes: Sequence[str]) -> dict[str, bytes]:
    """What was put under these hashes and has not run out; an empty dict without Redis."""
    keys = [_PREFIX + token_hash for token_hash in token_hashes]
    values: list[object] = connection.call(lambda client: list(client.mget(keys)), otherwise=[])
    pairs = zip(token_hashes, values, strict=bool(values))
    return {token_hash: value for token_hash, value in pairs if isinstance(value, bytes)}


def put(token_hash: str, value: bytes, ttl_s: int) -> None:
    """Keep `value` for `ttl_s` seconds."""
    connection.call(lambda client: client.set(_PREFIX + token_hash, value, ex=ttl_s), otherwise=None)


def drop(token_hash: str) -> None:
    """Forget a token that was revoked."""
    connection.call(lambda client: client.delete(_PREFIX + token_hash), otherwise=0)
