from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.errors import AmountOutOfRange, UnbalancedEntry
from backend.domain.ledger import (
    MAX_ENTRY_FEN,
    OWNERS,
    PLATFORM_KEY,
    Account,
    AccountKind,
    Entry,
    EntryKind,
    OwnerKind,
    Posting,
    account_of,
    correction_entry,
    hold_entry,
    release_entry,
    settle_entry,
    top_up_entry,
)
from backend.domain.payment import Channel
from backend.domain.settlement import settle
from backend.domain.units import Fen

K = AccountKind
amounts = st.integers(1, 50_000)
fees = st.integers(0, 30_000)


def moved(entry: Entry) -> dict[str, int]:
    return {posting.account.kind.value: posting.amount_fen for posting in entry.postings}


def test_a_top_up_pays_debt_first() -> None:
    assert moved(top_up_entry("D1", Channel.WECHAT, Fen(5_000), Fen(0))) == {
        "clearing": -5_000,
        "available": 5_000,
    }
    entry = top_up_entry("D1", Channel.WECHAT, Fen(5_000), Fen(1_200))
    assert entry.kind is EntryKind.TOP_UP
    assert entry.postings == (
        Posting(Account(K.CLEARING, OwnerKind.CHANNEL, "wechat"), -5_000),
        Posting(Account(K.DEBT, OwnerKind.DRIVER, "D1"), 1_200),
        Posting(Account(K.AVAILABLE, OwnerKind.DRIVER, "D1"), 3_800),
    )
    assert moved(top_up_entry("D1", Channel.ALIPAY, Fen(100), Fen(900))) == {"clearing": -100, "debt": 100}


def test_a_hold_and_its_release_are_opposites() -> None:
    assert moved(hold_entry("D1", Fen(700))) == {"available": -700, "held": 700}
    assert moved(release_entry("D1", Fen(700))) == {"available": 700, "held": -700}


def test_a_settlement_captures_releases_and_credits_the_operator() -> None:
    entry = settle_entry("D1", "O1", settle(Fen(1_100), Fen(5_000)), Fen(860), Fen(240))
    assert moved(entry) == {
        "held": -5_000,
        "available": 3_900,
        "electricity_income": 860,
        "service_income": 240,
    }
    assert {posting.account.owner_key for posting in entry.postings} == {"D1", "O1"}


def test_a_hold_too_small_leaves_debt() -> None:
    entry = settle_entry("D1", "O1", settle(Fen(1_100), Fen(1_000)), Fen(860), Fen(240))
    assert moved(entry) == {"held": -1_000, "debt": -100, "electricity_income": 860, "service_income": 240}


def test_a_late_decision_takes_available_then_debt() -> None:
    entry = settle_entry("D1", "O1", settle(Fen(1_100), Fen(0), Fen(300)), Fen(860), Fen(240))
    assert moved(entry) == {"available": -300, "debt": -800, "electricity_income": 860, "service_income": 240}


def test_refuses_a_settlement_of_another_bill() -> None:
    with pytest.raises(UnbalancedEntry) as refused:
        settle_entry("D1", "O1", settle(Fen(1_100), Fen(5_000)), Fen(860), Fen(241))
    assert refused.value.data == {"sum_fen": 1}


def test_a_correction_down_pays_debt_before_the_wallet() -> None:
    entry = correction_entry(
        "D1", "O1", electricity_delta_fen=-50, service_delta_fen=-20, available_fen=Fen(0), debt_fen=Fen(30)
    )
    assert entry.kind is EntryKind.CORRECTION
    assert moved(entry) == {"debt": 30, "available": 40, "electricity_income": -50, "service_income": -20}


def test_a_correction_up_takes_the_wallet_then_makes_debt() -> None:
    entry = correction_entry(
        "D1", "O1", electricity_delta_fen=90, service_delta_fen=-20, available_fen=Fen(50), debt_fen=Fen(0)
    )
    assert moved(entry) == {"available": -50, "debt": -20, "electricity_income": 90, "service_income": -20}


def test_an_unbalanced_entry_cannot_be_made() -> None:
    account = account_of(K.SUSPENSE, PLATFORM_KEY)
    with pytest.raises(UnbalancedEntry):
        Entry(EntryKind.CORRECTION, (Posting(account, 1),))
    assert Entry(EntryKind.CORRECTION, ()).postings == ()


def test_every_account_kind_has_one_kind_of_owner() -> None:
    assert set(OWNERS) == set(AccountKind)
    assert account_of(K.SUSPENSE, PLATFORM_KEY) == Account(K.SUSPENSE, OwnerKind.PLATFORM, "platform")
    with pytest.raises(ValueError, match="not an account of"):
        Account(K.AVAILABLE, OwnerKind.OPERATOR, "O1")


@pytest.mark.parametrize("amount", [0, -1, MAX_ENTRY_FEN + 1])
def test_refuses_an_amount_that_moves_nothing_or_too_much(amount: int) -> None:
    with pytest.raises(AmountOutOfRange):
        hold_entry("D1", Fen(amount))
    with pytest.raises(AmountOutOfRange):
        release_entry("D1", Fen(amount))
    with pytest.raises(AmountOutOfRange):
        top_up_entry("D1", Channel.WECHAT, Fen(amount), Fen(0))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_life_of_entries_balances_and_no_wallet_is_negative(data: st.DataObject) -> None:
    """One driver tops up, charges, fails and is corrected; holds are within available, as services guard."""
    balances: Counter[AccountKind] = Counter()
    for _ in range(data.draw(st.integers(1, 12))):
        for entry in draw_entries(data, balances):
            assert sum(posting.amount_fen for posting in entry.postings) == 0
            assert all(posting.amount_fen for posting in entry.postings)
            for posting in entry.postings:
                balances[posting.account.kind] += posting.amount_fen
        assert sum(balances.values()) == 0
        assert balances[K.AVAILABLE] >= 0
        assert balances[K.HELD] == 0
        assert balances[K.DEBT] <= 0


def draw_entries(data: st.DataObject, balances: Counter[AccountKind]) -> list[Entry]:
    available, debt = Fen(balances[K.AVAILABLE]), Fen(-balances[K.DEBT])
    what = data.draw(st.sampled_from(["top_up", "charge", "late_charge", "fail", "correct"]))
    if what == "correct":
        return [
            correction_entry(
                "D1",
                "O1",
                electricity_delta_fen=data.draw(st.integers(-5_000, 5_000)),
                service_delta_fen=data.draw(st.integers(-5_000, 5_000)),
                available_fen=available,
                debt_fen=debt,
            )
        ]
    electricity, service = Fen(data.draw(fees)), Fen(data.draw(fees))
    total = Fen(electricity + service)
    if what == "late_charge":
        return [settle_entry("D1", "O1", settle(total, Fen(0), available), electricity, service)]
    if what == "top_up" or not available:
        return [top_up_entry("D1", Channel.ALIPAY, Fen(data.draw(amounts)), debt)]
    held = Fen(data.draw(st.integers(1, available)))
    if what == "fail":
        return [hold_entry("D1", held), release_entry("D1", held)]
    return [hold_entry("D1", held), settle_entry("D1", "O1", settle(total, held), electricity, service)]
