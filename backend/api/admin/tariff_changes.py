"""Tariffs of the operators' desk: made, edited as drafts, published, withdrawn, retired."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from backend.api.admin.query import Reason
from backend.api.admin.tariffs import number_of
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.idle_fee import IdleTerms
from backend.domain.permission import Permission
from backend.domain.text import FILLED_LINE
from backend.services.pricing.begin_draft import begin_draft
from backend.services.pricing.caller import Caller
from backend.services.pricing.create_tariff import LONGEST_NAME, CreatedTariff, create_tariff
from backend.services.pricing.discard_draft import discard_draft
from backend.services.pricing.publish_draft import PublishedTariff, publish_draft
from backend.services.pricing.rename_tariff import rename_tariff
from backend.services.pricing.retire_tariff import retire_tariff
from backend.services.pricing.save_draft import save_draft
from backend.services.pricing.withdraw_version import withdraw_version
from backend.services.tariffs.plan_forms import PlanForms
from backend.services.views.desk.get_tariff_for_staff import StaffTariff, get_tariff_for_staff
from backend.services.views.desk.get_tariff_version_for_staff import (
    StaffTariffVersion,
    get_tariff_version_for_staff,
)

Seen = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
TariffName = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME, pattern=FILLED_LINE)]
Version = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class CopyOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tariff_no: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    version: Version


class CreateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without `copy_of` its draft has one day plan without prices."""

    name: TariffName
    copy_of: CopyOf | None = None


class RenameRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is the tariff's as it was seen."""

    name: TariffName
    row_version: Seen


class RetireTariffRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    reason: Reason
    row_version: Seen


class DraftRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`copy_of` is the version that the draft begins as."""

    copy_of: Version | None = None


class SaveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is the draft's as it was seen; without `idle` a car may stay for nothing."""

    plans: PlanForms
    row_version: Seen
    idle: IdleTerms | None = None


class DiscardQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is the draft's as it was seen."""

    row_version: Seen


class PublishRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is the draft's as it was seen; without `effective_from`: at once."""

    row_version: Seen
    effective_from: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class WithdrawRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    reason: Reason


class DiscardedDraft(msgspec.Struct, frozen=True, kw_only=True):
    tariff_no: str


async def create(call: Call[CreateRequest, None]) -> CreatedTariff:
    """A new tariff with a draft; the same Idempotency-Key answers the same again."""
    copy_of = call.body.copy_of
    return await call.transact(
        create_tariff,
        caller=_caller(call),
        name=call.body.name,
        copy_of=None if copy_of is None else (copy_of.tariff_no, copy_of.version),
        idempotency_key=call.key,
    )


async def rename(call: Call[RenameRequest, None]) -> StaffTariff:
    """Another name."""
    body, tariff_no = call.body, call.path["tariff_no"]
    await call.transact(
        rename_tariff, caller=_caller(call), tariff_no=tariff_no, name=body.name, seen=body.row_version
    )
    return await call.transact(get_tariff_for_staff, staff=call.actor, tariff_no=tariff_no, now=call.now)


async def retire(call: Call[RetireTariffRequest, None]) -> StaffTariff:
    """Nothing is priced by it again; refused while a station or pile has it."""
    body, tariff_no = call.body, call.path["tariff_no"]
    await call.transact(
        retire_tariff, caller=_caller(call), tariff_no=tariff_no, reason=body.reason, seen=body.row_version
    )
    return await call.transact(get_tariff_for_staff, staff=call.actor, tariff_no=tariff_no, now=call.now)


async def draft(call: Call[DraftRequest, None]) -> StaffTariffVersion:
    """The draft, begun as a copy of a version; one that is there already stays as it is."""
    tariff_no = call.path["tariff_no"]
    version = await call.transact(
        begin_draft, caller=_caller(call), tariff_no=tariff_no, copy_of=call.body.copy_of
    )
    return await call.transact(
        get_tariff_version_for_staff, staff=call.actor, tariff_no=tariff_no, version=version, now=call.now
    )


async def save(call: Call[SaveRequest, None]) -> StaffTariffVersion:
    """Save the draft's day plans, complete or not."""
    body, tariff_no = call.body, call.path["tariff_no"]
    version = await call.transact(
        save_draft,
        caller=_caller(call),
        tariff_no=tariff_no,
        plans=body.plans,
        idle=body.idle,
        seen=body.row_version,
    )
    return await call.transact(
        get_tariff_version_for_staff, staff=call.actor, tariff_no=tariff_no, version=version, now=call.now
    )


async def discard(call: Call[None, DiscardQuery]) -> DiscardedDraft:
    """Throw the draft away."""
    tariff_no = call.path["tariff_no"]
    await call.transact(discard_draft, caller=_caller(call), tariff_no=tariff_no, seen=call.query.row_version)
    return DiscardedDraft(tariff_no=tariff_no)


async def publish(call: Call[PublishRequest, None]) -> PublishedTariff:
    """Publish the draft; the same Idempotency-Key answers the same again."""
    body = call.body
    return await call.transact(
        publish_draft,
        caller=_caller(call),
        tariff_no=call.path["tariff_no"],
        effective_from=body.effective_from,
        seen=body.row_version,
        idempotency_key=call.key,
    )


async def withdraw(call: Call[WithdrawRequest, None]) -> StaffTariff:
    """Withdraw a version that is not in force yet; asking again is harmless."""
    tariff_no = call.path["tariff_no"]
    await call.transact(
        withdraw_version,
        caller=_caller(call),
        tariff_no=tariff_no,
        version=number_of(call.path["version"]),
        reason=call.body.reason,
    )
    return await call.transact(get_tariff_for_staff, staff=call.actor, tariff_no=tariff_no, now=call.now)


def _caller(call: Call[Any, Any]) -> Caller:
    return Caller(staff=call.actor, now=call.now, request_id=call.request_id, ip=call.ip)


_OF_A_TARIFF = (errors.TariffNotFound, errors.TariffRetired)
_OF_A_DRAFT = (*_OF_A_TARIFF, errors.TariffVersionNotFound, errors.RowChanged)

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/admin/tariffs",
        scope=Permission.TARIFF_EDIT,
        handle=create,
        summary="新建计费模型",
        errors=(errors.TariffNotFound, errors.TariffVersionNotFound, errors.IdempotencyKeyReused),
        needs_key=True,
        status=201,
        tag="admin_tariffs",
    ),
    Route(
        method="PATCH",
        path="/api/v1/admin/tariffs/{tariff_no}",
        scope=Permission.TARIFF_EDIT,
        handle=rename,
        summary="给计费模型改名",
        errors=(*_OF_A_TARIFF, errors.RowChanged),
        tag="admin_tariffs",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/tariffs/{tariff_no}/retire",
        scope=Permission.TARIFF_EDIT,
        handle=retire,
        summary="停用计费模型",
        errors=(*_OF_A_TARIFF, errors.RowChanged, errors.TariffInUse),
        tag="admin_tariffs",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/tariffs/{tariff_no}/draft",
        scope=Permission.TARIFF_EDIT,
        handle=draft,
        summary="开始编辑草稿",
        errors=(*_OF_A_TARIFF, errors.TariffVersionNotFound),
        tag="admin_tariffs",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/tariffs/{tariff_no}/draft",
        scope=Permission.TARIFF_EDIT,
        handle=save,
        summary="保存草稿",
        errors=(*_OF_A_DRAFT, errors.UnfitInput),
        tag="admin_tariffs",
    ),
    Route(
        method="DELETE",
        path="/api/v1/admin/tariffs/{tariff_no}/draft",
        scope=Permission.TARIFF_EDIT,
        handle=discard,
        summary="删除草稿",
        errors=_OF_A_DRAFT,
        tag="admin_tariffs",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/tariffs/{tariff_no}/publish",
        scope=Permission.TARIFF_PUBLISH,
        handle=publish,
        summary="发布草稿",
        errors=(
            *_OF_A_DRAFT,
            errors.TariffBeginsInPast,
            errors.InvalidTariff,
            errors.IdempotencyKeyReused,
        ),
        needs_key=True,
        tag="admin_tariffs",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/tariffs/{tariff_no}/versions/{version}/withdraw",
        scope=Permission.TARIFF_PUBLISH,
        handle=withdraw,
        summary="撤回待生效的版本",
        errors=(*_OF_A_TARIFF, errors.TariffVersionNotFound, errors.TariffVersionInForce),
        tag="admin_tariffs",
    ),
)
