"""The one transaction door: joining, effects, whole-closure retry, and what a lost server means."""

import threading
from pathlib import Path

import pytest

from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.models import Operator
from backend.models.engine import database
from backend.models.engine.database import (
    RetryTransaction,
    after_commit,
    locked,
    reading,
    transact,
    transactional,
)
from backend.models.ledger import LedgerAccount
from tests.real_parts import MariaDb, running_mariadb
from tests.waiting import LIMIT_S


def _fail() -> None:
    raise KeyError


def _operator(*, no: str = "A") -> Operator:
    return Operator.create(operator_no=no, name="", created_at=utc_now())


@pytest.mark.usefixtures("database")
class TestDoor:
    def test_inner_transactions_join_and_effects_wait_for_the_outermost_commit(self) -> None:
        seen: list[object] = []

        @transactional
        def inner() -> None:
            _operator(no="A")
            after_commit(lambda: seen.append(Operator.select().count()))

        def outer() -> None:
            after_commit(lambda: seen.append("first"))
            inner()
            assert seen == []
            _operator(no="B")

        transact(outer)
        assert seen == ["first", 2]

    def test_an_effect_without_a_transaction_is_refused(self) -> None:
        with pytest.raises(LookupError):
            after_commit(_fail)

    def test_a_raise_rolls_everything_back_and_fires_nothing(self) -> None:
        fired: list[int] = []

        def work() -> None:
            _operator()
            after_commit(lambda: fired.append(1))
            raise KeyError

        with pytest.raises(KeyError):
            transact(work)
        assert (Operator.select().count(), fired) == (0, [])

    def test_a_failing_effect_is_not_the_callers_failure(self) -> None:
        def work() -> str:
            _operator()
            after_commit(_fail)
            return "done"

        assert transact(work) == "done"
        assert Operator.select().count() == 1

    def test_work_that_asks_to_run_again_runs_whole_again(self) -> None:
        runs: list[int] = []

        def work() -> int:
            runs.append(len(runs))
            _operator(no=f"N{len(runs)}")
            if len(runs) < 3:
                raise RetryTransaction
            return len(runs)

        assert transact(work) == 3
        assert [row.operator_no for row in Operator.select()] == ["N3"]

    def test_work_that_never_succeeds_gives_up_with_one_refusal(self) -> None:
        def work() -> None:
            raise RetryTransaction

        with pytest.raises(ServiceUnavailable):
            transact(work)

    def test_concurrent_changes_of_one_row_are_all_kept(self) -> None:
        account = LedgerAccount.create(
            kind="available", owner_kind="driver", owner_key="D", balance_fen=0, created_at=utc_now()
        )

        def add() -> None:
            row = locked(LedgerAccount.select().where(LedgerAccount.id == account.id)).get()
            query = LedgerAccount.update(balance_fen=(row.balance_fen or 0) + 1)
            query.where(LedgerAccount.id == row.id).execute()

        def run() -> None:
            for _ in range(10):
                transact(add)
            database.close()

        threads = [threading.Thread(target=run) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert LedgerAccount.get_by_id(account.id).balance_fen == 60


def test_a_deadlock_is_run_again_and_both_finish(mariadb: MariaDb) -> None:
    database.connect(mariadb.fresh_database())
    database.database.create_tables([Operator])
    rows = [_operator(no=no).id for no in ("A", "B")]
    met = threading.Barrier(2, timeout=LIMIT_S)
    runs: list[int] = []

    def change(first: int, second: int) -> None:
        is_first_run = True

        def work() -> None:
            nonlocal is_first_run
            runs.append(first)
            Operator.update(name=Operator.name + "x").where(Operator.id == first).execute()
            if is_first_run:
                is_first_run = False
                met.wait()
            Operator.update(name=Operator.name + "x").where(Operator.id == second).execute()

        transact(work)
        database.close()

    threads = [
        threading.Thread(target=change, args=pair) for pair in ((rows[0], rows[1]), (rows[1], rows[0]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
    assert [row.name for row in Operator.select()] == ["xx", "xx"]
    assert len(runs) == 3, "one of the two was the deadlock's victim and ran again"
    database.close()


def test_a_database_that_is_away_is_one_clear_refusal_and_comes_back(tmp_path: Path) -> None:
    with running_mariadb(tmp_path) as mariadb:
        _lose_and_regain(mariadb)


def _lose_and_regain(mariadb: MariaDb) -> None:
    database.connect(mariadb.fresh_database())
    database.database.create_tables([Operator])

    @reading
    def count() -> int:
        return Operator.select().count()

    assert count() == 0
    mariadb.kill()
    with pytest.raises(ServiceUnavailable):
        count()
    with pytest.raises(ServiceUnavailable):
        transact(_operator)
    mariadb.start()
    assert count() == 0
    transact(_operator)
    assert count() == 1
    # a connection that died while nobody used it is nobody's failure
    mariadb.kill()
    mariadb.start()
    transact(lambda: _operator(no="B"))
    assert count() == 2
    database.close()


def test_says_what_a_database_url_looks_like() -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        database.connect("postgres://x")
