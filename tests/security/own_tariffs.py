"""Tariffs of the victim's operator for each operation on one: the station's own, and others that may be spoilt."""

from datetime import datetime, timedelta
from typing import Any, Final

from backend.domain.tariff import EVERY_DAY, SLOTS_PER_DAY
from backend.models import Operator, Station, Tariff, TariffVersion
from backend.services.tariffs.calendars import find_revision
from backend.services.tariffs.plan_rows import load_plans, write_plans
from backend.services.tariffs.tariff_versions import new_version
from tests.builders import a_tariff

# an operation leaves the tariff unfit for the others, which want a draft, a schedule, or no user
OWN: Final = ("retire", "publish", "withdraw", "discard")


class OwnTariffs:
    """`used_no` is the station's; each of OWN has one of its own."""

    def __init__(self, station: Station, now: datetime) -> None:
        self._now = now
        used = Tariff.get_by_id(station.tariff_id)
        self._draft(used)
        self.used_no = used.tariff_no
        operator = Operator.get_by_id(station.operator_id)
        self._own = {name: a_tariff(operator=operator, now=now) for name in OWN}
        for tariff in self._own.values():
            self._draft(tariff)
        scheduled = self._own["withdraw"]
        TariffVersion.update(published_at=now, effective_from=now + timedelta(days=300)).where(
            (TariffVersion.tariff_id == scheduled.id) & (TariffVersion.version == 2)
        ).execute()

    @property
    def marks(self) -> set[str]:
        """Their numbers."""
        return {self.used_no, *(tariff.tariff_no for tariff in self._own.values())}

    def numbers_of(self, operation: str) -> dict[str, str]:
        """What stands in the path of an operation that has a tariff of its own."""
        tariff = self._own.get(operation.removeprefix("admin_tariffs_"))
        return {} if tariff is None else {"tariff_no": tariff.tariff_no, "version": "2"}

    def bodies(self) -> dict[str, Any]:
        """Sound bodies as things are now."""
        slots = [{"rate_band": "flat"}] * SLOTS_PER_DAY
        prices = [{"rate_band": "flat", "electricity_e5": 60_000, "service_e5": 40_000}]
        days = [{"month": day.month, "day_kind": day.kind} for day in sorted(EVERY_DAY)]
        plans = [{"name": "每天", "prices": prices, "slots": slots, "days": days}]
        used = Tariff.get(Tariff.tariff_no == self.used_no)
        draft = TariffVersion.get((TariffVersion.tariff_id == used.id) & (TariffVersion.version == 2))
        tomorrow = f"{self._now.astimezone() + timedelta(days=2):%Y-%m-%d}"
        return {
            "admin_tariffs_create": {"name": "测试", "copy_of": {"tariff_no": self.used_no, "version": 1}},
            "admin_tariffs_rename": {"name": "测试", "row_version": used.row_version},
            "admin_tariffs_retire": {"reason": "测试", "row_version": 0},
            "admin_tariffs_draft": {"copy_of": 1},
            "admin_tariffs_save": {"plans": plans, "row_version": draft.row_version},
            "admin_tariffs_publish": {"row_version": 0},
            "admin_tariffs_withdraw": {"reason": "测试"},
            "admin_tariffs_simulate": {
                "plans": plans,
                "start_at": "2026-12-31T22:00:00+08:00",
                "power_w": 60_000,
                "minutes": 240,
            },
            "admin_holidays_save": {
                "days": [{"local_date": tomorrow, "day_kind": "holiday", "name": "测试"}],
                "reason": "测试",
                "revision": find_revision(),
            },
        }

    def _draft(self, tariff: Tariff) -> None:
        published = TariffVersion.get(TariffVersion.tariff_id == tariff.id)
        draft = new_version(tariff, self._now)
        write_plans(version_id=draft.id, plans=load_plans(published.id))
