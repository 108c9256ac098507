"""What benches run over is what the product makes: copied piles differ from made ones in ids and names alone."""

import re
from typing import Any

import pytest

from backend.models import (
    TABLES,
    AuthToken,
    Connector,
    Driver,
    Operator,
    Order,
    Pile,
    Session,
    Station,
    Tariff,
    TariffVersion,
)
from backend.models.engine import database as bound
from backend.models.engine.database import Row
from backend.services.access.authenticate import authenticate
from backend.services.charging.start_session import start_session
from scripts.benches import world as worlds
from scripts.benches.copies import REFERENCES
from scripts.benches.settle_order import CHARGED, end_charge
from scripts.benches.world import ChargingPile, IdlePile, seed_world
from tests.invariants.check import check_invariants
from tests.scenario import NOON

pytestmark = pytest.mark.usefixtures("database")

CHARGING, PILES = 3, 5
PARENTS: tuple[type[Row], ...] = (Operator, Tariff, TariffVersion, Station, Pile, Connector, Driver, Session)
REFERRED = {"operator_id": Operator, "tariff_id": Tariff, "tariff_version_id": TariffVersion, **REFERENCES}
RANDOM = re.compile(r"\$7\$\S+|[0-9a-f]{64}|[A-Z]\d{14}[0-9A-Z]{10}|[0-9A-Z]{26}|\b[2-9A-HJ-NP-Z]{10}\b")


def make_world() -> None:
    """As `seed_world` has it, with every pile made by the services."""
    (station,) = worlds._seed_stations(1, NOON)
    worlds._seed_driver("nobody", NOON)
    for number in range(PILES):
        make = worlds.make_charging if number < CHARGING else worlds.make_idle
        make(str(worlds.FIRST_PILE_NO + number), station, NOON)


def rows_by_table() -> dict[str, list[dict[str, Any]]]:
    """All rows, with ids and random names as the place of the row they belong to: the same in equal worlds."""
    known: dict[object, str] = {}
    found = {}
    for table in (*PARENTS, *(one for one in TABLES if one not in PARENTS)):
        query: Any = table.select()
        rows = sorted(((_renamed(row, known), row) for row in query.dicts()), key=repr)
        for number, (_, row) in enumerate(rows):
            place = f"{table.__name__} {number}"
            known[table, row.get("id")] = place
            for name in RANDOM.findall(repr(row)):
                known.setdefault(name, place)
        found[table.__name__] = [renamed for renamed, _ in rows]
    return found


def _renamed(row: dict[str, Any], known: dict[object, str]) -> dict[str, Any]:
    renamed: dict[str, Any] = {}
    for column, value in row.items():
        if column == "digest":  # of a message that names what is random
            renamed[column] = value is not None
        elif column in REFERRED:
            renamed[column] = known.get((REFERRED[column], value), value)
        elif isinstance(value, str):
            renamed[column] = RANDOM.sub(lambda match: known.get(match.group(), "new"), value)
        elif column != "id":
            renamed[column] = value
    return renamed


def test_a_seeded_world_has_the_rows_that_the_services_write_for_as_many_piles() -> None:
    make_world()
    made = rows_by_table()
    for table in TABLES:
        table.delete().execute()
    bound.forget()
    seed_world(PILES, NOON, CHARGING)
    assert rows_by_table() == made


def test_copied_piles_charge_start_and_are_billed_like_the_first() -> None:
    world = seed_world(PILES, NOON, CHARGING)
    assert (len(world.piles), len(world.idle)) == (CHARGING, PILES - CHARGING)
    for pile in world.piles:
        end_charge(pile, NOON + CHARGED)
    for idle in world.idle:
        assert authenticate(idle.token, now=NOON) == idle.driver
        start_session(
            driver=idle.driver,
            connector_no=idle.connector_no,
            limit_fen=None,
            idempotency_key="first",
            now=NOON,
        )
    assert Order.select().count() == CHARGING
    # the drivers' money is posted without a payment
    check_invariants(broken_on_purpose=("I5",))


def test_every_copy_has_names_and_a_login_of_its_own() -> None:
    world = seed_world(PILES, NOON, CHARGING)
    everyone: list[ChargingPile | IdlePile] = [*world.piles, *world.idle]
    for own in ("pile_id", "pile_no", "connector_no", "qr_token", "token", "driver"):
        assert len({getattr(pile, own) for pile in everyone}) == PILES
    rows = {row.connector_no: row for row in Connector.select()}
    for pile in everyone:
        assert rows[pile.connector_no].pile_id == pile.pile_id
        assert rows[pile.connector_no].qr_token == pile.qr_token
    sessions = {row.session_no: (row.id, row.driver_id, row.pile_id) for row in Session.select()}
    assert sessions == {
        pile.session_no: (pile.session_id, pile.driver.id, pile.pile_id) for pile in world.piles
    }
    assert AuthToken.select().count() == PILES + 1
