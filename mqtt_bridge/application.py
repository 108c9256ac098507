"""One batch as one transaction: connection first, then starts and replies, meters, ends, statuses.

Within each the order of arrival counts; across them (boot, seq) does, so that this order loses nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from backend.domain.errors import DomainError, ServiceUnavailable
from backend.domain.feed_topics import pile_topics, session_topic, station_topic
from backend.domain.meter_reading import MeterReading
from backend.domain.report import KnownPile
from backend.models.engine.database import transactional
from backend.services.commands.queue import requeue_for_piles
from backend.services.intake.progress_book import ProgressBook
from backend.services.intake.quarantine_message import quarantine_messages
from backend.services.intake.record_boot import PileBoot, record_boots
from backend.services.intake.record_epochs import NewEpoch, record_epochs
from backend.services.intake.record_meters import record_meters
from backend.services.intake.record_status import StatusChange, record_statuses
from backend.services.intake.remember_messages import remember_messages
from backend.services.intake.touch_piles import tell_connections, touch_piles
from mqtt_bridge import inbound, messages
from mqtt_bridge.item import Item, Outcome, PoisonError, Taken
from mqtt_bridge.messages import RefusedId
from mqtt_bridge.pile_book import HeardPile, PileBook

_REMEMBERED: Final[tuple[type[messages.UpMessage], ...]] = (messages.Online, messages.Boot, *inbound.TAKE)


@transactional
def apply_items(items: Sequence[Item], piles: PileBook, sessions: ProgressBook, now: datetime) -> Outcome:
    """Take a batch in one transaction, durable when this returns. The books are not changed.

    Raises PoisonError for a message its service refuses, ServiceUnavailable when the database is away; anything
    else is a bug or a value the database refuses, and says nothing about which message it was.
    """
    return _Application(items, piles, sessions, now).run()


class _Application:
    """One attempt at a batch inside its transaction."""

    def __init__(self, items: Sequence[Item], piles: PileBook, sessions: ProgressBook, now: datetime) -> None:
        self._items = items
        self._sessions = sessions
        self._now = now
        self.draft = piles.draft({item.pile_no for item in items if item.message is not None}, now)
        self.outcome = Outcome(draft=self.draft)
        self._reconnected: set[int] = set()
        self._put_aside: list[Item] = []
        self._boots: list[PileBoot] = []
        self._epochs: list[NewEpoch] = []
        self._first: list[Taken] = []
        self._last: list[Taken] = []
        self._meters: list[MeterReading] = []
        self._metered: dict[str, KnownPile] = {}
        self._statuses: list[StatusChange] = []

    def run(self) -> Outcome:
        refused = [item for item in self._items if self._is_refused(item)]
        known = [item for item in self._items if not item.reason]
        for item in self._drop_repeated(known):
            self._sort(item)
        self._take_returns()
        self._call(self._first)
        self._take_meters()
        self._call(self._last)
        self._take_statuses()
        self._write_marks()
        self._quarantine([*refused, *self._put_aside])
        return self.outcome

    def _is_refused(self, item: Item) -> bool:
        """Whether the item goes to quarantine; also for a pile or connector we do not know."""
        if item.reason or item.message is None:
            return True
        heard = self.draft.piles.get(item.pile_no)
        if heard is None:
            item.refuse("unknown_pile", "")
        elif (
            isinstance(item.message, messages.ConnectorMessage)
            and item.message.connector not in heard.connectors
        ):
            item.refuse("unknown_connector", str(item.message.connector))
        return bool(item.reason)

    def _drop_repeated(self, items: Sequence[Item]) -> list[Item]:
        """The items without those of the rare kinds that were taken before; a repeat is receipted again.

        A receipt means kept: an id that comes again with other content is put aside, whole, and not receipted.
        """
        said: dict[tuple[int, str], str] = {}
        for item in items:
            if isinstance(item.message, _REMEMBERED):
                said.setdefault(self._key(item, item.message), item.digest)
        known = remember_messages(messages=said, now=self._now) if said else {}
        taken = set(known)
        fresh = []
        for item in items:
            if isinstance(item.message, _REMEMBERED):
                key = self._key(item, item.message)
                before = known.get(key, said[key])
                if before not in {None, item.digest}:
                    item.refuse("id_reused", "")
                    self._put_aside.append(item)
                    continue
                self._receipt(item)
                if key in taken:
                    self.outcome.duplicates += 1
                    continue
                taken.add(key)
            fresh.append(item)
        return fresh

    def _key(self, item: Item, message: messages.UpMessage) -> tuple[int, str]:
        return self.draft.piles[item.pile_no].known.id, message.id

    def _receipt(self, item: Item) -> None:
        if item.kind in messages.RECEIPTED and item.message is not None:
            self.outcome.receipts.setdefault(item.pile_no, []).append(item.message.id)

    def _sort(self, item: Item) -> None:
        """Give the message its place in order, note its pile's connection, and put it where it is taken."""
        message = item.message
        if message is None:
            return
        self.outcome.applied += 1
        heard = self.draft.piles[item.pile_no]
        if (epoch := inbound.begin_epoch_if_lost(message, heard)) is not None:
            self._epochs.append(epoch)
        if isinstance(message, messages.Meter):
            self._sort_meter(item, message, heard)
            return
        taken = Taken(item, message, heard, inbound.make_report(message, heard, self._now))
        report = taken.report
        if isinstance(message, messages.Online | messages.Boot):
            self._sort_return(taken)
        if not message.replayed and not isinstance(message, messages.Online):
            self._see(heard, report.boot, report.seq, None if report.is_replayed else report.at)
        if isinstance(message, messages.Status):
            connector = self.draft.connector(item.pile_no, message.connector)
            change = inbound.make_change(message, taken, connector)
            self._statuses.append(change)
            connector.take_status(change)
            self._tell(taken)
        elif isinstance(message, messages.SessionEnded):
            self._last.append(taken)
        elif isinstance(message, messages.SessionStarted | messages.Reply):
            self._first.append(taken)

    def _sort_meter(self, item: Item, meter: messages.Meter, heard: HeardPile) -> None:
        """As `_sort`, for the one kind of which there are thousands a second."""
        reading = inbound.make_reading(meter, heard, self._now)
        if not meter.replayed:
            self._see(heard, reading.boot, reading.seq, None if reading.is_replayed else reading.reported_at)
        self._meters.append(reading)
        self._metered[item.pile_no] = heard.known
        self.draft.connector(item.pile_no, meter.connector).take_meter(reading)

    def _sort_return(self, taken: Taken) -> None:
        """As `_sort`, for what a pile says when it comes and when it goes; thousands come at once after an outage."""
        message, report, heard = taken.message, taken.report, taken.heard
        if isinstance(message, messages.Boot) and not report.is_replayed:
            self._boots.append(inbound.make_boot(message, taken))
            self._reconnected.add(heard.known.id)
        elif isinstance(message, messages.Online) and heard.mark.take_online(
            is_online=message.online,
            conn=message.conn,
            boot=report.boot,
            seq=report.seq,
            received_at=report.received_at,
        ):
            self._reconnected.add(heard.known.id)
        self._tell(taken)

    def _see(self, heard: HeardPile, boot: int, seq: int, at: datetime | None) -> None:
        """A message that was not replayed has come; `at` None when it says nothing about the pile's clock."""
        heard.mark.see(boot=boot, seq=seq, received_at=self._now)
        if at is not None:
            heard.mark.see_clock(at=at, received_at=self._now)

    def _call(self, batch: Sequence[Taken]) -> None:
        for taken in batch:
            try:
                reason = inbound.TAKE[type(taken.message)](taken)
            except ServiceUnavailable:
                raise
            except DomainError as error:
                raise PoisonError(taken.item, error.code, str(error)) from error
            if reason:
                taken.item.refuse(reason, "")
                self._put_aside.append(taken.item)
            self._note(taken)

    def _note(self, taken: Taken) -> None:
        """What the memory and the feed must hear of a rare message that was taken."""
        self._tell(taken)
        message = taken.message
        if isinstance(message, messages.SessionStarted | messages.SessionEnded):
            self.outcome.to_forget.add(message.session_no)
            self.outcome.feed_topics.add(session_topic(message.session_no))
        if isinstance(message, messages.SessionEnded):
            self.draft.connector(taken.item.pile_no, message.connector).end_session(message.session_no)

    def _tell(self, taken: Taken) -> None:
        pile = taken.report.pile
        self.outcome.feed_topics.update(pile_topics(pile_no=pile.pile_no, operator_id=pile.operator_id))
        self.outcome.feed_topics.add(station_topic(pile.station_no))

    def _take_returns(self) -> None:
        """A pile that is back is sent again what it has not answered."""
        if self._boots:
            record_boots(boots=self._boots)
        if self._epochs:
            record_epochs(epochs=self._epochs, now=self._now)
        if self._reconnected:
            requeue_for_piles(pile_ids=self._reconnected, now=self._now)

    def _take_meters(self) -> None:
        """Before the final records: what these are judged by must be in the rows."""
        ending = {
            taken.message.session_no
            for taken in self._last
            if isinstance(taken.message, messages.SessionEnded)
        }
        if not self._meters and not ending and not self.outcome.to_forget:
            return
        taken = record_meters(
            readings=self._meters,
            book=self._sessions,
            reload=self.outcome.to_forget,
            write_now=ending | self.outcome.to_forget,
            now=self._now,
        )
        repeated = len(self._meters) - taken.stored
        self.outcome.applied -= repeated
        self.outcome.duplicates += repeated
        self.outcome.progress = taken.progress
        for pile in self._metered.values():
            self.outcome.feed_topics.update(pile_topics(pile_no=pile.pile_no, operator_id=pile.operator_id))
        self.outcome.feed_topics.update(map(session_topic, taken.progress))

    def _take_statuses(self) -> None:
        if self._statuses:
            record_statuses(changes=self._statuses, now=self._now)

    def _write_marks(self) -> None:
        changed = self.draft.marks_to_write()
        if changed:
            touch_piles(marks=[(heard.known, heard.mark) for heard in changed], now=self._now)
        turned = [(heard.known, heard.mark) for heard in changed if heard.has_turned()]
        if turned:
            tell_connections(turned=turned, now=self._now)
        for heard in changed:
            heard.note_written()

    def _quarantine(self, refused: Sequence[Item]) -> None:
        self.outcome.quarantined = len(refused)
        if refused:
            quarantine_messages(messages=[item.refused_message for item in refused], now=self._now)
        for item in refused:
            message_id = item.message_id
            if item.kind in messages.RECEIPTED and message_id is not None:
                self._refuse(item, message_id)

    def _refuse(self, item: Item, message_id: str) -> None:
        """The refusal says which message it means: ids may be used twice.

        One that is durable here under the same id is not receipted with it: a pile that knows its messages by their ids
        alone would forget both. It is receipted when it comes again.
        """
        message = item.message
        refusal = RefusedId(
            message_id,
            item.reason,
            boot=None if message is None else message.boot,
            seq=None if message is None else message.seq,
        )
        self.outcome.refusals.setdefault(item.pile_no, []).append(refusal)
        receipts = self.outcome.receipts.get(item.pile_no, [])
        while message_id in receipts:
            receipts.remove(message_id)
