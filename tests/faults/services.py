"""The services that only time, staff or a broken pile bring about: each killed before its commit, after it, then done again.

A killed process leaves everything or nothing, and doing it again ends exactly as if nobody had died and it was done twice.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from backend.models import (
    TABLES,
    Command,
    DriverMessage,
    Event,
    EventRetry,
    IdleStay,
    MessageCredit,
    Order,
    Payment,
    PileDay,
    PlugClaim,
    Quarantine,
    RecordSegment,
    Refund,
    RefundPart,
    Session,
    SessionDecision,
    SessionProgress,
    SessionRecord,
    StoredFile,
    Timer,
)
from backend.models.engine import database as db
from backend.models.engine.migrations import apply_migrations
from backend.models.ledger import LedgerPosting
from tests.faults.armed import die_at
from tests.faults.service_cases import (
    accounts,
    charges,
    desk,
    exports,
    facts,
    idle,
    messages,
    money,
    operators,
    own_accounts,
    people,
    piles,
    prepayments,
    prices,
    privacy,
    queues,
    stations,
    wallets,
)
from tests.faults.service_cases.beginnings import Prepare
from tests.invariants import Violation, find_violations
from tests.real_parts import running_mariadb
from tests.scenario import Scenario

LAGGING: Final = frozenset({"I12"})
"""The latest rows may lag behind the readings (docs/adr/0009) until whoever died is back."""
PHASES: Final = ("before_commit", "after_commit")
ROOMS: Final = (
    charges,
    idle,
    money,
    prepayments,
    queues,
    stations,
    desk,
    wallets,
    prices,
    piles,
    people,
    operators,
    accounts,
    own_accounts,
    messages,
    exports,
    facts,
    privacy,
)
CASES: Final[Mapping[str, Prepare]] = {name: case for room in ROOMS for name, case in room.CASES.items()}
"""The service of the crash points → what leads up to it; where one has a second case, "@" and how that differs end its name."""

MONEY_CASES: Final[Mapping[str, Prepare]] = {
    **money.CASES,
    **prepayments.CASES,
    **own_accounts.CASES,
    **idle.CASES,
    **{name: charges.CASES[name] for name in ("settle_order.settle_order", "correct_order.correct_order")},
}
"""Those of top-ups, prepayments (also at operators' own accounts), settlements, refunds, idle fees and their waivers."""


@dataclass
class Outcome:
    """What a sweep of services visited and found; `problems` are endings that differ, one sentence each."""

    visited: set[str] = field(default_factory=set)
    kills: int = 0
    violations: list[Violation] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def sweep_services(folder: Path, cases: Mapping[str, Prepare] = CASES) -> Outcome:
    """Every one of these cases at both of its points, on a MariaDB of its own in `folder`."""
    outcome = Outcome()
    with running_mariadb(folder) as server, _bound(server.fresh_database()) as url:
        server.sync_commits(each=False)  # its clients are killed, not the server
        for service, prepare in cases.items():
            expected = _undisturbed(prepare)
            act = prepare(_new_world())
            for phase in PHASES:
                point = point_of(service, phase)
                if not die_at(point, url, act):
                    outcome.problems.append(f"{point} was not reached")
                    continue
                outcome.visited.add(point)
                outcome.kills += 1
                outcome.violations += [one for one in find_violations() if one.invariant not in LAGGING]
            act()
            outcome.violations += find_violations()
            if (found := _fingerprint()) != expected:
                outcome.problems.append(f"{service}: ended as {found} instead of {expected}")
    return outcome


def point_of(case: str, phase: str) -> str:
    """The crash point of a case."""
    return f"{case.partition('@')[0]}.{phase}"


@contextmanager
def _bound(database_url: str) -> Iterator[str]:
    db.connect(database_url)
    apply_migrations()
    try:
        yield database_url
    finally:
        db.close()


def _new_world() -> Scenario:
    """Tables without a row but those of a new scenario."""
    db.transact(_empty)
    db.forget()
    return Scenario()


def _empty() -> None:
    for table in TABLES:
        table.delete().execute()


def _undisturbed(prepare: Prepare) -> Any:
    """How it ends when nobody dies."""
    act = prepare(_new_world())
    act()
    act()
    return _fingerprint()


def _fingerprint() -> Any:
    """All that a driver, a pile or a job could tell apart, without numbers that are new each time."""
    return (
        [(row.state, row.failure_reason, row.stop_reason, row.review_reason) for row in Session.select()],
        [(row.state, row.total_fen, row.captured_fen, row.released_fen) for row in Order.select()],
        sorted(row.amount_fen for row in LedgerPosting.select()),
        [(row.kind, row.state) for row in Command.select().order_by(Command.id)],
        [(row.state, row.last_error, row.refunded_fen) for row in Payment.select()],
        [row.state for row in Refund.select()],
        [(row.state, row.ended_at, row.heard_at) for row in IdleStay.select()],
        [(row.state, row.attempts) for row in DriverMessage.select()],
        [row.credits for row in MessageCredit.select()],
        [(row.state, row.last_error, row.payout_reference, row.ended_at) for row in RefundPart.select()],
        [(row.register_wh, row.energy_wh) for row in SessionProgress.select()],
        sorted((row.kind, row.due_at, row.last_error) for row in Timer.select()),
        sorted(row.kind for row in Event.select()),
        [row.times_offline for row in PileDay.select()],
        EventRetry.select().count(),
        [(row.sha256, row.state) for row in StoredFile.select()],
        [(row.number, row.total_fen) for row in SessionDecision.select()],
        (PlugClaim.select().count(), SessionRecord.select().count(), RecordSegment.select().count()),
        [row.closing_note for row in Quarantine.select()],
        stations.fingerprint(),
        desk.fingerprint(),
        wallets.fingerprint(),
        facts.fingerprint(),
        prices.fingerprint(),
        piles.fingerprint(),
        people.fingerprint(),
        operators.fingerprint(),
        accounts.fingerprint(),
        own_accounts.fingerprint(),
        exports.fingerprint(),
        privacy.fingerprint(),
    )
