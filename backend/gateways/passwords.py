"""Password hashes: argon2id (RFC 9106) for people, mosquitto's `$7$` PBKDF2 format for pile secrets."""

import base64
import binascii
import hashlib
import hmac
import secrets

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

# OWASP's argon2id floor: about 20 ms and 19 MiB, so that eight log-ins at once fit a small machine.
ARGON2_MEMORY_KIB = 19_456
ARGON2_PASSES = 2
ARGON2_LANES = 1

# What mosquitto_passwd 2.0 writes. 101 rounds are few, but pile secrets are random, not chosen by people.
BROKER_ROUNDS = 101
BROKER_SALT_BYTES = 12
BROKER_KEY_BYTES = 64
MAX_BROKER_ROUNDS = 1_000_000
_BROKER_FIELDS = 5  # "", "7", rounds, salt, key

_HASHER = PasswordHasher(
    time_cost=ARGON2_PASSES, memory_cost=ARGON2_MEMORY_KIB, parallelism=ARGON2_LANES, type=Type.ID
)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password in PHC format, with its own salt."""
    return _HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Tell whether the password made this hash; a damaged or foreign hash is False, never an error."""
    try:
        return _HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Tell whether a hash was made with other costs than today's (or is damaged): replace it after a log-in."""
    try:
        return _HASHER.check_needs_rehash(password_hash)
    except InvalidHashError:
        return True


def burn_time() -> None:
    """Spend what one `verify_password` costs, so that an unknown account answers as slowly as a known one."""
    _HASHER.hash("")


def broker_password_hash(secret: str) -> str:
    """Return the password-file field for a pile's secret: `$7$101$<salt>$<PBKDF2-HMAC-SHA512>`, base64."""
    salt = secrets.token_bytes(BROKER_SALT_BYTES)
    key = _broker_key(secret, salt, BROKER_ROUNDS)
    return f"$7${BROKER_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def verify_broker_password(password_hash: str, secret: str) -> bool:
    """Tell whether the secret made this `$7$` hash; anything that is not one is False, never an error."""
    fields = password_hash.split("$")
    if len(fields) != _BROKER_FIELDS or fields[:2] != ["", "7"]:
        return False
    try:
        rounds = int(fields[2])
        salt, key = (base64.b64decode(field, validate=True) for field in fields[3:])
        if not 1 <= rounds <= MAX_BROKER_ROUNDS or len(key) != BROKER_KEY_BYTES:
            return False
        return hmac.compare_digest(_broker_key(secret, salt, rounds), key)
    except (ValueError, binascii.Error):
        return False


def _broker_key(secret: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, rounds, dklen=BROKER_KEY_BYTES)
