"""One whole charge, from the first login to the closed books, on each of the two ways to run the product.

Once with SQLite, the embedded broker and no Redis; once with MariaDB, mosquitto and Redis. All parts are real
processes; the pile is the simulator's, WeChat is the sandbox's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import redis

from backend.domain.ledger import AccountKind
from backend.models import Command, MeterValue, Order, Pile, PileMessage, Quarantine, Session
from backend.models.ledger import LedgerAccount, LedgerPosting
from backend.services.ledger.check_ledger import check_ledger
from scripts.processes.loopback import free_port
from scripts.stand_ins.simulator import PileSettings
from scripts.stand_ins.simulator.car import make_car
from tests.api_server import ApiClient
from tests.async_actors import FeedListener, RunningPile
from tests.invariants import check_invariants
from tests.stack import Stack
from tests.unit.domain import oracle
from tests.whole_charge import (
    LAT,
    LNG,
    PASSWORD,
    RATES,
    STAFF,
    Phone,
    Site,
    answer_of,
    bound_to,
    bridge_counts,
    refusal_of,
    secrets_of_piles,
    soon,
)

ZONE = ZoneInfo("Asia/Shanghai")
TOP_UP_FEN = 5_000
LIMIT_FEN = 3_000
RARE = ("online", "boot", "session_started", "session_ended", "reply")
FAST = PileSettings(meter_ms=1_000, heartbeat_ms=2_000)


@dataclass
class Running:
    """The product, its rows' owner, and the port at which the bridge tells its counters."""

    stack: Stack
    site: Site
    metrics_port: int


@pytest.fixture(params=["light", "real"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    if request.param == "light":
        database_url, redis_url = f"sqlite:///{tmp_path / 'whole.sqlite'}", ""
    else:
        database_url = request.getfixturevalue("mariadb_url")
        redis_url = request.getfixturevalue("redis_server").url
        with redis.Redis.from_url(redis_url) as client:
            client.flushall()
    metrics_port = free_port()
    pile_secrets = secrets_of_piles(1)
    stack = Stack(
        tmp_path / "stack",
        database_url=database_url,
        redis_url=redis_url,
        broker="embedded" if request.param == "light" else "mosquitto",
        pile_secrets=pile_secrets,
        settings={"XINXIANG_BRIDGE_METRICS_PORT": str(metrics_port)},
    )
    with stack, bound_to(database_url, redis_url):
        yield Running(stack, Site(pile_secrets), metrics_port)


@dataclass
class Charge:
    """What a charge left behind for the checks."""

    order: dict[str, Any]
    register_before_wh: int
    register_after_wh: int


def test_a_whole_charge_bills_the_energy_that_flowed_and_moves_nothing_else(running: Running) -> None:
    stack, site = running.stack, running.site
    spec = site.add_pile()
    with (
        ApiClient(stack.api_url) as desk,
        Phone(stack) as phone,
        RunningPile(spec, stack.broker.host, stack.broker.port, FAST) as pile,
    ):
        log_in_staff(desk)
        before = dashboard(desk)
        phone.log_in()
        top_up(phone)
        connector_no = find_connector(phone, running, spec.pile_no)
        estimate(phone, connector_no)
        charge = charge_with_an_offline_spell(stack, phone, pile, connector_no)
        check_order(charge, pile)
        check_wallet_and_books(phone, site, charge)
        check_desk(desk, before, charge)
        check_nothing_is_lost(running, pile)


def log_in_staff(desk: ApiClient) -> None:
    token = answer_of(desk.post("/api/v1/admin/login", json={"account": STAFF, "password": PASSWORD}))
    desk.headers["Authorization"] = f"Bearer {token['token']}"


def dashboard(desk: ApiClient) -> dict[str, Any]:
    view: dict[str, Any] = answer_of(desk.get("/api/v1/admin/dashboard"))
    return view


def top_up(phone: Phone) -> None:
    """Paid in the sandbox; the money comes by its signed notify, for nobody asks for the payment before."""
    asked = phone.ask_top_up(TOP_UP_FEN)
    assert asked["amount_fen"] == TOP_UP_FEN
    assert phone.get("wallet")["available_fen"] == 0
    phone.pay(asked)
    soon(lambda: 204 in phone.statuses(asked["payment_no"]), "the notify is taken")
    assert phone.get("wallet")["available_fen"] == TOP_UP_FEN
    assert phone.get(f"payments/{asked['payment_no']}")["state"] == "paid"


def find_connector(phone: Phone, running: Running, pile_no: str) -> str:
    """From the map to the connector, by the link that is printed on it."""
    (station,) = phone.get("stations/nearby", lat=LAT, lng=LNG)["stations"]
    assert station["station_no"] == running.site.station.station_no
    assert station["distance_m"] == 0
    assert station["connectors_total"] == 2
    row = running.site.connector(pile_no)
    link = f"{running.stack.api_url}/p/{row.qr_token}"

    def resolved() -> Any:
        return answer_of(phone.post("connectors/resolve", {"text": link}))

    soon(lambda: resolved()["state"]["status"] == "idle", "the pile has said that its gun is idle")
    found = resolved()
    assert found["connector_no"] == row.connector_no
    assert found["obstacle"]["code"] == "connector_not_plugged"
    assert refusal_of(phone.start(row.connector_no))["code"] == "connector_not_plugged"
    return str(found["connector_no"])


def estimate(phone: Phone, connector_no: str) -> None:
    told = phone.get(f"connectors/{connector_no}/estimate", limit_fen=str(LIMIT_FEN))
    assert told["hold_fen"] == LIMIT_FEN
    assert 0 < told["total_fen"] <= LIMIT_FEN
    price = told["price"]
    assert (price["electricity_e5"], price["service_e5"]) in {(row[2], row[3]) for row in RATES}
    assert price["total_e5"] == price["electricity_e5"] + price["service_e5"]
    cheapest_e5 = min(row[2] + row[3] for row in RATES)
    assert 0 < told["energy_wh"] <= LIMIT_FEN * 1_000_000 // cheapest_e5


def charge_with_an_offline_spell(stack: Stack, phone: Phone, pile: RunningPile, connector_no: str) -> Charge:
    register_before_wh = register_of(pile)
    pile.do(lambda one: one.plug(1, make_car(60_000, 20, 150_000)))
    soon(lambda: is_startable(phone, connector_no), "the plug is known")
    started = answer_of(phone.start(connector_no, limit_fen=LIMIT_FEN))
    assert started["hold_fen"] == LIMIT_FEN
    wallet = phone.get("wallet")
    assert (wallet["available_fen"], wallet["held_fen"]) == (TOP_UP_FEN - LIMIT_FEN, LIMIT_FEN)
    session_no = started["session_no"]
    with FeedListener(stack.api_url, phone.token, f"session:{session_no}") as feed:
        watch_through_an_offline_spell(phone, pile, feed, connector_no)
        stopping = answer_of(phone.post(f"sessions/{session_no}/stop"))
        assert stopping["state"] in {"stopping", "settled"}
        soon(lambda: feed.data["state"] == "settled", "the feed tells that the order is settled")
    assert phone.get("sessions/live")["session"] is None
    return Charge(
        order=phone.get(f"orders/{phone.get(f'sessions/{session_no}')['order_no']}"),
        register_before_wh=register_before_wh,
        register_after_wh=register_of(pile),
    )


def watch_through_an_offline_spell(
    phone: Phone, pile: RunningPile, feed: FeedListener, connector_no: str
) -> None:
    """Energy grows on the feed; while the pile is away the session stays, and what it missed is shown after."""
    soon(lambda: feed.data.get("energy_wh"), "energy is shown")
    assert (feed.data["state"], feed.data["meter"]["power_w"] > 0) == ("charging", True)
    pile.do(lambda one: one.go_offline())
    soon(lambda: obstacle(phone, connector_no) == "pile_offline", "the pile is seen to be gone")
    pile.wait(lambda one: len(one.model.backlog) >= 2)
    shown = phone.get("sessions/live")["session"]
    assert (shown["state"], shown["allowed_actions"]) == ("charging", ["stop"])
    pile.do(lambda one: one.come_online())
    soon(lambda: feed.data["energy_wh"] > shown["energy_wh"], "the missed energy is shown")
    soon(lambda: obstacle(phone, connector_no) == "connector_busy", "the pile is back")
    now_shown = phone.get("sessions/live")["session"]
    assert 0 < now_shown["total_fen"] <= LIMIT_FEN


def register_of(pile: RunningPile) -> int:
    return pile.do(lambda one: one.model.connectors[0].register.wh)


def obstacle(phone: Phone, connector_no: str) -> str | None:
    found = answer_of(phone.post("connectors/resolve", {"text": connector_no}))
    return None if found["obstacle"] is None else found["obstacle"]["code"]


def is_startable(phone: Phone, connector_no: str) -> bool:
    found = answer_of(phone.post("connectors/resolve", {"text": connector_no}))
    return bool(found["is_startable"])


def check_order(charge: Charge, pile: RunningPile) -> None:
    """The bill against the pile's own register, and added up anew with fractions from the pile's own segments."""
    order = charge.order
    assert order["energy_wh"] == charge.register_after_wh - charge.register_before_wh > 0
    (record,) = pile.messages("session_ended")
    segments = [
        (datetime.fromisoformat(part["from_at"]), datetime.fromisoformat(part["to_at"]), part["energy_wh"])
        for part in record.body["segments"]
    ]
    expected = oracle.price(segments, RATES, ZONE)
    told = {
        (date.fromisoformat(line["local_date"]), line["start_slot"], line["component"]): (
            line["energy_wh"],
            line["fee_fen"],
        )
        for line in order["fee_lines"]
    }
    assert told == expected
    assert order["total_fen"] == oracle.total(expected) > 0
    assert order["total_fen"] == order["electricity_fen"] + order["service_fen"] == order["captured_fen"]
    assert (order["held_fen"], order["debt_fen"]) == (LIMIT_FEN, 0)
    assert order["released_fen"] == LIMIT_FEN - order["total_fen"]
    assert (order["state"], order["stop_reason"], order["is_estimated"]) == ("settled", "driver_app", False)


def check_wallet_and_books(phone: Phone, site: Site, charge: Charge) -> None:
    order = charge.order
    wallet = phone.get("wallet")
    left_fen = TOP_UP_FEN - order["total_fen"]
    assert (wallet["available_fen"], wallet["held_fen"], wallet["debt_fen"]) == (left_fen, 0, 0)
    driver_no = phone.get("me")["driver_no"]
    assert {key: fen for key, fen in ledger_sums().items() if fen} == {
        (driver_no, AccountKind.AVAILABLE): left_fen,
        ("wechat", AccountKind.CLEARING): -TOP_UP_FEN,
        (site.operator_no, AccountKind.ELECTRICITY_INCOME): order["electricity_fen"],
        (site.operator_no, AccountKind.SERVICE_INCOME): order["service_fen"],
    }
    check_invariants()
    assert check_ledger().is_sound


def ledger_sums() -> dict[tuple[str, AccountKind], int]:
    """Every account's postings added up, by owner and kind."""
    accounts = {row.id: (row.owner_key, row.kind) for row in LedgerAccount.select()}
    sums = dict.fromkeys(accounts.values(), 0)
    for posting in LedgerPosting.select():
        sums[accounts[posting.account_id]] += posting.amount_fen
    return sums


def check_desk(desk: ApiClient, before: dict[str, Any], charge: Charge) -> None:
    """The operators' first page has moved by exactly this charge; midnight may pass on the way."""
    order = charge.order
    moved = {
        "top_up_fen": TOP_UP_FEN,
        "charging_fen": order["total_fen"],
        "energy_wh": order["energy_wh"],
        "charges": 1,
        "duration_s": order["duration_s"],
    }
    after = dashboard(desk)
    assert {name: after["total"][name] - before["total"][name] for name in moved} == moved
    assert after["total"]["drivers"] - before["total"]["drivers"] == 1
    days = [
        {name: view["today"][name] + view["yesterday"][name] for name in moved} for view in (before, after)
    ]
    assert {name: days[1][name] - days[0][name] for name in moved} == moved
    (listed,) = answer_of(desk.get("/api/v1/admin/orders"))["orders"]
    assert (listed["order_no"], listed["total_fen"]) == (order["order_no"], order["total_fen"])


def check_nothing_is_lost(running: Running, pile: RunningPile) -> None:
    """What the pile said is in the tables, once; what it keeps until a receipt, it keeps no more."""
    pile.wait(lambda one: len(one.model.outbox) == 0)
    said = {message.id for message in pile.messages(*RARE)}
    soon(lambda: said <= remembered(), "every rare message is taken")
    # the broker spoke for the pile when a connection broke: its will, once for each new birth
    assert len(remembered() - said) == len(pile.messages("online")) - 1 > 0
    meters = {message.order for message in pile.messages("meter")}
    soon(lambda: len(meters) == MeterValue.select().count(), "every meter reading is stored")
    assert {(row.boot, row.seq) for row in MeterValue.select()} == meters
    assert MeterValue.select().where(MeterValue.is_replayed).exists()
    assert Quarantine.select().count() == 0

    def is_conserved() -> bool:
        counts = bridge_counts(running.metrics_port)
        return counts["received"] == counts["applied"] + counts["duplicates"] + counts["quarantined"] > 0

    soon(is_conserved, "received = applied + duplicates + quarantined")
    assert bridge_counts(running.metrics_port)["quarantined"] == 0
    assert Order.select().count() == Session.select().count() == 1
    assert [row.state.value for row in Command.select().order_by(Command.id)] == ["accepted", "done"]


def remembered() -> set[str]:
    """The ids of the rare messages that were taken."""
    pile = Pile.get()
    return {row.message_id for row in PileMessage.select().where(PileMessage.pile_id == pile.id)}
