"""The ledger's one door and the views over it, alone and with many at once."""

from collections import Counter
from datetime import timedelta

import pytest

from backend.domain.errors import InsufficientFunds, InvalidCursor
from backend.domain.ledger import (
    AccountKind,
    Entry,
    EntryKind,
    Posting,
    account_of,
    hold_entry,
    release_entry,
    top_up_entry,
)
from backend.domain.payment import Channel
from backend.domain.units import Fen
from backend.gateways.clock import utc_now
from backend.models import Driver
from backend.models.engine.database import transact
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.ledger.open_wallet import open_wallet
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import find_balances, lock_wallet
from backend.services.views.driver.get_wallet import get_wallet
from backend.services.views.list_wallet_postings import WalletMovement, list_wallet_postings
from tests import builders
from tests.at_once import at_once
from tests.books import assert_books_balance

pytestmark = pytest.mark.usefixtures("database")
NOW = utc_now()


def hold(driver: Driver, amount_fen: int, reference: str) -> LedgerEntry:
    return post_entry(entry=hold_entry(driver.driver_no, Fen(amount_fen)), reference=reference, now=NOW)


def owe(driver: Driver, amount_fen: int) -> None:
    """As a bill above the hold does."""
    entry = Entry(
        EntryKind.SETTLE,
        (
            Posting(account_of(AccountKind.DEBT, driver.driver_no), -amount_fen),
            Posting(account_of(AccountKind.SERVICE_INCOME, "MA1TEST01"), amount_fen),
        ),
    )
    post_entry(entry=entry, reference=f"O-{driver.driver_no}", now=NOW)


def balances(driver: Driver) -> tuple[int, int, int]:
    wallet = find_balances(driver_no=driver.driver_no)
    return wallet.available_fen, wallet.held_fen, wallet.debt_fen


def test_an_entry_moves_balances_and_keeps_its_postings() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    entry = hold(driver, 400, "S1")
    assert balances(driver) == (600, 400, 0)
    postings = LedgerPosting.select().where(LedgerPosting.entry_id == entry.id)
    assert sorted(row.amount_fen for row in postings) == [-400, 400]
    assert_books_balance()


def test_the_same_kind_and_reference_is_the_same_entry() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    assert hold(driver, 400, "S1").id == hold(driver, 400, "S1").id
    assert balances(driver) == (600, 400, 0)
    assert hold(driver, 400, "S2").id != hold(driver, 400, "S1").id
    assert_books_balance()


def test_a_wallet_that_cannot_pay_is_left_as_it_was() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=399)
    before = LedgerEntry.select().count()
    with pytest.raises(InsufficientFunds) as refusal:
        hold(driver, 400, "S1")
    assert refusal.value.data == {"available_fen": 399, "required_fen": 400}
    assert (balances(driver), LedgerEntry.select().count()) == ((399, 0, 0), before)
    assert_books_balance()


def test_what_is_not_held_cannot_be_released() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    hold(driver, 400, "S1")
    with pytest.raises(InsufficientFunds):
        post_entry(entry=release_entry(driver.driver_no, Fen(401)), reference="S1", now=NOW)
    assert balances(driver) == (600, 400, 0)


def test_debt_never_turns_into_credit() -> None:
    driver = builders.a_driver(now=NOW)
    owe(driver, 300)
    assert balances(driver) == (0, 0, 300)
    too_much = top_up_entry(driver.driver_no, Channel.WECHAT, Fen(500), Fen(400))
    with pytest.raises(InsufficientFunds):
        post_entry(entry=too_much, reference="4200", now=NOW)
    assert balances(driver) == (0, 0, 300)
    assert_books_balance()


def test_only_drivers_accounts_carry_a_balance() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    owe(driver, 300)
    guarded = {row.owner_kind for row in LedgerAccount.select() if row.balance_fen is not None}
    assert guarded == {"driver"}


def test_a_correction_names_the_entry_it_corrects() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    first = hold(driver, 400, "S1")
    back = release_entry(driver.driver_no, Fen(400))
    second = post_entry(entry=back, reference="S1", now=NOW, corrects_id=first.id)
    assert LedgerEntry.get_by_id(second.id).corrects_id == first.id


def test_opening_a_wallet_again_changes_nothing() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    accounts = LedgerAccount.select().count()
    open_wallet(driver_no=driver.driver_no, now=NOW)
    assert (LedgerAccount.select().count(), balances(driver)) == (accounts, (1_000, 0, 0))


def test_sixteen_spending_one_wallet_never_take_more_than_there_is() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)

    outcomes = at_once([lambda number=number: hold(driver, 150, f"S{number}") for number in range(16)])  # type: ignore[misc]
    assert Counter(outcomes) == {"ok": 6, "insufficient_funds": 10}
    assert balances(driver) == (100, 900, 0)
    assert_books_balance()


def test_sixteen_posting_the_same_reference_post_it_once() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    outcomes = at_once([lambda: hold(driver, 400, "S1")] * 16)
    assert Counter(outcomes) == {"ok": 16}
    assert balances(driver) == (600, 400, 0)
    assert_books_balance()


def test_first_postings_at_once_make_the_channels_account_once() -> None:
    drivers = [builders.a_driver(now=NOW) for _ in range(8)]

    def top_up(driver: Driver) -> None:
        entry = top_up_entry(driver.driver_no, Channel.WECHAT, Fen(100), Fen(0))
        post_entry(entry=entry, reference=f"42-{driver.driver_no}", now=NOW)

    outcomes = at_once([lambda driver=driver: top_up(driver) for driver in drivers])  # type: ignore[misc]
    assert Counter(outcomes) == {"ok": 8}
    assert LedgerAccount.select().where(LedgerAccount.kind == AccountKind.CLEARING).count() == 1
    assert_books_balance()


def test_an_account_of_a_transaction_that_was_undone_is_not_remembered() -> None:
    driver = builders.a_driver(now=NOW)
    entry = top_up_entry(driver.driver_no, Channel.ALIPAY, Fen(100), Fen(0))

    def undone() -> None:
        for number in range(2):
            post_entry(entry=entry, reference=f"4{number}", now=NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transact(undone)
    builders.a_driver(now=NOW)  # on SQLite, its accounts take the row ids that were given back
    post_entry(entry=entry, reference="42", now=NOW)
    (clearing,) = LedgerAccount.select().where(LedgerAccount.owner_key == Channel.ALIPAY.value)
    assert [
        row.amount_fen for row in LedgerPosting.select().where(LedgerPosting.account_id == clearing.id)
    ] == [-100]
    assert_books_balance()


def test_a_locked_wallet_is_read_as_it_is_now() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    hold(driver, 250, "S1")
    wallet = transact(lambda: lock_wallet(driver_no=driver.driver_no))
    assert (wallet.available_fen, wallet.held_fen, wallet.debt_fen) == (750, 250, 0)


def test_the_view_shows_what_the_ledger_says_and_what_may_be_topped_up() -> None:
    driver = builders.a_driver(now=NOW, balance_fen=1_000)
    hold(driver, 250, "S1")
    owe(driver, 70)
    view = get_wallet(driver=builders.actor_of(driver), now=NOW)
    assert (view.available_fen, view.held_fen, view.debt_fen) == (750, 250, 70)
    assert (view.smallest_top_up_fen, view.largest_top_up_fen) == (100, 500_000)


class TestMovements:
    def test_pages_hold_every_movement_once_newest_first(self) -> None:
        driver = builders.a_driver(now=NOW, balance_fen=10_000)
        builders.a_driver(now=NOW, balance_fen=5_000)
        for number in range(7):
            entry = hold_entry(driver.driver_no, Fen(100 + number))
            at = NOW + timedelta(seconds=number)
            post_entry(entry=entry, reference=f"S{number}", now=at)
        seen: list[WalletMovement] = []
        cursor: str | None = None
        for _ in range(4):
            page = list_wallet_postings(driver=builders.actor_of(driver), cursor=cursor, limit=2)
            seen += page.movements
            cursor = page.next_cursor
        assert cursor is None
        assert [row.reference for row in seen[:-1]] == [f"S{number}" for number in range(6, -1, -1)]
        assert [row.held_change_fen for row in seen[:-1]] == list(range(106, 99, -1))
        assert (seen[-1].kind, seen[-1].available_change_fen) == (EntryKind.TOP_UP, 10_000)

    def test_a_growing_debt_is_a_positive_change(self) -> None:
        driver = builders.a_driver(now=NOW)
        owe(driver, 300)
        (row,) = list_wallet_postings(driver=builders.actor_of(driver), cursor=None, limit=10).movements
        assert (row.available_change_fen, row.held_change_fen, row.debt_change_fen) == (0, 0, 300)

    def test_a_new_wallet_has_none(self) -> None:
        driver = builders.a_driver(now=NOW)
        page = list_wallet_postings(driver=builders.actor_of(driver), cursor=None, limit=10)
        assert (page.movements, page.next_cursor) == ((), None)

    def test_another_drivers_cursor_is_refused(self) -> None:
        driver, other = (builders.a_driver(now=NOW, balance_fen=1_000) for _ in range(2))
        foreign = hold(other, 100, "S1").entry_no
        for cursor in (foreign, "no-such-entry"):
            with pytest.raises(InvalidCursor):
                list_wallet_postings(driver=builders.actor_of(driver), cursor=cursor, limit=10)
