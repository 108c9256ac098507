"""What staff do to piles past adding them, each as somebody does it who looks before trying again."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from backend.domain.broker_account import BrokerProblem
from backend.domain.errors import PileNotFound, PileRetired, RowChanged
from backend.models import (
    BrokerNode,
    Connector,
    Operator,
    Pile,
    PileContact,
    RetiredQrToken,
    Session,
    Station,
)
from backend.services.charging.start_test import start_test
from backend.services.charging.stop_session_for_staff import stop_session_for_staff
from backend.services.piles.edit_pile import PileEdit, edit_pile
from backend.services.piles.move_pile import move_pile
from backend.services.piles.note_labels_printed import note_labels_printed
from backend.services.piles.replace_qr import replace_qr
from backend.services.piles.retire_pile import delete_pile, retire_pile
from backend.services.piles.set_service import set_service
from backend.services.sites.broker_nodes import Contact, note_contacts, record_broker_node
from tests.builders import a_station
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, charging, or_done, somebody
from tests.scenario import Scenario


def edit(world: Scenario) -> Act:
    """Another name, and a third gun, for it has never charged."""
    form = PileEdit(
        name="改名", vendor="某厂", model="", rated_w=60_000, guns=3, tariff_no=None, row_version=0
    )
    act = partial(edit_pile, staff=somebody(world), pile_no=world.pile.pile_no, edit=form, now=world.now)
    return or_done(act, RowChanged)


def move(world: Scenario) -> Act:
    station = a_station(now=world.now, operator=Operator.get(), has_tariff=False)
    Station.update(name="新站").where(Station.id == station.id).execute()
    act = partial(
        move_pile,
        staff=somebody(world),
        pile_no=world.pile.pile_no,
        station_no=station.station_no,
        row_version=0,
        now=world.now,
    )
    return or_done(act, RowChanged)


def retire(world: Scenario) -> Act:
    act = partial(
        retire_pile,
        staff=somebody(world),
        pile_no=world.pile.pile_no,
        reason="拆了",
        row_version=0,
        now=world.now,
    )
    return or_done(act, PileRetired)


def delete(world: Scenario) -> Act:
    act = partial(delete_pile, staff=somebody(world), pile_no=world.pile.pile_no, now=world.now)
    return or_done(act, PileNotFound)


def take_a_gun_out_of_service(world: Scenario) -> Act:
    act = partial(
        set_service,
        staff=somebody(world),
        pile_no=world.pile.pile_no,
        gun=1,
        is_out=True,
        reason="枪头坏了",
        row_version=0,
        now=world.now,
    )
    return or_done(act, RowChanged)


def replace_a_code(world: Scenario) -> Act:
    """Its answer was lost, so it is replaced once more."""
    connector_no = world.connector().connector_no
    return partial(
        replace_qr, staff=somebody(world), connector_no=connector_no, reason="被盖住了", now=world.now
    )


def print_labels(world: Scenario) -> Act:
    """Printed anew."""
    return partial(
        note_labels_printed,
        staff=somebody(world),
        object_kind="station",
        object_no=world.station.station_no,
        labels=2,
        now=world.now,
        request_id="",
        ip="",
    )


def try_a_pile(world: Scenario) -> Act:
    return partial(
        start_test,
        staff=somebody(world),
        connector_no=world.connector().connector_no,
        idempotency_key="try",
        now=world.now,
    )


def stop_a_charge(world: Scenario) -> Act:
    return partial(
        stop_session_for_staff,
        staff=somebody(world),
        session_no=charging(world),
        reason="车主来电",
        now=world.now,
    )


def hear_of_a_broker(world: Scenario) -> Act:
    return partial(
        record_broker_node,
        name="broker-1",
        taken_version=3,
        problem=BrokerProblem.NONE,
        refusals=0,
        refused_at=None,
        now=world.now,
    )


def hear_of_a_connection(world: Scenario) -> Act:
    contacts = {world.pile.pile_no: Contact(connected_at=world.now)}
    return partial(note_contacts, contacts=contacts, now=world.now)


CASES: Final[Mapping[str, Prepare]] = {
    "edit_pile.edit_pile": edit,
    "move_pile.move_pile": move,
    "retire_pile.retire_pile": retire,
    "retire_pile.delete_pile": delete,
    "set_service.set_service": take_a_gun_out_of_service,
    "replace_qr.replace_qr": replace_a_code,
    "note_labels_printed.note_labels_printed": print_labels,
    "start_test.start_test": try_a_pile,
    "stop_session_for_staff.stop_session_for_staff": stop_a_charge,
    "broker_nodes.record_broker_node": hear_of_a_broker,
    "broker_nodes.note_contacts": hear_of_a_connection,
}


def fingerprint() -> tuple[object, ...]:
    """What anybody can tell of the piles; what is replaced twice may have been replaced once more."""
    first = {row.id for row in Station.select().order_by(Station.id).limit(1)}
    return (
        [
            (row.name, row.rated_w, row.row_version, row.is_retired, row.station_id in first)
            for row in Pile.select().order_by(Pile.pile_no)
        ],
        [(row.gun, row.rated_w, row.out_of_service_reason) for row in Connector.select()],
        RetiredQrToken.select().exists(),
        [row.is_test for row in Session.select()],
        [(row.name, row.taken_version) for row in BrokerNode.select()],
        [row.connected_at for row in PileContact.select()],
    )
