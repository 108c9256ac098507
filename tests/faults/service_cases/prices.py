"""What staff do to tariffs and holidays, each as somebody does it who looks before trying again."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Final

import msgspec

from backend.domain.errors import RowChanged, TariffRetired, TariffVersionNotFound
from backend.domain.holiday_calendar import DayKind
from backend.models import Holiday, Tariff, TariffPeriod, TariffPlan, TariffVersion
from backend.services.pricing.begin_draft import begin_draft
from backend.services.pricing.caller import Caller
from backend.services.pricing.create_tariff import create_tariff
from backend.services.pricing.discard_draft import discard_draft
from backend.services.pricing.publish_draft import publish_draft
from backend.services.pricing.rename_tariff import rename_tariff
from backend.services.pricing.retire_tariff import retire_tariff
from backend.services.pricing.save_draft import save_draft
from backend.services.pricing.save_holidays import HolidayEdit, save_holidays
from backend.services.pricing.withdraw_version import withdraw_version
from backend.services.tariffs.fill_holidays import fill_holidays
from backend.services.tariffs.plan_rows import load_forms
from backend.services.tariffs.tariff_versions import get_numbered
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, or_done, somebody
from tests.scenario import Scenario


def create(world: Scenario) -> Act:
    return partial(
        create_tariff,
        caller=_caller(world),
        name="新价",
        copy_of=(world.tariff.tariff_no, 1),
        idempotency_key="create",
    )


def begin(world: Scenario) -> Act:
    return partial(begin_draft, caller=_caller(world), tariff_no=world.tariff.tariff_no, copy_of=1)


def save(world: Scenario) -> Act:
    """What the version in force costs, each band dearer by a fen."""
    begin(world)()
    form = load_forms(get_numbered(world.tariff.id, 1).id)[0]
    dearer = tuple(
        msgspec.structs.replace(price, electricity_e5=price.electricity_e5 + 1_000) for price in form.prices
    )
    plans = [msgspec.structs.replace(form, prices=dearer)]
    act = partial(
        save_draft,
        caller=_caller(world),
        tariff_no=world.tariff.tariff_no,
        plans=plans,
        idle=None,
        seen=0,
    )
    return or_done(act, RowChanged)


def discard(world: Scenario) -> Act:
    begin(world)()
    act = partial(discard_draft, caller=_caller(world), tariff_no=world.tariff.tariff_no, seen=0)
    return or_done(act, TariffVersionNotFound)


def rename(world: Scenario) -> Act:
    act = partial(rename_tariff, caller=_caller(world), tariff_no=world.tariff.tariff_no, name="改名", seen=0)
    return or_done(act, RowChanged)


def retire(world: Scenario) -> Act:
    caller = _caller(world)
    made = create_tariff(caller=caller, name="旧价", copy_of=None, idempotency_key="retire")
    act = partial(retire_tariff, caller=caller, tariff_no=made.tariff_no, reason="不用了", seen=0)
    return or_done(act, TariffRetired)


def withdraw(world: Scenario) -> Act:
    begin(world)()
    caller = _caller(world)
    tariff_no = world.tariff.tariff_no
    in_three_days = world.now + timedelta(days=3)
    publish_draft(
        caller=caller, tariff_no=tariff_no, effective_from=in_three_days, seen=0, idempotency_key="k"
    )
    return partial(withdraw_version, caller=caller, tariff_no=tariff_no, version=2, reason="写错了")


def make_a_holiday(world: Scenario) -> Act:
    edit = HolidayEdit(local_date=date(2027, 2, 1), day_kind=DayKind.HOLIDAY, name="店庆")
    act = partial(save_holidays, caller=_caller(world), edits=[edit], reason="店庆", seen=0)
    return or_done(act, RowChanged)


def fill(world: Scenario) -> Act:
    return partial(fill_holidays, now=world.now)


CASES: Final[Mapping[str, Prepare]] = {
    "create_tariff.create_tariff": create,
    "begin_draft.begin_draft": begin,
    "save_draft.save_draft": save,
    "discard_draft.discard_draft": discard,
    "rename_tariff.rename_tariff": rename,
    "retire_tariff.retire_tariff": retire,
    "withdraw_version.withdraw_version": withdraw,
    "save_holidays.save_holidays": make_a_holiday,
    "fill_holidays.fill_holidays": fill,
}


def fingerprint() -> tuple[object, ...]:
    """What anybody can tell of prices and holidays."""
    return (
        sorted((row.name, row.retired_at is None) for row in Tariff.select()),
        [(row.version, row.published_at, row.withdrawn_at) for row in TariffVersion.select()],
        sorted((row.name, row.plan_no) for row in TariffPlan.select()),
        sorted((row.start_slot, row.end_slot, row.electricity_e5) for row in TariffPeriod.select()),
        sorted((row.local_date, row.revision, row.name) for row in Holiday.select()),
    )


def _caller(world: Scenario) -> Caller:
    return Caller(staff=somebody(world), now=world.now)
