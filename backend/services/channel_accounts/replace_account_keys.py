"""New keys for an account; those before still prove and open what comes for some days, so that nothing is lost in between.

Our own private key signs what we ask, so the new one counts at once: the channel has to know it already.
"""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.channel_account import BOTH_KEYS_FOR
from backend.domain.errors import UnfitInput
from backend.models import ChannelAccount
from backend.models.engine.database import transactional
from backend.services.channel_accounts.account_terms import NewKeys, check_keys, lock_account
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit
from backend.services.payments.account_secrets import seal


@transactional
def replace_account_keys(
    *,
    staff: Actor,
    account_no: str,
    keys: NewKeys,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Put in place what is not empty. Raises Forbidden, ChannelAccountNotFound, RowChanged, UnfitInput, AccountKeyMissing."""
    row = lock_account(staff, account_no)
    take_edit(row, seen=row_version)
    replaced = _replace(row, keys, now)
    if not replaced:
        raise UnfitInput(field="private_key", reason="没有填写任何要更换的密钥")
    check_keys(row)
    row.save()
    write_audit(
        actor=staff,
        action="channel_account.replace_keys",
        object_kind="channel_account",
        object_no=account_no,
        operator_id=row.operator_id,
        detail={"replaced": replaced, "key_serial": row.key_serial, "proof_key_no": row.proof_key_no},
        now=now,
        request_id=request_id,
        ip=ip,
    )


def _replace(row: ChannelAccount, keys: NewKeys, now: datetime) -> list[str]:
    """The names of what was replaced."""
    replaced = []
    if keys.private_key:
        seal(row, "private_key", keys.private_key)
        replaced.append("private_key")
    if keys.key_serial:
        row.key_serial = keys.key_serial
        replaced.append("key_serial")
    if keys.api_key:
        row.earlier_api_key = row.api_key
        seal(row, "api_key", keys.api_key)
        replaced.append("api_key")
    if keys.proof_key:
        row.earlier_proof_key_no, row.earlier_proof_key = row.proof_key_no, row.proof_key
        row.proof_key_no, row.proof_key = keys.proof_key_no, keys.proof_key
        replaced.append("proof_key")
    if {"api_key", "proof_key"} & set(replaced):
        row.both_until = now + BOTH_KEYS_FOR
    return replaced
