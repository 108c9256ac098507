"""The prices frozen into a session, as the oracle of tests/unit/domain takes them: read off the rows, not the product."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from backend.models import Session, TariffPeriod, TariffPlanPeriod
from tests.invariants.rows import Rows
from tests.unit.domain import oracle

FREE = (0, 48, 0, 0)
"""What a test by staff is priced by."""
EVERY_DAY = {(month, kind) for month in range(1, 13) for kind in ("workday", "weekend", "holiday")}


def prices_of(rows: Rows, session: Session) -> oracle.Tariff:
    """The plans of the session's version, and the holidays as they were known when it began."""
    if session.is_test:
        return oracle.Tariff([([FREE], EVERY_DAY)], {})
    version_id, revision = session.tariff_version_id or 0, session.calendar_revision or 0
    plans = [row.plan_no for row in rows.plans_by_version[version_id]]
    if len(plans) <= 1:
        return oracle.Tariff([([_row(row) for row in rows.periods_by_version[version_id]], EVERY_DAY)], {})
    holidays: dict[date, str] = {}
    for day in sorted(rows.holidays, key=lambda row: row.revision):
        if day.revision > revision:
            continue
        holidays.pop(day.local_date, None)
        if day.day_kind is not None:
            holidays[day.local_date] = day.day_kind.value
    return oracle.Tariff(
        [
            (
                [_row(row) for row in rows.plan_periods_by_version[version_id] if row.plan_no == plan_no],
                {
                    (row.month, row.day_kind.value)
                    for row in rows.plan_days_by_version[version_id]
                    if row.plan_no == plan_no
                },
            )
            for plan_no in plans
        ],
        holidays,
    )


def _row(row: TariffPeriod | TariffPlanPeriod) -> oracle.Row:
    return row.start_slot, row.end_slot, row.electricity_e5, row.service_e5


def rows_within_a_day(rows: Rows, session: Session) -> list[oracle.Row]:
    """What costs something on the local date a session was asked for, or on the one after."""
    prices = prices_of(rows, session)
    first = session.created_at.astimezone(ZoneInfo(session.time_zone)).date()
    return [row for day in (first, first + timedelta(days=1)) for row in oracle.rows_on(prices, day)]
