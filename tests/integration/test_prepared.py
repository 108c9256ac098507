"""Statements compiled once, on both databases: what peewee would have done, without its compiling."""

from datetime import UTC, date, datetime

import peewee
import pytest

from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.domain.timer import TimerKind
from backend.models import ConnectorDay, SessionSegment, Timer
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import locked, transact
from backend.models.engine.new_rows import NewRows
from backend.models.engine.prepared import Prepared
from backend.models.engine.save_changed import save_changed
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 23, 4, 0, 0, 123_000, tzinfo=UTC)
new_entries, new_postings, new_segments = (
    NewRows(LedgerEntry),
    NewRows(LedgerPosting),
    NewRows(SessionSegment),
)


def entry(number: int, reference: str = "S1") -> LedgerEntry:
    return LedgerEntry(entry_no=f"E{number}", kind=EntryKind.HOLD, reference=reference, created_at=NOW)


class TestNewRows:
    def test_one_row_gets_its_number_and_reads_back_as_it_was_made(self) -> None:
        made = entry(1, 'a reference\'s \\ "odd" 字符')
        transact(lambda: new_entries.insert_one(made))
        read = LedgerEntry.get()
        assert (made.id, made.reference, made.created_at) == (read.id, read.reference, read.created_at)
        assert (read.kind, read.corrects_id) == (EntryKind.HOLD, None)

    def test_nothing_is_left_to_save_of_a_row_that_was_written(self) -> None:
        made = entry(1)
        transact(lambda: new_entries.insert_one(made))
        assert not made.is_dirty()
        made.reference = "S2"
        made.save()
        assert LedgerEntry.get_by_id(made.id).reference == "S2"

    def test_many_rows_are_written_at_once_and_none_is_no_statement(self) -> None:
        transact(lambda: new_postings.insert([]))
        rows = [LedgerPosting(entry_id=1, account_id=account, amount_fen=account - 2) for account in range(5)]
        transact(lambda: new_postings.insert(rows))
        assert [row.amount_fen for row in LedgerPosting.select().order_by(LedgerPosting.account_id)] == [
            -2,
            -1,
            0,
            1,
            2,
        ]

    def test_a_row_that_is_there_is_an_error_and_stays_as_it_was(self) -> None:
        transact(lambda: new_entries.insert_one(entry(1)))
        with pytest.raises(peewee.IntegrityError):
            transact(lambda: new_entries.insert_one(entry(2)))
        assert [row.entry_no for row in LedgerEntry.select()] == ["E1"]

    def test_tables_without_numbers_of_their_own_are_written_whole(self) -> None:
        transact(
            lambda: new_segments.insert([SessionSegment(session_id=7, from_at=NOW, to_at=NOW, energy_wh=3)])
        )
        row = SessionSegment.get()
        assert (row.session_id, row.from_at, row.energy_wh) == (7, NOW, 3)


class TestSaveChanged:
    def test_only_what_was_changed_is_written_as_its_column_keeps_it(self) -> None:
        row = Timer.create(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=NOW)
        other = Timer.create(kind=TimerKind.SESSION_WATCH, subject_no="S2", due_at=NOW)
        Timer.update(attempts=3).execute()
        later = NOW.replace(hour=9)
        for last_error in ("late", "later"):  # the second time by the statement that was kept
            row.kind, row.last_error, row.claimed_until = TimerKind.STOP_REPEAT, last_error, later
            transact(lambda: save_changed(row))
            read = Timer.get_by_id(row.id)
            assert (read.kind, read.last_error, read.claimed_until) == (
                TimerKind.STOP_REPEAT,
                last_error,
                later,
            )
            assert (read.due_at, read.attempts, row.is_dirty()) == (NOW, 3, False)
        assert Timer.get_by_id(other.id).last_error == ""

    def test_a_row_that_was_not_changed_is_no_statement(self) -> None:
        row = Timer.create(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=NOW)
        Timer.delete().execute()
        transact(lambda: save_changed(row))
        assert not Timer.select().exists()


class TestPrepared:
    def test_a_query_gives_models_that_save_only_what_was_changed(self) -> None:
        Timer.create(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=NOW)
        find = Prepared(
            Timer, lambda subject_no: locked(Timer.select().where(Timer.subject_no == subject_no))
        )
        row = transact(lambda: find.first("S1"))
        assert row is not None
        assert (row.kind, row.due_at, row.is_dirty()) == (TimerKind.SESSION_WATCH, NOW, False)
        Timer.update(attempts=3).execute()
        row.last_error = "late"
        row.save()
        assert (Timer.get().attempts, Timer.get().last_error) == (3, "late")
        assert find.first("S2") is None

    def test_each_call_has_its_own_values_also_where_one_stands_twice(self) -> None:
        for number in range(3):
            Timer.create(kind=TimerKind.SESSION_WATCH, subject_no=f"S{number}", due_at=NOW, attempts=number)
        between = Prepared(
            Timer,
            lambda least: Timer.select().where((Timer.attempts >= least) | (Timer.attempts + least == 9)),
        )
        assert [len(between.all(least)) for least in (0, 1, 2, 8)] == [3, 2, 1, 1]

    def test_a_time_is_compared_as_the_column_keeps_it(self) -> None:
        Timer.create(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=NOW)
        due = Prepared(Timer, lambda now: Timer.select().where(Timer.due_at <= now))
        assert [len(due.all(at)) for at in (NOW, NOW.replace(microsecond=122_000))] == [1, 0]

    def test_a_write_says_how_many_rows_it_changed(self) -> None:
        for number in range(3):
            Timer.create(kind=TimerKind.SESSION_WATCH, subject_no=f"S{number}", due_at=NOW)
        delete = Prepared(
            Timer,
            lambda subject_no: Timer.delete().where(
                Timer.kind.in_([TimerKind.SESSION_WATCH, TimerKind.START_DEADLINE])
                & (Timer.subject_no == subject_no)
            ),
        )
        assert [transact(lambda no=no: delete.execute(no)) for no in ("S1", "S1")] == [1, 0]  # type: ignore[misc]
        assert Timer.select().count() == 2

    def test_a_missing_value_is_told(self) -> None:
        find = Prepared(Timer, lambda subject_no: Timer.select().where(Timer.subject_no == subject_no))
        with pytest.raises(TypeError, match="1 values expected, not 2"):
            find.all("S1", "S2")


def test_sums_are_added_to_what_is_there() -> None:
    names = (
        "connector_id",
        "local_date",
        "station_id",
        "operator_id",
        "orders",
        "energy_wh",
        "total_fen",
        "duration_s",
    )
    add = BulkWrite(ConnectorDay, names, adds=names[4:])
    for sign in (1, 1, -1):
        transact(lambda sign=sign: add.execute([(1, date(2026, 11, 23), 2, 3, sign, 10 * sign, 5, 60)]))  # type: ignore[misc]
    row = ConnectorDay.get()
    assert (row.local_date, row.station_id, row.operator_id) == (date(2026, 11, 23), 2, 3)
    assert (row.orders, row.energy_wh, row.total_fen, row.duration_s) == (1, 10, 15, 180)


def test_an_account_is_an_account_on_either_database() -> None:
    account = LedgerAccount(
        kind=AccountKind.CLEARING,
        owner_kind=OwnerKind.CHANNEL,
        owner_key="wechat",
        balance_fen=None,
        created_at=NOW,
    )
    transact(lambda: NewRows(LedgerAccount).insert_one(account))
    read = LedgerAccount.get_by_id(account.id)
    assert (read.kind, read.owner_kind, read.balance_fen) == (AccountKind.CLEARING, OwnerKind.CHANNEL, None)
