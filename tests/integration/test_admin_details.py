"""The desk over HTTP: logging in, one order to its last posting, one session, the remote stop, one pile."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from backend.domain.actor import Actor
from backend.domain.command import CommandKind, CommandState
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import FailureReason, SessionState, StopReason
from backend.gateways.clock import utc_now
from backend.models import AuditRow, Command, Driver, Operator, Pile, Session, Staff
from backend.services.access.register_staff import register_role, register_staff
from backend.services.ground.audit import write_audit
from tests.api_server import ApiClient, running_api
from tests.builders import a_driver, a_pile, a_staff, a_station, a_token, an_operator, key_of
from tests.desk import a_running_charge, an_ended_charge

ADMIN = "/api/v1/admin"


@pytest.fixture
def api(database: str) -> Iterator[ApiClient]:
    with running_api() as client:
        yield client


@pytest.fixture
def operator(api: ApiClient) -> Operator:
    return an_operator(now=utc_now())


@pytest.fixture
def staff(operator: Operator) -> Staff:
    return a_staff(operator=operator, now=utc_now())


@pytest.fixture
def desk(api: ApiClient, staff: Staff) -> ApiClient:
    return api.as_owner_of(a_token(owner=staff, now=utc_now()))


@pytest.fixture
def pile(operator: Operator) -> Pile:
    return a_pile(station=a_station(now=utc_now(), operator=operator), now=utc_now())


def test_staff_log_in_see_themselves_and_log_out(api: ApiClient, operator: Operator) -> None:
    now = utc_now()
    role = register_role(operator=operator, name="运营", permissions=[Permission.ORDER_READ], now=now)
    register_staff(
        operator=operator, role=role, account="li.lei", name="李雷", password="正确的密码-1", now=now
    )
    wrong = api.post(f"{ADMIN}/login", json={"account": "li.lei", "password": "错误的密码-1"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "wrong_credentials")
    answer = api.post(f"{ADMIN}/login", json={"account": "li.lei", "password": "正确的密码-1"})
    assert answer.status_code == 200
    client = api.as_owner_of(answer.json()["token"])
    me = client.get(f"{ADMIN}/me").json()
    assert (me["name"], me["operator_name"], me["permissions"]) == ("李雷", operator.name, ["order.read"])
    assert (me["is_platform"], me["sees_platform_sums"], me["stations"]) == (False, False, None)
    assert client.get(f"{ADMIN}/orders").status_code == 200
    assert client.get(f"{ADMIN}/piles").status_code == 403
    assert client.post(f"{ADMIN}/logout").status_code == 204
    assert client.get(f"{ADMIN}/me").status_code == 401


def test_an_order_shows_its_lines_its_postings_and_its_timeline(desk: ApiClient, pile: Pile) -> None:
    driver = a_driver(now=utc_now(), balance_fen=50_000)
    order = an_ended_charge(pile=pile, ended_at=utc_now(), driver=driver)
    answer = desk.get(f"{ADMIN}/orders/{order.order_no}").json()
    bill = answer["order"]
    assert sum(line["fee_fen"] for line in bill["fee_lines"]) == bill["total_fen"] == order.total_fen
    assert sum(segment["energy_wh"] for segment in bill["segments"]) == bill["energy_wh"] == 10_000
    assert (answer["driver_no"], answer["raw_stop_code"]) == (driver.driver_no, "0x40")
    assert answer["operator_name"] == Operator.get_by_id(order.operator_id).name
    steps = [step["step"] for step in answer["timeline"]]
    assert steps == ["created", "starting", "started", "ended", "settled"]
    postings = answer["postings"]
    assert {posting["entry_kind"] for posting in postings} == {"hold", "settle"}
    for entry_no in {posting["entry_no"] for posting in postings}:
        assert sum(row["amount_fen"] for row in postings if row["entry_no"] == entry_no) == 0
    income = [row for row in postings if row["owner_kind"] == "operator"]
    assert sum(row["amount_fen"] for row in income) == order.total_fen


def test_an_order_shows_the_postings_of_no_other_order(desk: ApiClient, pile: Pile) -> None:
    driver = a_driver(now=utc_now(), balance_fen=50_000)
    now = utc_now()
    first, second = (
        an_ended_charge(pile=pile, ended_at=at, driver=driver) for at in (now - timedelta(hours=1), now)
    )
    entries = [
        {row["entry_no"] for row in desk.get(f"{ADMIN}/orders/{order.order_no}").json()["postings"]}
        for order in (first, second)
    ]
    assert [len(found) for found in entries] == [2, 2]
    assert not entries[0] & entries[1]


def _stop(client: ApiClient, session: Session, reason: str = "车主来电要求停止") -> Any:
    return client.post(f"{ADMIN}/sessions/{session.session_no}/stop", json={"reason": reason})


def test_a_remote_stop_sends_a_command_and_is_audited_with_its_reason(
    desk: ApiClient, staff: Staff, pile: Pile
) -> None:
    session = a_running_charge(pile=pile, now=utc_now())
    before = desk.get(f"{ADMIN}/sessions/{session.session_no}").json()
    assert before["session"]["allowed_actions"] == ["stop"]
    first, again = _stop(desk, session), _stop(desk, session)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["session"]["state"] == "stopping"
    assert first.json()["session"]["allowed_actions"] == []
    (*_, step) = first.json()["timeline"]
    assert (step["step"], step["reason"]) == ("stopping", "staff")
    assert (step["by"], step["note"]) == (staff.name, "车主来电要求停止")
    command = Command.get((Command.session_id == session.id) & (Command.kind == CommandKind.STOP))
    assert msgspec.json.decode(command.params)["reason"] == StopReason.STAFF.value
    audit = AuditRow.get((AuditRow.action == "session.stop") & (AuditRow.object_no == session.session_no))
    assert (audit.actor_id, audit.operator_id) == (staff.id, staff.operator_id)
    assert msgspec.json.decode(audit.detail) == {"reason": "车主来电要求停止"}
    assert audit.request_id == first.headers["X-Request-Id"]
    assert AuditRow.select().where(AuditRow.action == "session.stop").count() == 1


def test_who_stopped_a_charge_and_why_stays_with_it_and_its_order(
    desk: ApiClient, staff: Staff, pile: Pile
) -> None:
    now = utc_now()
    order = an_ended_charge(pile=pile, ended_at=now)
    session = Session.get_by_id(order.session_id)
    Session.update(stop_asked_reason=StopReason.STAFF, stopping_at=now).where(
        Session.id == session.id
    ).execute()
    write_audit(
        actor=Actor(kind=ActorKind.STAFF, id=staff.id, no=staff.account),
        action="session.stop",
        object_kind="session",
        object_no=session.session_no,
        operator_id=staff.operator_id,
        detail={"reason": "设备检修"},
        now=now,
    )
    for path in (f"sessions/{session.session_no}", f"orders/{order.order_no}"):
        steps = {step["step"]: step for step in desk.get(f"{ADMIN}/{path}").json()["timeline"]}
        assert (steps["stopping"]["by"], steps["stopping"]["note"]) == (staff.name, "设备检修")
        assert (steps["ended"]["by"], steps["ended"]["note"]) == ("", "")


def test_a_command_that_was_obeyed_is_shown_as_done(desk: ApiClient, pile: Pile) -> None:
    order = an_ended_charge(pile=pile, ended_at=utc_now())
    session = Session.get_by_id(order.session_id)
    start = Command.get((Command.session_id == session.id) & (Command.kind == CommandKind.START))
    Command.update(state=CommandState.ACCEPTED).where(Command.id == start.id).execute()
    shown = desk.get(f"{ADMIN}/sessions/{session.session_no}").json()["commands"]
    assert [command["state"] for command in shown] == ["done"]
    assert desk.get(f"{ADMIN}/piles/{pile.pile_no}").json()["recent_commands"][0]["state"] == "done"
    waiting = a_running_charge(pile=pile, now=utc_now(), gun=2)
    Session.update(started_at=None).where(Session.id == waiting.id).execute()
    Command.update(state=CommandState.ACCEPTED).where(Command.session_id == waiting.id).execute()
    shown = desk.get(f"{ADMIN}/sessions/{waiting.session_no}").json()["commands"]
    assert [command["state"] for command in shown] == ["accepted"]


def test_a_session_that_was_never_sent_to_its_pile_fails_by_staff(desk: ApiClient, pile: Pile) -> None:
    session = a_running_charge(pile=pile, now=utc_now())
    Session.update(state=SessionState.CREATED).where(Session.id == session.id).execute()
    assert _stop(desk, session).json()["session"]["failure_reason"] == FailureReason.CANCELLED_BY_STAFF


def test_an_ended_session_and_an_empty_reason_are_refused(desk: ApiClient, pile: Pile) -> None:
    order = an_ended_charge(pile=pile, ended_at=utc_now())
    ended = Session.get_by_id(order.session_id)
    assert _stop(desk, ended).json()["error"]["code"] == "session_not_stoppable"
    running = a_running_charge(pile=pile, now=utc_now(), gun=2)
    for reason in ("", "   ", "长" * 201):
        assert _stop(desk, running, reason).json()["error"]["code"] == "invalid_input"
    assert Session.get_by_id(running.id).state is SessionState.CHARGING


def test_a_session_shows_its_commands_and_only_the_driver_s_number(desk: ApiClient, pile: Pile) -> None:
    driver = a_driver(now=utc_now(), balance_fen=50_000)
    session = a_running_charge(pile=pile, now=utc_now(), driver=driver, energy_wh=1_000)
    text = desk.get(f"{ADMIN}/sessions/{session.session_no}").text
    answer = msgspec.json.decode(text)
    assert answer["driver_no"] == driver.driver_no
    assert [command["kind"] for command in answer["commands"]] == ["start"]
    assert answer["session"]["energy_wh"] == 1_000
    private = Driver.get_by_id(driver.id)
    assert key_of(private) not in text
    assert private.nickname not in text


def test_a_pile_shows_its_connectors_sessions_and_commands(desk: ApiClient, pile: Pile) -> None:
    session = a_running_charge(pile=pile, now=utc_now(), gun=2)
    answer = desk.get(f"{ADMIN}/piles/{pile.pile_no}").json()
    assert (answer["pile"]["is_online"], answer["pile"]["is_stale"]) == (True, False)
    assert [connector["session_no"] for connector in answer["pile"]["connectors"]] == [
        None,
        session.session_no,
    ]
    assert [row["session_no"] for row in answer["recent_sessions"]] == [session.session_no]
    assert [row["kind"] for row in answer["recent_commands"]] == ["start"]
    assert "password" not in str(answer)


def test_a_station_shows_its_piles_and_an_unknown_one_is_not_found(desk: ApiClient, pile: Pile) -> None:
    (row,) = desk.get(f"{ADMIN}/stations").json()["stations"]
    answer = desk.get(f"{ADMIN}/stations/{row['station_no']}").json()
    assert answer["station"] == row
    assert [found["pile_no"] for found in answer["piles"]] == [pile.pile_no]
    for noun in ("stations", "piles", "orders", "sessions"):
        missing = desk.get(f"{ADMIN}/{noun}/nothing")
        assert missing.status_code == 404
        assert missing.json()["error"]["code"] == f"{noun.removesuffix('s')}_not_found"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("limit=0", "每页条数不能小于 1，请修改后再试。"),
        ("limit=101", "每页条数不能大于 100，请修改后再试。"),
        ("state=none", "状态不是可选的值，请修改后再试。"),
        ("from_date=2026-13-01", "开始日期格式不正确，请修改后再试。"),
        ("from_date=2026-11-02&to_date=2026-11-01", "开始日期晚于结束日期，请修改后再试。"),
        ("cursor=x", "翻页位置长度不能小于 3，请修改后再试。"),
        ("unknown=1", "请求内容有误（不认识的字段），请修改后再试。"),
    ],
)
def test_a_bad_query_is_refused_in_words(desk: ApiClient, query: str, sentence: str) -> None:
    answer = desk.get(f"{ADMIN}/orders?{query}")
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, sentence)
