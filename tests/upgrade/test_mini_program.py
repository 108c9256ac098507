"""Drivers who have not got the new mini-program yet: the previous one's requests, from the scan to the bill."""

from datetime import datetime, timedelta
from typing import Any, Final

from backend.gateways.clock import utc_now
from backend.models import Connector, Pile
from tests.api_server import ApiClient, running_api
from tests.feed_server import in_loop, running_feed, subscribe
from tests.invariants import check_invariants
from tests.pile_voice import PileVoice
from tests.upgrade.life import FIRST_WH, TOP_UP_FEN
from tests.upgrade.present_bridge import PresentBridge
from tests.upgrade.previous_phone import PreviousPhone, find_faults
from tests.upgrade.snapshot import OF_ITS_TIME, Snapshot
from tests.upgrade.wechat import Wechat

HERE: Final = {"latitude": 31.3, "longitude": 120.6}
NEAR_M: Final = 5_000
LIMIT_FEN: Final = 3_000
ENERGY_WH: Final = 40
LATER_SEQ: Final = 10_000
ASKED: Final = frozenset(
    {
        "POST /api/v1/driver/login",
        "GET /api/v1/driver/me",
        "GET /api/v1/driver/stations/nearby",
        "GET /api/v1/driver/stations/{station_no}",
        "POST /api/v1/driver/connectors/resolve",
        "GET /api/v1/driver/connectors/{connector_no}/estimate",
        "POST /api/v1/driver/sessions",
        "GET /api/v1/driver/sessions/live",
        "GET /api/v1/driver/sessions/{session_no}",
        "POST /api/v1/driver/sessions/{session_no}/stop",
        "GET /api/v1/driver/orders",
        "GET /api/v1/driver/orders/{order_no}",
        "GET /api/v1/driver/wallet",
        "GET /api/v1/driver/wallet/postings",
        "POST /api/v1/driver/top-ups",
        "GET /api/v1/driver/payments/{payment_no}",
        "POST /api/v1/driver/logout",
    }
)
"""What the phones below have asked for in the end."""


class RealTime(PresentBridge):
    """Everything happens now, and nothing is refused."""

    def __init__(self, pile_no: str, boot: int) -> None:
        super().__init__(PileVoice(pile_no, utc_now(), boot=boot), utc_now)

    def say(self, kind: str, **fields: Any) -> None:
        self.pile.now = utc_now()
        self.take(self.pile.say(kind, **fields))
        assert self.quarantined() == 0


def test_the_previous_mini_program_gets_from_the_scan_to_the_bill(landed: Snapshot) -> None:
    asked: set[str] = set()
    with Wechat().serving(), running_api() as api:
        asked |= come_back_to_a_running_charge(api, landed)
        asked |= charge_anew(api, landed)
        asked |= log_in_for_the_first_time(api)
    assert asked == ASKED
    check_invariants(broken_on_purpose=OF_ITS_TIME)


def come_back_to_a_running_charge(api: ApiClient, landed: Snapshot) -> set[str]:
    """The start's answer was lost before the upgrade; the pile's record comes from the night."""
    names = landed.names
    connector_no = f"{names['pile_no']}01"
    with PreviousPhone(api.base_url, token=names["charging_token"]) as phone:
        phone.keep(f"start:{connector_no}:null", "key-of-charging", now_ms())
        started = phone.call("sessions", "startSession", connector_no, None)
        assert started["session_no"] == names["charging_session"]
        session = phone.call("sessions", "findLiveSession")
        assert (session["session_no"], session["state"]) == (started["session_no"], "charging")
        assert session["energy_wh"] == 15_000
        bridge = RealTime(names["pile_no"], boot=1)
        bridge.pile.seq = LATER_SEQ
        started_at = datetime.fromisoformat(session["started_at"])
        bridge.pile.now = started_at + timedelta(minutes=16)
        record = bridge.pile.ended(started["session_no"], started_at, 16_000, replayed=True)
        bridge.take(record)
        assert bridge.is_receipted(record)
        session = phone.call("sessions", "getSession", started["session_no"])
        assert session["state"] == "settled"
        order = phone.call("orders", "getOrder", session["order_no"])
        assert (order["total_fen"], order["energy_wh"]) == (1_920, 16_000)
        return set(phone.operations)


def charge_anew(api: ApiClient, landed: Snapshot) -> set[str]:
    """By the printed link, on a pile that comes online for the first time."""
    names = landed.names
    bridge = RealTime(names["second_pile_no"], boot=1)
    connector = Connector.get(Connector.pile_id == Pile.get(Pile.pile_no == names["second_pile_no"]).id)
    with PreviousPhone(api.base_url, token=names["idle_token"]) as phone:
        assert phone.call("me", "getMe")["live_session_no"] is None
        (card,) = phone.call("stations", "listNearby", HERE, NEAR_M)
        station = phone.call("stations", "getStation", card["station_no"], HERE)
        assert connector.connector_no in {one["connector_no"] for one in station["connectors"]}
        link = f"{api.base_url}/p/{connector.qr_token}"
        assert phone.call("connectors", "resolveConnector", link)["obstacle"]["code"] == "pile_offline"
        assert phone.refusal("sessions", "startSession", connector.connector_no, LIMIT_FEN) == "pile_offline"
        bridge.say("online", online=True, conn="c1")
        bridge.say("status", connector=1, status="plugged", plugged=True, fault_codes=[])
        found = phone.call("connectors", "resolveConnector", connector.connector_no)
        assert (found["is_startable"], found["obstacle"]) == (True, None)
        estimate = phone.call("connectors", "estimateCharge", connector.connector_no, LIMIT_FEN)
        assert estimate["hold_fen"] == LIMIT_FEN
        charge_and_pay(phone, bridge, connector.connector_no)
        pay_again_for_what_was_asked(phone, names)
        phone.call("me", "logOut")
        return set(phone.operations)


def charge_and_pay(phone: PreviousPhone, bridge: RealTime, connector_no: str) -> None:
    session_no = phone.call("sessions", "startSession", connector_no, LIMIT_FEN)["session_no"]
    assert phone.call("sessions", "getSession", session_no)["state"] == "starting"
    assert bridge.answer("accepted") == ["start"]
    bridge.say("session_started", connector=1, session_no=session_no, register_wh=FIRST_WH, auth="app")
    started_at = bridge.pile.now
    meter = {"power_w": 6_000, "voltage_mv": 220_000, "current_ma": 27_000}
    bridge.say(
        "meter", connector=1, session_no=session_no, register_wh=FIRST_WH + ENERGY_WH, elapsed_s=1, **meter
    )
    session = phone.call("sessions", "findLiveSession")
    assert (session["state"], session["energy_wh"]) == ("charging", ENERGY_WH)
    assert session["allowed_actions"] == ["stop"]
    assert phone.call("sessions", "stopSession", session_no)["state"] == "stopping"
    assert bridge.answer("done") == ["stop"]
    bridge.pile.now = utc_now()
    record = bridge.pile.ended(session_no, started_at, ENERGY_WH)
    bridge.take(record)
    assert bridge.is_receipted(record)
    session = phone.call("sessions", "getSession", session_no)
    assert session["state"] == "settled"
    order = phone.call("orders", "getOrder", session["order_no"])
    assert order["total_fen"] == order["captured_fen"] > 0
    listed = phone.call("orders", "listOrders", None)["orders"]
    assert [one["order_no"] for one in listed] == [order["order_no"]]
    wallet = phone.call("wallet", "getWallet")
    assert (wallet["available_fen"], wallet["held_fen"]) == (TOP_UP_FEN - order["total_fen"], 0)
    kinds = [one["kind"] for one in phone.call("wallet", "listMovements", None)["movements"]]
    assert kinds == ["settle", "hold", "top_up"]


def pay_again_for_what_was_asked(phone: PreviousPhone, names: dict[str, str]) -> None:
    """The same key is the same payment, over the upgrade too."""
    phone.keep(f"top_up:{TOP_UP_FEN}", "key-of-awaiting", now_ms())
    payment_no = phone.call("payments", "topUp", TOP_UP_FEN)["payment_no"]
    assert payment_no == names["awaiting_payment"]
    assert phone.call("payments", "getPayment", payment_no)["payment_no"] == payment_no


def log_in_for_the_first_time(api: ApiClient) -> set[str]:
    with PreviousPhone(api.base_url, openid="openid-of-somebody-new") as phone:
        assert phone.call("wallet", "getWallet")["available_fen"] == 0
        return set(phone.operations)


@in_loop
async def test_the_previous_mini_program_hears_the_live_feed(landed: Snapshot) -> None:
    names = landed.names
    shown = {
        f"session:{names['charging_session']}": "SessionView",
        f"station:{names['station_no']}": "StationDetail",
    }
    async with running_feed() as server:
        client = await server.connect(names["charging_token"])
        for topic, schema in shown.items():
            frame = await subscribe(client, topic)
            assert (frame["topic"], frame["seq"], frame["kind"]) == (topic, 1, "snapshot")
            assert find_faults({"$ref": f"#/components/schemas/{schema}"}, frame["data"]) == []
        await client.send(op="sub", topic="session:nothing")
        refused = await client.read_until(lambda frame: frame.get("op") == "error")
        assert refused["topic"] == "session:nothing"


def now_ms() -> int:
    return int(utc_now().timestamp() * 1_000)
