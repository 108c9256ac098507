"""The live view in Redis: never the truth, rebuilt from the database, absent without harm.

Every function answers "nothing" when Redis is not there; none of them raises to its caller.
"""

from backend.live.connection import close, connect, is_available

__all__ = ["close", "connect", "is_available"]
