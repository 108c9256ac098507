"""Lists of some local days of the platform, both included."""

from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import ModelSelect

from backend.domain.errors import UnfitInput
from backend.services.ground.roll_ups import PLATFORM_ZONE


def in_days(
    query: "ModelSelect[Any]", column: Any, *, from_date: date | None, to_date: date | None
) -> "ModelSelect[Any]":
    """The rows whose time is in these days; None: from ever, or for ever. Raises UnfitInput for days the wrong way round."""
    if from_date and to_date and from_date > to_date:
        raise UnfitInput(field="from_date", reason="晚于结束日期")
    if from_date is not None:
        query = query.where(column >= midnight(from_date))
    if to_date is not None and to_date < date.max:
        query = query.where(column < midnight(to_date + timedelta(days=1)))
    return query


def midnight(day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), tzinfo=PLATFORM_ZONE)
