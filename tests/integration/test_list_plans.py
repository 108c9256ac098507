"""How many rows MariaDB reads for each list and sum, with years of charges behind it: what a page needs, not what is there.

Counted by the server itself (Handler_read_*), so nothing here depends on how fast the machine is.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from backend.domain.identity import Identity, IdentityKind
from backend.gateways.clock import utc_now
from backend.models import DriverIdentity
from backend.models.engine import database as db
from backend.models.engine.database import database
from backend.models.engine.migrations import apply_migrations
from backend.services.access.driver_identities import find_known
from backend.services.views.desk import staff_page
from scripts.benches.list_cases import Case, make_cases
from scripts.benches.list_rows import Sizes, seed_lists
from tests.real_parts import MariaDb

ORDERS = 60_000
COUNTED = 100
OF_NOW = {"dashboard", "piles", "piles watched", "stations", "tariffs", "stations of a tariff"}
"""These go over what there is now, however long its history: piles and connectors."""
READS_PER_CONNECTOR = 8
OF_CONNECTORS = {"ranking": 50, "failures": 50}
"""These go over a row of each connector for every month of the range, or for its days: so many in three years."""
OF_SUMS = {"trend", "regions", "hours", "bands", "ways", "drivers"}
READS_OF_SUMS = 20_000
"""Three years are 36 months and at most 60 days, each of 168 and of 24 hours; a region's stations have their own."""
READS_OF_HISTORY = 5_000
READS_OF_LOG_INS = 12_000
"""Kept for 400 days: where an operator asks for the outcome that nearly all have, what is newer may be read. All would be 40 000."""
READS_OF_ONE = 20


@pytest.fixture(scope="module")
def world(mariadb: MariaDb) -> Iterator[tuple[Sizes, datetime]]:
    url, now = mariadb.fresh_database(), utc_now()
    db.connect(url)
    apply_migrations()
    yield seed_lists(ORDERS, now), now
    db.close()
    mariadb.run(f"DROP DATABASE {url.rpartition('/')[2]}")


def test_no_list_reads_more_than_its_page_needs(
    world: tuple[Sizes, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, now = world
    monkeypatch.setattr(staff_page, "COUNT_CAP", COUNTED)
    cases = make_cases(sizes, now)
    assert len(cases) > 200
    read = {case: _rows_read(case) for case in cases}
    of_lists = dict.fromkeys(OF_NOW, READS_PER_CONNECTOR * sizes.connectors) | {"log-ins": READS_OF_LOG_INS}
    of_lists |= {name: months * sizes.connectors * 2 for name, months in OF_CONNECTORS.items()}
    of_lists |= dict.fromkeys(OF_SUMS, READS_OF_SUMS)
    limits = {case: of_lists.get(case.list, READS_OF_HISTORY) for case in cases}
    assert {case.name: rows for case, rows in read.items() if rows > limits[case]} == {}


def test_who_logs_in_or_pays_is_found_without_looking_through_the_others(
    world: tuple[Sizes, datetime],
) -> None:
    sizes, _ = world
    proven = Identity(IdentityKind.WECHAT_MINI_PROGRAM, f"bench-{sizes.drivers}")
    beside = Identity(IdentityKind.WECHAT_UNION, "nobody-s")
    known = find_known([proven, beside])
    assert {one: driver.id for one, driver in known.items()} == {proven: sizes.drivers}
    log_in = Case("log-in", "", "", lambda: find_known([proven, beside]))
    own = DriverIdentity.select().where(
        (DriverIdentity.driver_id == sizes.drivers) & (DriverIdentity.kind == proven.kind)
    )
    pay = Case("top-up", "", "", lambda: own.order_by(DriverIdentity.id.desc()).first())
    assert {case.list: rows for case in (log_in, pay) if (rows := _rows_read(case)) > READS_OF_ONE} == {}


def test_all_rows_of_a_big_table_would_be_noticed(world: tuple[Sizes, datetime]) -> None:
    sizes, _ = world
    everything = Case(
        "orders", "", "", lambda: database.execute_sql("SELECT MAX(energy_wh) FROM charge_order")
    )
    assert (
        _rows_read(everything) >= sizes.orders > max(READS_OF_HISTORY, READS_PER_CONNECTOR * sizes.connectors)
    )


def _rows_read(case: Case) -> int:
    """Rows and index entries the server looked at; asking for the count adds a few."""
    case.read()  # what is remembered between requests is remembered
    database.execute_sql("FLUSH STATUS")
    case.read()
    rows = database.execute_sql(
        "SELECT SUM(variable_value) FROM information_schema.session_status"
        " WHERE variable_name LIKE 'HANDLER_READ%%' OR variable_name = 'HANDLER_ICP_ATTEMPTS'"
    )
    return int(rows.fetchone()[0])
