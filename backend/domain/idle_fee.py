"""Idle fee 占位费: what a car costs that stays plugged in after its charge, from the spells in which it was heard plugged.

Decides how hearings become spells, and spells minutes and fen; not when a stay begins or ends (docs/money.md, docs/states.md).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import msgspec

from backend.domain.connector import ConnectorStatus
from backend.domain.transitions import Transitions
from backend.domain.units import Fen

MOST_FREE_MINUTES: Final = 1_440
MOST_MINUTE_FEN: Final = 10_000
MOST_DAY_CAP_FEN: Final = 100_000
LONGEST_GAP: Final = timedelta(minutes=6)
"""A pile tells its statuses every 5 minutes: what lies between two that are further apart was heard by nobody."""
SILENT_AFTER: Final = timedelta(minutes=15)
"""A car that was not heard plugged for so long is not waited for any more."""
LONGEST_STAY: Final = timedelta(days=7)
WARN_BEFORE: Final = timedelta(minutes=5)
"""A driver is told so long before the free minutes are over; at once where there are fewer."""

_MINUTE: Final = timedelta(minutes=1)
_S = ConnectorStatus
_AT_REST: Final = frozenset({_S.PLUGGED, _S.FINISHING, _S.SUSPENDED_EV, _S.SUSPENDED_PILE})


class IdleTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a tariff version: what a minute costs after the free ones, and what a local day of one stay costs at most."""

    free_minutes: Annotated[int, msgspec.Meta(ge=0, le=MOST_FREE_MINUTES)]
    minute_fen: Annotated[int, msgspec.Meta(ge=1, le=MOST_MINUTE_FEN)]
    day_cap_fen: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAY_CAP_FEN)]

    def paid_from(self, began_at: datetime) -> datetime:
        """When the free minutes of a stay are over."""
        return began_at + self.free_minutes * _MINUTE


class StayState(StrEnum):
    """计时中 已出账 未产生费用 已免除."""

    WATCHING = "watching"
    BILLED = "billed"
    FREE = "free"
    WAIVED = "waived"


class StayEvent(StrEnum):
    ENDED_WITH_FEE = "ended_with_fee"
    ENDED_WITHOUT_FEE = "ended_without_fee"
    WAIVED = "waived"


TRANSITIONS: Final[Transitions[StayState, StayEvent]] = Transitions(
    "idle_stay",
    {
        StayState.WATCHING: {
            StayEvent.ENDED_WITH_FEE: StayState.BILLED,
            StayEvent.ENDED_WITHOUT_FEE: StayState.FREE,
            StayEvent.WAIVED: StayState.WAIVED,
        },
        StayState.BILLED: {StayEvent.ENDED_WITH_FEE: StayState.BILLED, StayEvent.WAIVED: StayState.WAIVED},
        StayState.FREE: {StayEvent.ENDED_WITHOUT_FEE: StayState.FREE},
        StayState.WAIVED: {StayEvent.WAIVED: StayState.WAIVED},
    },
)


class StayEnd(StrEnum):
    """Why nobody waits for the car any more."""

    UNPLUGGED = "unplugged"
    NEXT_SESSION = "next_session"
    SILENT = "silent"
    OUT_OF_SERVICE = "out_of_service"
    TOO_LONG = "too_long"
    WAIVED = "waived"


class Spell(NamedTuple):
    """Heard plugged at both instants, and in between often enough."""

    from_at: datetime
    to_at: datetime


class IdleLine(NamedTuple):
    """The whole minutes of one local date beyond the free ones, and what they cost: never more than the day's cap."""

    local_date: date
    minutes: int
    fee_fen: Fen


def next_state(state: StayState, event: StayEvent) -> StayState:
    """State after the event; the same state means a repetition. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)


def is_at_rest(status: ConnectorStatus, *, plugged: bool) -> bool:
    """Whether a status says that a car hangs on a sound connector which does not charge it."""
    return plugged and status in _AT_REST


def goes_on(last: Spell, at: datetime) -> bool:
    """Whether a car heard plugged again at `at` was so since the spell before."""
    return last.from_at <= at <= last.to_at + LONGEST_GAP


def spells_of(hearings: Iterable[datetime]) -> tuple[Spell, ...]:
    """The spells of instants, in order, at which a car was heard plugged."""
    spells: list[Spell] = []
    for at in hearings:
        if spells and goes_on(spells[-1], at):
            spells[-1] = Spell(spells[-1].from_at, max(spells[-1].to_at, at))
        else:
            spells.append(Spell(at, at))
    return tuple(spells)


def price_stay(
    terms: IdleTerms, began_at: datetime, ended_at: datetime, spells: Sequence[Spell], zone: tzinfo
) -> tuple[IdleLine, ...]:
    """A line for each local date with a minute to pay; what was heard on a date is summed first, a begun minute is free."""
    paid_from = terms.paid_from(began_at)
    heard: dict[date, timedelta] = {}
    for spell in spells:
        start, last = max(spell.from_at, paid_from), min(spell.to_at, ended_at)
        while start < last:
            local_date = start.astimezone(zone).date()
            end = min(last, _end_of(local_date, zone))
            heard[local_date] = heard.get(local_date, timedelta(0)) + (end - start)
            start = end
    return tuple(
        IdleLine(day, minutes, Fen(min(minutes * terms.minute_fen, terms.day_cap_fen)))
        for day, lasted in sorted(heard.items())
        if (minutes := lasted // _MINUTE)
    )


def sum_of(lines: Iterable[IdleLine]) -> Fen:
    """What a stay costs."""
    return Fen(sum(line.fee_fen for line in lines))


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
