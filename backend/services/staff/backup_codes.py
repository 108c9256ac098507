"""Backup codes: for when the phone is lost, each good once, kept as hashes."""

from typing import Final

from backend.gateways.ids import new_typed_secret
from backend.models import BackupCode
from backend.services.access.second_factors import hash_backup_code

CODES: Final = 10


def write_backup_codes(staff_id: int) -> tuple[str, ...]:
    """New ones in the place of all before, told once; the caller's transaction."""
    codes = tuple(new_typed_secret() for _ in range(CODES))
    BackupCode.delete().where(BackupCode.staff_id == staff_id).execute()
    BackupCode.insert_many(
        [{"staff_id": staff_id, "code_hash": hash_backup_code(code), "used_at": None} for code in codes]
    ).execute()
    return codes


def count_backup_codes(staff_id: int) -> int:
    """How many are left."""
    return BackupCode.select().where((BackupCode.staff_id == staff_id) & BackupCode.used_at.is_null()).count()
