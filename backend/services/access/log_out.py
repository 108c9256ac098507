"""Log out: the token ends at once in the database and in the cache."""

from datetime import datetime

from backend.gateways.ids import hash_token
from backend.live import token_cache
from backend.models import AuthToken
from backend.models.engine.database import after_commit, transactional


@transactional
def log_out(token: str, *, now: datetime) -> None:
    """Revoke a token; one that is unknown or over is left alone."""
    token_hash = hash_token(token)
    AuthToken.update(revoked_at=now).where(
        (AuthToken.token_hash == token_hash) & AuthToken.revoked_at.is_null()
    ).execute()
    after_commit(lambda: token_cache.drop(token_hash))
