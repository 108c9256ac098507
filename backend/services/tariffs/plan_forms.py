"""Day plans as people edit them: a price for each band, and half-hours painted with a band, some with their own price.

Turned into the periods that are priced by, and back. A form may lack half-hours or days: it is a draft.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import msgspec

from backend.domain.errors import UnfitInput
from backend.domain.holiday_calendar import DayKind
from backend.domain.tariff import (
    EVERY_DAY,
    MAX_PRICE_E5,
    MOST_PLANS,
    SLOTS_PER_DAY,
    DayPlan,
    PlanDay,
    RateBand,
    TariffPeriod,
)
from backend.domain.text import PLAIN_LINE
from backend.domain.units import PriceE5

PriceOf = Annotated[int, msgspec.Meta(ge=0, le=MAX_PRICE_E5)]
PlanName = Annotated[str, msgspec.Meta(max_length=30, pattern=PLAIN_LINE)]


class BandPrice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a band costs in this plan, in 1e-5 yuan per kWh."""

    rate_band: RateBand
    electricity_e5: PriceOf
    service_e5: PriceOf


class SlotForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A half-hour; None for a band: not painted yet; None for a price: the band's."""

    rate_band: RateBand | None = None
    electricity_e5: PriceOf | None = None
    service_e5: PriceOf | None = None


class DayForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    month: Annotated[int, msgspec.Meta(ge=1, le=12)]
    day_kind: DayKind


class PlanForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day plan; the only plan of a tariff is for every day, whatever `days` say."""

    name: PlanName
    prices: Annotated[tuple[BandPrice, ...], msgspec.Meta(max_length=len(RateBand))]
    slots: Annotated[tuple[SlotForm, ...], msgspec.Meta(min_length=SLOTS_PER_DAY, max_length=SLOTS_PER_DAY)]
    days: Annotated[tuple[DayForm, ...], msgspec.Meta(max_length=len(EVERY_DAY))] = ()


PlanForms = Annotated[tuple[PlanForm, ...], msgspec.Meta(min_length=1, max_length=MOST_PLANS)]


def plans_of(forms: Sequence[PlanForm]) -> tuple[DayPlan, ...]:
    """The plans of these forms. Raises UnfitInput for a name given twice or a painted band without a price."""
    names = [form.name.strip() for form in forms]
    is_only = len(forms) == 1
    for number, name in enumerate(names):
        if not name and not is_only:
            raise UnfitInput(field=f"plans[{number}].name", reason="没有填写")
        if name and names.index(name) != number:
            raise UnfitInput(field=f"plans[{number}].name", reason="重复了")
    return tuple(
        DayPlan(
            plan_no=number + 1,
            name=names[number],
            periods=tuple(_periods(number, form)),
            days=EVERY_DAY if is_only else frozenset(PlanDay(day.month, day.day_kind) for day in form.days),
        )
        for number, form in enumerate(forms)
    )


def form_of(plan: DayPlan, kept: Iterable[BandPrice]) -> PlanForm:
    """The form of a plan; a band whose price was not kept has that of most of its half-hours."""
    prices = {price.rate_band: price for price in kept}
    slots: list[TariffPeriod | None] = [None] * SLOTS_PER_DAY
    for period in plan.periods:
        slots[period.start_slot : period.end_slot] = [period] * (period.end_slot - period.start_slot)
    for band in RateBand:
        used = Counter((one.electricity_e5, one.service_e5) for one in slots if one and one.rate_band is band)
        if used and band not in prices:
            electricity_e5, service_e5 = used.most_common(1)[0][0]
            prices[band] = BandPrice(rate_band=band, electricity_e5=electricity_e5, service_e5=service_e5)
    return PlanForm(
        name=plan.name,
        prices=tuple(prices[band] for band in RateBand if band in prices),
        slots=tuple(SlotForm() if one is None else _slot(one, prices[one.rate_band]) for one in slots),
        days=tuple(DayForm(month=day.month, day_kind=day.kind) for day in sorted(plan.days)),
    )


def _slot(period: TariffPeriod, usual: BandPrice) -> SlotForm:
    return SlotForm(
        rate_band=period.rate_band,
        electricity_e5=None if period.electricity_e5 == usual.electricity_e5 else period.electricity_e5,
        service_e5=None if period.service_e5 == usual.service_e5 else period.service_e5,
    )


def _periods(number: int, form: PlanForm) -> Iterator[TariffPeriod]:
    """The longest stretches of one band at one price."""
    painted = [_painted(number, slot, form.prices) for slot in form.slots]
    start = 0
    for slot in range(1, SLOTS_PER_DAY + 1):
        if slot < SLOTS_PER_DAY and painted[slot] == painted[start]:
            continue
        found = painted[start]
        if found is not None:
            yield TariffPeriod(
                start_slot=start,
                end_slot=slot,
                rate_band=found.rate_band,
                electricity_e5=PriceE5(found.electricity_e5),
                service_e5=PriceE5(found.service_e5),
            )
        start = slot


def _painted(number: int, slot: SlotForm, prices: Sequence[BandPrice]) -> BandPrice | None:
    band = slot.rate_band
    if band is None:
        return None
    usual = next((price for price in prices if price.rate_band is band), None)
    electricity_e5, service_e5 = slot.electricity_e5, slot.service_e5
    if usual is not None:
        electricity_e5 = usual.electricity_e5 if electricity_e5 is None else electricity_e5
        service_e5 = usual.service_e5 if service_e5 is None else service_e5
    if electricity_e5 is None or service_e5 is None:
        raise UnfitInput(field=f"plans[{number}].prices", reason="没有填全")
    return BandPrice(rate_band=band, electricity_e5=electricity_e5, service_e5=service_e5)
