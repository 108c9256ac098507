"""The rows of cars that stayed after their charge in history: the stay, the spell in which it was heard, its fee's lines."""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.idle_fee import IdleLine, IdleTerms, StayEnd, StayState
from backend.models import IdleFeeLine, IdleSpell, IdleStay, PlugSense
from scripts.local.demo.years.rows import Visit
from scripts.local.demo.years.sheets import Sheet, moment


class StayRows:
    """Only stays that cost something are written."""

    def __init__(self) -> None:
        self._sensing: set[int] = {row.connector_id for row in PlugSense.select()}
        self._stays = Sheet(
            IdleStay,
            (
                *(
                    "session_id",
                    "connector_id",
                    "driver_id",
                    "state",
                    "began_at",
                    "free_minutes",
                    "minute_fen",
                ),
                *("day_cap_fen", "heard_at", "ended_at", "end_reason", "order_id"),
            ),
        )
        self._spells = Sheet(IdleSpell, ("session_id", "from_at", "to_at"))
        self._idle_lines = Sheet(
            IdleFeeLine,
            ("order_id", "line_no", "local_date", "minutes", "minute_fen", "is_capped", "fee_fen"),
        )
        self._senses = Sheet(PlugSense, ("connector_id", "proven_at"))
        self.sheets = (self._stays, self._spells, self._idle_lines, self._senses)

    def add_stay(
        self, visit: Visit, order_id: int, terms: IdleTerms, ended_s: int, lines: Sequence[IdleLine]
    ) -> None:
        """A car that stayed until `ended_s`, and what its order's lines say."""
        gun, began_at, ended_at = visit.gun, moment(visit.ended_s), moment(ended_s)
        self._stays.add(
            (
                *(visit.session_id, gun.id, visit.person.id, StayState.BILLED.value, began_at),
                *(terms.free_minutes, terms.minute_fen, terms.day_cap_fen, ended_at, ended_at),
                *(StayEnd.UNPLUGGED.value, order_id),
            )
        )
        self._spells.add((visit.session_id, began_at, ended_at))
        for number, line in enumerate(lines, 1):
            is_capped = int(line.minutes * terms.minute_fen > line.fee_fen)
            day = line.local_date.isoformat()
            self._idle_lines.add(
                (order_id, number, day, line.minutes, terms.minute_fen, is_capped, line.fee_fen)
            )
        if gun.id not in self._sensing:
            self._sensing.add(gun.id)
            self._senses.add((gun.id, began_at))
