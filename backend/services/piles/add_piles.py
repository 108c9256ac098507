"""Staff add piles (新增充电桩) to a station: one, a range of numbers, or the rows of a sheet. All of them or none.

Nobody knows their secrets yet: one is issued when an installer wants it (`issue_secret.py`), so that no answer that is
kept for repetitions holds a secret.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from peewee import IntegrityError, fn

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, PileNumberTaken, StationNotFound, UnfitInput
from backend.domain.permission import Permission
from backend.domain.pile import PileFacts, check_facts, spelling
from backend.models import Pile, Station, Tariff
from backend.models.engine.database import transactional
from backend.services.access.visible_stations import visible_stations
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once
from backend.services.piles.own_pile import tell_pile
from backend.services.sites.register_pile import register_pile


class NewPile(msgspec.Struct, frozen=True, kw_only=True):
    """A pile to be made, and where."""

    facts: PileFacts
    station_no: str
    tariff_no: str | None = None


class AddedPiles(msgspec.Struct, frozen=True, kw_only=True):
    """Their numbers, in the order in which they were asked for."""

    pile_nos: tuple[str, ...]


@transactional
def add_piles(
    *,
    staff: Actor,
    piles: Sequence[NewPile],
    idempotency_key: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> AddedPiles:
    """Add them all; the same key answers the same again.

    Raises Forbidden, UnfitInput, StationNotFound, PileNumberTaken, IdempotencyKeyReused.
    """
    return once(
        actor=staff,
        route="add_piles",
        key=idempotency_key,
        request={"piles": msgspec.to_builtins(piles)},
        answer_type=AddedPiles,
        now=now,
        work=lambda: write_piles(staff=staff, piles=piles, now=now, request_id=request_id, ip=ip),
    )


@transactional
def write_piles(
    *, staff: Actor, piles: Sequence[NewPile], now: datetime, request_id: str = "", ip: str = ""
) -> AddedPiles:
    """As `add_piles`, for whom a repetition is refused by the numbers themselves."""
    if Permission.PILE_EDIT not in staff.permissions:
        raise Forbidden
    stations = find_stations(staff, {one.station_no for one in piles})
    taken = find_taken([one.facts.pile_no for one in piles])
    added = []
    for one in piles:
        station = stations.get(one.station_no)
        if station is None:
            raise StationNotFound
        if (key := spelling(one.facts.pile_no)) in taken:
            raise PileNumberTaken(pile_no=one.facts.pile_no)
        taken.add(key)
        added.append(_write(one, station, now))
    for pile, one in zip(added, piles, strict=True):
        write_audit(
            actor=staff,
            action="pile.add",
            object_kind="pile",
            object_no=pile.pile_no,
            operator_id=pile.operator_id,
            detail={"station_no": one.station_no, **msgspec.to_builtins(one.facts)},
            now=now,
            request_id=request_id,
            ip=ip,
        )
    return AddedPiles(pile_nos=tuple(pile.pile_no for pile in added))


def find_stations(staff: Actor, station_nos: set[str]) -> Mapping[str, Station]:
    """The stations in scope by number; others are missing."""
    rows = visible_stations(staff).where(Station.station_no.in_(sorted(station_nos)))
    return {row.station_no: row for row in rows}


def find_taken(pile_nos: Sequence[str]) -> set[str]:
    """Spellings among these that a pile has, whosever it is."""
    plain = fn.REPLACE(fn.REPLACE(fn.UPPER(Pile.pile_no), "-", ""), "_", "")
    rows = Pile.select(Pile.pile_no).where(plain.in_(sorted({spelling(one) for one in pile_nos})))
    return {spelling(row.pile_no) for row in rows}


def find_tariff(operator_id: int, tariff_no: str | None) -> Tariff | None:
    """The operator's own tariff of this number; None for none wanted. Raises UnfitInput(tariff_no)."""
    if tariff_no is None:
        return None
    tariff = Tariff.get_or_none(
        (Tariff.tariff_no == tariff_no) & (Tariff.operator_id == operator_id) & Tariff.retired_at.is_null()
    )
    if tariff is None:
        raise UnfitInput(field="tariff_no", reason="不存在或不属于这家运营商")
    return tariff


def _write(one: NewPile, station: Station, now: datetime) -> Pile:
    facts = check_facts(one.facts)
    try:
        pile = register_pile(
            station=station,
            tariff=find_tariff(station.operator_id, one.tariff_no),
            pile_no=facts.pile_no,
            name=facts.name,
            kind=facts.kind,
            rated_w=facts.rated_w,
            guns=facts.guns,
            vendor=facts.vendor,
            model=facts.model,
            now=now,
            is_issued=False,
        ).pile
    except IntegrityError as error:  # somebody else was quicker
        raise PileNumberTaken(pile_no=facts.pile_no) from error
    tell_pile(pile)
    return pile
