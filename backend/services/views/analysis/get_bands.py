"""What was charged at which rate band, by the fee lines of the orders of a range."""

from datetime import date, datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.fact import FactFamily
from backend.domain.tariff import RateBand
from backend.models.engine.database import reading
from backend.services.views.analysis.cut import Chosen, Cut, cut_of
from backend.services.views.analysis.fact_sums import NOTHING, read_facts
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.ranges import Compare, DayRange, check_range, compared_range


class BandSums(msgspec.Struct, frozen=True, kw_only=True):
    energy_wh: int
    electricity_fen: int
    service_fen: int


class BandRow(msgspec.Struct, frozen=True, kw_only=True):
    rate_band: RateBand
    sums: BandSums
    compared: BandSums | None


class Bands(Freshness, frozen=True, kw_only=True):
    """Every band, dearest first."""

    rows: tuple[BandRow, ...]


@reading
def get_bands(
    *, staff: Actor, chosen: Chosen, from_date: date, to_date: date, compare: Compare | None, now: datetime
) -> Bands:
    """Sums by rate band. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    wanted = check_range(from_date, to_date)
    cut = cut_of(staff, chosen)
    other = compared_range(wanted, compare)
    main = _read(cut, wanted)
    compared = None if other is None else _read(cut, other)
    fresh = look_how_fresh(now)
    return Bands(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        rows=tuple(
            BandRow(rate_band=band, sums=main[band], compared=None if compared is None else compared[band])
            for band in RateBand
        ),
    )


def _read(cut: Cut, wanted: DayRange) -> dict[RateBand, BandSums]:
    counted = {value: sums for (value,), sums in read_facts(cut, FactFamily.BAND, wanted).items()}
    return {
        band: BandSums(
            energy_wh=(sums := counted.get(band.value, NOTHING)).energy_wh,
            electricity_fen=sums.electricity_fen,
            service_fen=sums.service_fen,
        )
        for band in RateBand
    }
