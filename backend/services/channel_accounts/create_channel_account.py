"""A new account of an operator at a payment channel; it takes no money before somebody enables it."""

from dataclasses import asdict
from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import OperatorIsPlatform
from backend.domain.permission import Permission
from backend.gateways.ids import new_number
from backend.models import ChannelAccount
from backend.models.engine.database import transactional
from backend.services.access.operator_scope import lock_operator
from backend.services.channel_accounts.account_terms import AccountPlace, AccountTerms, NewKeys, check_keys
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once
from backend.services.payments.account_secrets import seal


class CreatedChannelAccount(msgspec.Struct, frozen=True, kw_only=True):
    account_no: str


@transactional
def create_channel_account(
    *,
    staff: Actor,
    place: AccountPlace,
    terms: AccountTerms,
    keys: NewKeys,
    idempotency_key: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> CreatedChannelAccount:
    """Its number, which also ends the address of its notifies; the same key answers the same account.

    Raises Forbidden, OperatorNotFound, OperatorIsPlatform, UnfitInput, AccountKeyMissing, IdempotencyKeyReused.
    """
    operator = lock_operator(staff, place.operator_no, permission=Permission.CHANNEL_ACCOUNT_EDIT)
    if operator.is_platform:
        raise OperatorIsPlatform
    return once(
        actor=staff,
        route="create_channel_account",
        key=idempotency_key,
        request={"place": asdict(place), "terms": asdict(terms)},
        answer_type=CreatedChannelAccount,
        now=now,
        work=lambda: _create(staff, operator.id, place, terms, keys, now, request_id, ip),
    )


def _create(
    staff: Actor,
    operator_id: int,
    place: AccountPlace,
    terms: AccountTerms,
    keys: NewKeys,
    now: datetime,
    request_id: str,
    ip: str,
) -> CreatedChannelAccount:
    row = ChannelAccount(
        account_no=new_number("C", now),
        operator_id=operator_id,
        channel=place.channel,
        mode=place.mode,
        key_serial=keys.key_serial,
        proof_key_no=keys.proof_key_no,
        proof_key=keys.proof_key,
        earlier_proof_key="",
        earlier_api_key="",
        created_at=now,
        **asdict(terms),
    )
    seal(row, "private_key", keys.private_key)
    seal(row, "api_key", keys.api_key)
    check_keys(row)
    row.save()
    write_audit(
        actor=staff,
        action="channel_account.create",
        object_kind="channel_account",
        object_no=row.account_no,
        operator_id=operator_id,
        detail={"channel": place.channel, "mode": place.mode, "after": asdict(terms)},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    return CreatedChannelAccount(account_no=row.account_no)
