"""The ledger's proof finds what is off, on every kind of database."""

import pytest

from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.ledger.check_ledger import check_ledger
from tests.scenario import Scenario


@pytest.fixture
def settled(database: str) -> Scenario:
    scenario = Scenario()
    driver = scenario.driver(10_000)
    started = scenario.start(driver)
    scenario.say_started(started.session_no)
    scenario.after(minutes=30).say_ended(started.session_no, 10_000)
    return scenario


def test_a_ledger_of_real_entries_is_sound(settled: Scenario) -> None:
    found = check_ledger()
    assert found.is_sound
    assert (found.ledger_sum_fen, found.entries_off, found.accounts_off) == (0, 0, 0)
    assert (found.first_entry_off, found.first_account_off) == ("", "")
    assert found.entries == 3
    assert found.accounts > 3


def test_an_empty_ledger_is_sound(database: str) -> None:
    found = check_ledger()
    assert found.is_sound
    assert found.entries == 0


def test_finds_an_entry_that_does_not_balance(settled: Scenario) -> None:
    first = LedgerPosting.select().order_by(LedgerPosting.id).first()
    LedgerPosting.update(amount_fen=first.amount_fen + 1).where(LedgerPosting.id == first.id).execute()
    found = check_ledger()
    assert not found.is_sound
    assert (found.ledger_sum_fen, found.entries_off) == (1, 1)


def test_finds_two_entries_that_only_balance_together(settled: Scenario) -> None:
    postings = list(LedgerPosting.select().order_by(LedgerPosting.id))
    first, last = postings[0], postings[-1]
    LedgerPosting.update(amount_fen=first.amount_fen + 1).where(LedgerPosting.id == first.id).execute()
    LedgerPosting.update(amount_fen=last.amount_fen - 1).where(LedgerPosting.id == last.id).execute()
    found = check_ledger()
    assert (found.ledger_sum_fen, found.entries_off) == (0, 2)
    assert found.first_entry_off == LedgerEntry.get_by_id(first.entry_id).entry_no
    assert not found.is_sound


def test_finds_a_balance_that_is_not_its_postings(settled: Scenario) -> None:
    guarded = LedgerAccount.select().where(LedgerAccount.balance_fen.is_null(is_null=False)).first()
    LedgerAccount.update(balance_fen=guarded.balance_fen + 1).where(LedgerAccount.id == guarded.id).execute()
    found = check_ledger()
    assert found.accounts_off == 1
    assert found.first_account_off == f"{guarded.kind.value} of {guarded.owner_key}"
    assert not found.is_sound
