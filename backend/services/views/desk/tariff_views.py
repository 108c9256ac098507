"""Tariffs and their versions as the operators' desk sees them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from backend.domain.tariff import TariffVersionState
from backend.models import Operator, Tariff, TariffVersion
from backend.services.tariffs.tariff_use import TariffUse, count_use
from backend.services.tariffs.tariff_versions import state_of
from backend.services.tariffs.versions import find_all_frozen


class TariffVersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A version; `row_version` is for whoever edits the draft. `effective_from` of a draft is None."""

    version: int
    state: TariffVersionState
    effective_from: datetime | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    created_at: datetime
    row_version: int


class StaffTariffRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tariff; `current` and `draft` are the version in force and the one that is edited, `next` the next to begin."""

    tariff_no: str
    name: str
    operator_no: str
    operator_name: str
    is_retired: bool
    created_at: datetime
    row_version: int
    current: TariffVersionRow | None
    next: TariffVersionRow | None
    draft: TariffVersionRow | None
    use: TariffUse


def view_tariffs(tariffs: Sequence[Tariff], *, now: datetime) -> list[StaffTariffRow]:
    """The views of these rows in their order; whoever calls has checked that the caller may see them."""
    ids = [tariff.id for tariff in tariffs]
    if not ids:
        return []
    versions: dict[int, list[TariffVersionRow]] = {}
    frozen = find_all_frozen(ids, now=now)
    for row in (
        TariffVersion.select().where(TariffVersion.tariff_id.in_(ids)).order_by(TariffVersion.version.desc())
    ):
        in_force = frozen.get(row.tariff_id)
        view = view_version(row, in_force_id=None if in_force is None else in_force.version_id, now=now)
        versions.setdefault(row.tariff_id, []).append(view)
    operators = {
        row.id: row
        for row in Operator.select().where(Operator.id.in_({tariff.operator_id for tariff in tariffs}))
    }
    use = count_use(ids)
    return [
        _view(tariff, operators[tariff.operator_id], versions.get(tariff.id, []), use[tariff.id])
        for tariff in tariffs
    ]


def view_version(row: TariffVersion, *, in_force_id: int | None, now: datetime) -> TariffVersionRow:
    """The view of a version row."""
    state = state_of(row, in_force_id=in_force_id, now=now)
    return TariffVersionRow(
        version=row.version,
        state=state,
        effective_from=None if state is TariffVersionState.DRAFT else row.effective_from,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
        created_at=row.created_at,
        row_version=row.row_version,
    )


def _view(
    tariff: Tariff, operator: Operator, versions: Sequence[TariffVersionRow], use: TariffUse
) -> StaffTariffRow:
    def find(state: TariffVersionState) -> list[TariffVersionRow]:
        return [version for version in versions if version.state is state]

    scheduled = sorted(
        find(TariffVersionState.SCHEDULED), key=lambda one: one.effective_from or one.created_at
    )
    return StaffTariffRow(
        tariff_no=tariff.tariff_no,
        name=tariff.name,
        operator_no=operator.operator_no,
        operator_name=operator.name,
        is_retired=tariff.retired_at is not None,
        created_at=tariff.created_at,
        row_version=tariff.row_version,
        current=next(iter(find(TariffVersionState.CURRENT)), None),
        next=next(iter(scheduled), None),
        draft=next(iter(find(TariffVersionState.DRAFT)), None),
        use=use,
    )
