"""The list of invariants, and the check that ends every test of a fault.

Not here, because the product has nothing yet that could break them or because no row shows them:
the alarms of I15 and I16
(there are none yet), I18 (shown by tests/security), I19 and I20 (logs and memory are no rows).
I22 is `wait_until_converged`: it asks for an end, while all others hold at any instant.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from typing_extensions import override

from tests.invariants import (
    adjustments,
    audit,
    bills,
    channel_accounts,
    decisions,
    driver_messages,
    drivers,
    events,
    facts,
    idle,
    ledger,
    messages,
    payments,
    refunds,
    sessions,
)
from tests.invariants.rows import Receipted, Rows, Sent, snapshot

Invariant: TypeAlias = Callable[[Rows], Iterator[str]]
"""One sentence for each violation, with the numbers and row ids to look at."""

INVARIANTS: Final[Mapping[str, Invariant]] = {
    "I1": ledger.books_add_up,
    "I2": ledger.wallets_never_go_below_zero,
    "I3": payments.payments_are_credited_once,
    "I4": payments.paid_payments_are_credited,
    "I5": payments.credits_have_their_payment,
    "I6": refunds.nobody_gets_more_back_than_was_paid,
    "I7": sessions.live_sessions_are_claimed,
    "I8": sessions.a_start_is_done_once,
    "I9": sessions.states_fit_their_facts,
    "I10": bills.bills_are_what_the_oracle_says,
    "I11": bills.records_are_billed_once,
    "I12": messages.latest_is_newest,
    "I13": bills.sessions_keep_their_tariff,
    "I14": sessions.dead_commands_are_not_sent,
    "I15": sessions.energy_stays_within_the_limit,
    "I16": ledger.holds_belong_to_sessions,
    "I17": sessions.starts_and_stops_are_audited,
    "I21": messages.messages_are_conserved,
    "I23": bills.roll_ups_are_the_ledger,
    "I24": events.facts_are_told,
    "I25": events.only_facts_are_told,
    "I26": sessions.silence_stops_nobody,
    "I27": sessions.stops_go_on,
    "I28": sessions.limits_are_safe,
    "I30": decisions.decisions_are_carried_out,
    "I31": sessions.charges_end_within_their_limits,
    "I32": bills.nobody_loses_more_than_agreed,
    "I33": messages.receipted_is_applied,
    "I34": audit.audit_rows_stay_as_they_were,
    "I41": refunds.pending_money_is_of_open_refunds,
    "I42": refunds.refunds_are_captured_once,
    "I43": refunds.refunds_go_on,
    "I44": payments.prepaid_money_is_accounted_for,
    "I51": adjustments.adjustments_are_decided,
    "I52": idle.idle_fees_are_what_was_heard,
    "I53": idle.idle_fees_are_of_guns_that_sense_the_plug,
    "I55": channel_accounts.payments_are_at_an_account_of_their_own,
    "I56": channel_accounts.money_goes_back_where_it_came_to,
    "I57": channel_accounts.accounts_are_sealed_and_apart,
    "I54": driver_messages.messages_end_and_are_allowed,
    "I58": facts.facts_are_the_orders,
    "I59": facts.months_are_their_days,
    "I60": facts.areas_are_their_stations,
    "I61": drivers.deleted_drivers_are_nobody,
    "I62": drivers.deleted_drivers_have_nothing_open,
}


class Violation(NamedTuple):
    """`invariant` is a key of `INVARIANTS`."""

    invariant: str
    sentence: str

    @override
    def __str__(self) -> str:
        return f"{self.invariant} {INVARIANTS[self.invariant].__name__}: {self.sentence}"


def check_invariants(
    sent: Sent | None = None,
    *,
    losable: Collection[str] = (),
    receipted: Receipted | None = None,
    broken_on_purpose: Collection[str] = (),
) -> None:
    """Every invariant on the bound database; AssertionError lists what is violated, with row ids.

    `sent` adds I21 for these piles; `losable` are kinds of messages which this fault may lose (a broker whose
    store is wiped loses meters it has acknowledged), never those a pile keeps until their receipt. `receipted` adds I33
    for what was sent.
    `broken_on_purpose` are invariants ("I15") that the test's own world breaks: a pile that ignores its limit.
    """
    found = find_violations(sent, losable=losable, receipted=receipted)
    told = [str(one) for one in found if one.invariant not in broken_on_purpose]
    assert not told, "\n  ".join(["invariants are violated:", *told])


def find_violations(
    sent: Sent | None = None, *, losable: Collection[str] = (), receipted: Receipted | None = None
) -> list[Violation]:
    """What is violated on the bound database, all read in one snapshot."""
    with snapshot():
        rows = Rows(sent, losable, receipted)
        return [Violation(name, sentence) for name, find in INVARIANTS.items() for sentence in find(rows)]
