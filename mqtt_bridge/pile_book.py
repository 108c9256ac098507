"""The piles heard lately as the bridge knows them: master data, connection mark, each connector's latest report.

A batch works on a draft of copies; the book takes the draft over only after the commit, so that a rolled-back
batch leaves nothing behind. What a draft changed is also what the live view is told.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from backend.domain.meter_reading import MeterReading
from backend.domain.pile_mark import PileMark
from backend.domain.report import KnownConnector, KnownPile, reported_boot
from backend.live.live_status import LiveConnector, LivePile
from backend.models import ConnectorState
from backend.services.intake.known_piles import load_piles
from backend.services.intake.record_status import StatusChange, load_connector_states
from backend.services.intake.touch_piles import load_marks
from backend.services.views.live_rows import live_connector

PILES_KEPT: Final = 50_000
REFRESH_EVERY: Final = timedelta(seconds=60)
"""A pile may be moved, retired or get connectors: its master data are read anew after this."""
WRITE_MARK_EVERY: Final = timedelta(seconds=5)
"""`last_seen_at` alone is written no more often; any other change of a mark is written at once."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class HeardConnector(msgspec.Struct, gc=False):
    """A connector's live values and the places in order of the messages they came from."""

    known: KnownConnector
    live: LiveConnector
    status_order: tuple[int, int] = (-1, -1)
    meter_order: tuple[int, int] = (-1, -1)

    @property
    def has_status(self) -> bool:
        """Whether the pile has ever said what the connector does."""
        return self.status_order >= (0, 0)

    def end_session(self, session_no: str) -> None:
        """The live view shows a connector's session only while it runs."""
        if self.live.session_no == session_no:
            self.live.session_no = None

    def take_status(self, change: StatusChange) -> None:
        if (change.boot, change.seq) <= self.status_order:
            return
        self.status_order = (change.boot, change.seq)
        self.live.status = change.status
        self.live.is_plugged = change.is_plugged
        self.live.fault_codes = change.fault_codes
        self.live.at_ms = max(self.live.at_ms, to_ms(change.at))

    def take_meter(self, reading: MeterReading) -> None:
        order = reading.order
        if order <= self.meter_order:
            return
        self.meter_order = order
        live = self.live
        live.at_ms = max(live.at_ms, to_ms(reading.at))
        live.session_no = reading.session_no
        live.sample = reading.sample


class HeardPile(msgspec.Struct, gc=False):
    """A pile in the book or in a draft; `written` is the mark as the database has it."""

    known: KnownPile
    mark: PileMark
    connectors: dict[int, HeardConnector]
    loaded_at: datetime
    written: PileMark | None = None

    def needs_write(self) -> bool:
        """Whether the mark differs from its row in more than a few seconds of `last_seen_at`."""
        mark, written = self.mark, self.written
        if written is None or mark.last_seen_at is None or written.last_seen_at is None:
            return True
        return (
            mark.last_seen_at - written.last_seen_at >= WRITE_MARK_EVERY
            or mark.is_online != written.is_online
            or mark.conn != written.conn
            or mark.boot != written.boot
            or mark.is_clock_set != written.is_clock_set
        )

    def has_turned(self) -> bool:
        """Whether the pile came online or went offline since its mark was written."""
        return self.mark.is_online != (self.written is not None and self.written.is_online)

    def note_written(self) -> None:
        """The mark is written in this transaction as it is now."""
        self.written = replace(self.mark)

    def live_pile(self) -> LivePile:
        """The value of the live view."""
        return LivePile(
            pile_no=self.known.pile_no,
            station_no=self.known.station_no,
            is_online=self.mark.is_online,
            last_seen_ms=0 if self.mark.last_seen_at is None else to_ms(self.mark.last_seen_at),
            boot=reported_boot(self.mark.boot),
            seq=self.mark.seq,
            connectors=[connector.live for connector in self.connectors.values()],
        )


class PileBook:
    """Piles by number, the least recently heard forgotten beyond `PILES_KEPT`."""

    def __init__(self, kept: int = PILES_KEPT) -> None:
        self._kept = kept
        self._piles: OrderedDict[str, HeardPile] = OrderedDict()

    def draft(self, pile_nos: Collection[str], now: datetime) -> "Draft":
        """Copies of these piles to work on, read from the database where the book lacks them or is old.

        Piles that are not in service are missing. Raises ServiceUnavailable.
        """
        piles: dict[str, HeardPile] = {}
        missing = []
        for pile_no in pile_nos:
            heard = self._piles.get(pile_no)
            if heard is None or now - heard.loaded_at >= REFRESH_EVERY:
                missing.append(pile_no)
            else:
                piles[pile_no] = _copy(heard)
        if missing:
            piles |= self._load(missing, now)
        return Draft(piles)

    def install(self, draft: "Draft") -> None:
        """Take over a draft whose batch is committed."""
        for pile_no, heard in draft.piles.items():
            self._piles[pile_no] = heard
            self._piles.move_to_end(pile_no)
        while len(self._piles) > self._kept:
            self._piles.popitem(last=False)

    def _load(self, pile_nos: Collection[str], now: datetime) -> dict[str, HeardPile]:
        known = load_piles(pile_nos)
        marks = load_marks([pile.id for pile in known.values()])
        states = load_connector_states(
            [connector.id for pile in known.values() for connector in pile.connectors.values()]
        )
        loaded: dict[str, HeardPile] = {}
        for pile_no, pile in known.items():
            mark = marks.get(pile.id)
            connectors = {
                gun: _heard_connector(gun, connector, states.get(connector.id))
                for gun, connector in sorted(pile.connectors.items())
            }
            loaded[pile_no] = HeardPile(
                pile, mark or PileMark(), connectors, now, written=mark and replace(mark)
            )
            self._keep_memory_of(loaded[pile_no])
        return loaded

    def _keep_memory_of(self, heard: HeardPile) -> None:
        before = self._piles.get(heard.known.pile_no)
        if before is not None:
            heard.mark.set_time_asked_at = before.mark.set_time_asked_at
            heard.mark.late_since = before.mark.late_since
            heard.mark.newest_at = before.mark.newest_at
            heard.mark.restart_run = before.mark.restart_run
            heard.mark.restart_place = before.mark.restart_place
            heard.mark.anchors = before.mark.anchors
            heard.mark.has_fallen = before.mark.has_fallen
            heard.mark.is_in_order = before.mark.is_in_order
            heard.mark.boot, heard.mark.seq = max(
                (heard.mark.boot, heard.mark.seq), (before.mark.boot, before.mark.seq)
            )


class Draft:
    """What a batch does to the piles it is about."""

    def __init__(self, piles: dict[str, HeardPile]) -> None:
        self.piles = piles
        self._own: set[tuple[str, int]] = set()

    def connector(self, pile_no: str, gun: int) -> HeardConnector:
        """The connector's copy of this draft, made when first asked for. Raises KeyError for a gun the pile lacks."""
        connectors = self.piles[pile_no].connectors
        heard = connectors[gun]
        if (pile_no, gun) in self._own:
            return heard
        self._own.add((pile_no, gun))
        own = connectors[gun] = replace(heard, live=replace(heard.live))
        return own

    def marks_to_write(self) -> list[HeardPile]:
        return [heard for heard in self.piles.values() if heard.needs_write()]

    def live_piles(self) -> Iterable[LivePile]:
        return [heard.live_pile() for heard in self.piles.values()]


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return (at - _EPOCH) // _MILLISECOND


def _copy(heard: HeardPile) -> HeardPile:
    return replace(heard, mark=replace(heard.mark), connectors=heard.connectors.copy())


def _heard_connector(gun: int, known: KnownConnector, row: ConnectorState | None) -> HeardConnector:
    live = live_connector(row, gun=gun, connector_no=known.connector_no)
    if row is None:
        return HeardConnector(known, live)
    status_order = (row.boot, row.seq) if row.status_at is not None else (-1, -1)
    meter_order = (row.meter_boot, row.meter_seq) if row.meter_at is not None else (-1, -1)
    return HeardConnector(known, live, status_order, meter_order)
