"""Whether somebody has a second factor, and whether a code proves it: each code once, however many ask at a time."""

from datetime import datetime

from backend.domain.errors import SecondFactorUnavailable
from backend.gateways import get_sealer
from backend.gateways.ids import hash_token
from backend.gateways.one_time_codes import find_step
from backend.models import BackupCode, SecondFactor
from backend.models.engine.database import locked, transactional


def has_second_factor(staff_id: int) -> bool:
    """Whether log-ins of this person are asked for a code."""
    row = SecondFactor.get_or_none(SecondFactor.staff_id == staff_id)
    return row is not None and row.confirmed_at is not None


@transactional
def take_code(*, staff_id: int, code: str, now: datetime) -> bool:
    """Use up a code of the app or a backup code; False for one that is wrong, over, or was used before.

    Raises SecondFactorUnavailable where the secret cannot be opened; backup codes are taken even then.
    """
    typed = code.strip().replace(" ", "").upper()
    row = locked(SecondFactor.select().where(SecondFactor.staff_id == staff_id)).first()
    if row is None:
        return False
    return _take_step(row, typed, now) if typed.isdigit() else _take_backup(staff_id, typed, now)


def open_secret(row: SecondFactor) -> str:
    """The shared secret of the app. Raises SecondFactorUnavailable."""
    secret = get_sealer().unseal(row.sealed_secret, of=sealed_for(row.staff_id))
    if secret is None:
        raise SecondFactorUnavailable
    return secret


def sealed_for(staff_id: int) -> str:
    """Whose a sealed secret is."""
    return f"second_factor:{staff_id}"


def forget_second_factor(staff_id: int) -> bool:
    """Take it away, with the backup codes; False where there was none. The caller's transaction."""
    BackupCode.delete().where(BackupCode.staff_id == staff_id).execute()
    return bool(SecondFactor.delete().where(SecondFactor.staff_id == staff_id).execute())


def hash_backup_code(code: str) -> str:
    """What is kept of one: groups and case are for the eye."""
    return hash_token(code.upper().replace("-", ""))


def _take_step(row: SecondFactor, code: str, now: datetime) -> bool:
    step = find_step(open_secret(row), code, at=now)
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    row.save()
    return True


def _take_backup(staff_id: int, code: str, now: datetime) -> bool:
    mine = (BackupCode.staff_id == staff_id) & (BackupCode.code_hash == hash_backup_code(code))
    taken = BackupCode.update(used_at=now).where(mine & BackupCode.used_at.is_null()).execute()
    return bool(taken)
