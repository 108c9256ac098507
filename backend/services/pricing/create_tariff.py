"""A new tariff with a draft: empty of prices, or a copy of another tariff's version."""

from typing import Final

import msgspec

from backend.domain.errors import Forbidden
from backend.domain.idle_fee import IdleTerms
from backend.domain.permission import Permission
from backend.domain.tariff import SLOTS_PER_DAY
from backend.domain.text import clean_line
from backend.gateways.ids import new_number
from backend.models import Tariff
from backend.models.engine.database import transactional
from backend.services.access.visible_tariffs import check_may_change, get_tariff
from backend.services.ground.idempotency import once
from backend.services.pricing.caller import Caller, note_change
from backend.services.tariffs.idle_terms import keep_idle_terms, load_idle_terms
from backend.services.tariffs.plan_forms import PlanForm, SlotForm
from backend.services.tariffs.plan_rows import load_forms, write_forms
from backend.services.tariffs.tariff_versions import get_numbered, new_version

LONGEST_NAME: Final = 50
EMPTY_PLANS: Final = (PlanForm(name="", prices=(), slots=(SlotForm(),) * SLOTS_PER_DAY),)


class CreatedTariff(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is its draft's."""

    tariff_no: str
    version: int


@transactional
def create_tariff(
    *, caller: Caller, name: str, copy_of: tuple[str, int] | None, idempotency_key: str
) -> CreatedTariff:
    """A tariff of the caller's operator; `copy_of` is a tariff's number and a version of it, which may be retired.

    The same key answers the same tariff again. Raises Forbidden, InvalidInput, TariffNotFound, TariffVersionNotFound,
    IdempotencyKeyReused.
    """
    check_may_change(caller.staff, Permission.TARIFF_EDIT)
    return once(
        actor=caller.staff,
        route="create_tariff",
        key=idempotency_key,
        request={"name": name, "copy_of": copy_of},
        answer_type=CreatedTariff,
        now=caller.now,
        work=lambda: _create(caller, name, copy_of),
    )


def _create(caller: Caller, name: str, copy_of: tuple[str, int] | None) -> CreatedTariff:
    operator_id = caller.staff.operator_id
    if operator_id is None:
        raise Forbidden
    forms: tuple[PlanForm, ...] = EMPTY_PLANS
    idle: IdleTerms | None = None
    if copy_of is not None:
        other = get_tariff(caller.staff, copy_of[0])
        # a copy is for whoever may use the original: platform staff copy for its operator
        operator_id = other.operator_id
        model = get_numbered(other.id, copy_of[1])
        forms, idle = load_forms(model.id), load_idle_terms(model)
    tariff = Tariff.create(
        tariff_no=new_number("T", caller.now),
        operator_id=operator_id,
        name=clean_line(name, field="name", most=LONGEST_NAME, is_required=True),
        created_at=caller.now,
    )
    draft = new_version(tariff, caller.now)
    write_forms(version_id=draft.id, forms=forms)
    keep_idle_terms(draft, idle)
    draft.save()
    note_change(caller, tariff, "create", {"name": tariff.name, "copy_of": copy_of})
    return CreatedTariff(tariff_no=tariff.tariff_no, version=draft.version)
