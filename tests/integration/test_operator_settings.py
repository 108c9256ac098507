"""Policy, agreements and the switch of an operator, through the services on both databases, with what they do to starts."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from backend.domain.actor import Actor
from backend.domain.agreement import AgreementKind
from backend.domain.caller import NOWHERE
from backend.domain.errors import (
    AccountTaken,
    AgreementDraftExists,
    AgreementNotAccepted,
    AgreementPublished,
    BalanceTooLow,
    BeyondOwnRights,
    Forbidden,
    OperatorDisabled,
    OperatorIsPlatform,
    OperatorNotFound,
    OperatorNumberFixed,
    OperatorNumberTaken,
    PolicyOutOfRange,
    RowChanged,
    StationNotFound,
    UnfitInput,
)
from backend.domain.operator import check_character
from backend.domain.permission import ActorKind, Permission
from backend.domain.policy import PolicyName
from backend.domain.session import SessionState
from backend.models import AgreementAcceptance, AuditRow, Operator, Staff, Timer
from backend.models.engine.database import database as bound
from backend.services.access.authenticate import authenticate
from backend.services.access.log_in_staff import LoggedInStaff, log_in_staff
from backend.services.charging.expire_start import expire_start
from backend.services.ground.operator_book import read_operators
from backend.services.operators.accept_agreements import accept_agreements
from backend.services.operators.agreement_drafts import draft_agreement, edit_draft
from backend.services.operators.appoint_administrator import appoint_administrator
from backend.services.operators.create_operator import NewOperator, create_operator
from backend.services.operators.edit_operator import edit_operator
from backend.services.operators.publish_agreement import publish_agreement
from backend.services.operators.set_policy import set_policy
from backend.services.operators.switch_operator import switch_operator
from backend.services.staff.switch_staff import switch_staff
from backend.services.views.desk.get_policy_for_staff import get_policy_for_staff
from backend.services.views.desk.list_operators_for_staff import get_operator_for_staff
from backend.services.views.driver.get_station import get_station
from backend.services.views.driver.list_agreements import list_agreements
from tests.at_once import at_once
from tests.builders import an_operator
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")


class World(Scenario):
    """The stations are of an operator that is not the platform."""

    def __init__(self) -> None:
        super().__init__()
        self.operator = Operator.get()
        Operator.update(is_platform=False).execute()
        self.platform = an_operator(now=self.now, is_platform=True)
        read_operators()
        self.boss = self.staff(self.platform, is_platform=True)
        self.own = self.staff(self.operator, is_platform=False)

    def staff(self, operator: Operator, *, is_platform: bool) -> Actor:
        return Actor(
            kind=ActorKind.STAFF,
            id=operator.id,
            no=f"staff{operator.id}",
            operator_id=operator.id,
            is_platform=is_platform,
            permissions=frozenset(Permission),
        )

    def set(self, staff: Actor, operator_no: str | None, **values: int | None) -> None:
        version = get_policy_for_staff(staff=staff, operator_no=operator_no).row_version
        set_policy(
            staff=staff,
            operator_no=operator_no,
            values={PolicyName(name): value for name, value in values.items()},
            reason="试行",
            row_version=version,
            now=self.now,
        )

    def publish(self, staff: Actor, operator: Operator, kind: AgreementKind, text: str) -> str:
        number = draft_agreement(
            staff=staff,
            operator_no=operator.operator_no,
            kind=kind,
            title="协议",
            text=text,
            note="改了",
            now=self.now,
        )
        publish_agreement(staff=staff, agreement_no=number, row_version=0, now=self.now)
        return number


def test_a_policy_holds_for_what_starts_afterwards_and_running_sessions_keep_theirs() -> None:
    world = World()
    first, second = world.driver(30_000), world.driver(30_000)
    before = world.start(first, gun=1).session_no
    world.set(world.boss, None, start_deadline_s=120, largest_top_up_fen=20_000)
    world.set(world.own, world.operator.operator_no, hold_cap_fen=6_000, min_hold_fen=1_000)
    after = world.start(second, gun=2)
    assert (world.session(before).hold_fen, after.hold_fen) == (20_000, 6_000)
    assert after.start_deadline_at - world.now == timedelta(seconds=120)
    due = {row.subject_no: row.due_at - world.now for row in Timer.select()}
    assert (due[before], due[after.session_no]) == (timedelta(seconds=90), timedelta(seconds=120))
    world.set(world.boss, None, plug_claim_s=300)
    assert (world.session(before).plug_claim_s, world.session(after.session_no).plug_claim_s) == (
        1_800,
        1_800,
    )
    expire_start(session_no=before, now=world.after(seconds=90).now)
    assert world.session(before).state is SessionState.FAILED
    with pytest.raises(BalanceTooLow) as refused:
        world.start(world.driver(900), gun=1)
    assert refused.value.data["required_fen"] == 1_000
    told = [json.loads(row.detail) for row in AuditRow.select().where(AuditRow.action == "policy.edit")]
    assert told[1] == {
        "before": {"hold_cap_fen": None, "min_hold_fen": None},
        "after": {"hold_cap_fen": 6_000, "min_hold_fen": 1_000},
        "reason": "试行",
    }


def test_a_policy_is_set_by_whose_it_is_within_its_ranges_and_by_one_at_a_time() -> None:
    world = World()
    for staff, operator_no, refusal in (
        (world.own, None, Forbidden),
        (world.own, world.platform.operator_no, OperatorNotFound),
    ):
        with pytest.raises(refusal):
            set_policy(
                staff=staff, operator_no=operator_no, values={}, reason="试", row_version=0, now=world.now
            )
    with pytest.raises(PolicyOutOfRange):
        world.set(world.own, world.operator.operator_no, smallest_top_up_fen=200)
    world.set(world.own, world.operator.operator_no, hold_cap_fen=6_000)
    with pytest.raises(RowChanged):
        set_policy(
            staff=world.own,
            operator_no=world.operator.operator_no,
            values={},
            reason="试",
            row_version=0,
            now=world.now,
        )
    world.set(world.own, world.operator.operator_no, hold_cap_fen=None)
    assert world.start(world.driver(30_000)).hold_fen == 20_000


def test_a_policy_costs_a_start_no_statement_while_it_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.set(world.own, world.operator.operator_no, hold_cap_fen=6_000)
    world.start(world.driver(), gun=1)
    asked: list[str] = []
    execute = bound.obj.execute_sql

    def note(sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    monkeypatch.setattr(bound.obj, "execute_sql", note)
    world.start(world.driver(), gun=2)
    assert not [sql for sql in asked if "charging_policy" in sql or "agreement" in sql]


def test_a_new_version_of_a_text_stops_new_starts_until_it_is_accepted_and_no_running_charge() -> None:
    world = World()
    first, second = world.driver(), world.driver()
    running = world.start(first, gun=1).session_no
    user = world.publish(world.boss, world.platform, AgreementKind.USER_AGREEMENT, "一")
    own = world.publish(world.own, world.operator, AgreementKind.SERVICE_TERMS, "二")
    world.say_started(running)
    assert world.session(running).state is SessionState.CHARGING
    with pytest.raises(AgreementNotAccepted):
        world.start(second, gun=2)
    accept_agreements(driver=second, agreement_nos=[user], now=world.now)
    with pytest.raises(AgreementNotAccepted):
        world.start(second, gun=2)
    accept_agreements(driver=second, agreement_nos=[own, own], now=world.now)
    accept_agreements(driver=second, agreement_nos=[own], now=world.now)
    assert AgreementAcceptance.select().count() == 2
    world.start(second, gun=2)
    newer = world.publish(world.boss, world.platform, AgreementKind.USER_AGREEMENT, "三")
    (shown,) = [
        one for one in list_agreements(driver=second, connector_no=None).agreements if not one.is_accepted
    ]
    assert (shown.agreement_no, shown.version, shown.accepted_version, shown.note) == (newer, 2, 1, "改了")


def test_a_published_text_is_never_edited_and_there_is_one_draft_of_a_kind() -> None:
    world = World()
    number = world.publish(world.own, world.operator, AgreementKind.SERVICE_TERMS, "一")
    with pytest.raises(AgreementPublished):
        edit_draft(
            staff=world.own,
            agreement_no=number,
            title="改",
            text="改",
            note="",
            row_version=1,
            now=world.now,
        )
    draft = {
        "staff": world.own,
        "operator_no": world.operator.operator_no,
        "kind": AgreementKind.SERVICE_TERMS,
        "title": "新",
        "text": "新",
        "note": "",
        "now": world.now,
    }
    draft_agreement(**draft)  # type: ignore[arg-type]
    with pytest.raises(AgreementDraftExists):
        draft_agreement(**draft)  # type: ignore[arg-type]


def test_a_disabled_operator_takes_no_new_start_and_what_runs_goes_on() -> None:
    world = World()
    driver = world.driver()
    running = world.start(driver, gun=1).session_no

    def switch(*, is_enabled: bool) -> None:
        row = Operator.get_by_id(world.operator.id)
        switch_operator(
            staff=world.boss,
            operator_no=row.operator_no,
            is_enabled=is_enabled,
            reason="到期",
            row_version=row.row_version,
            now=world.now,
        )

    switch(is_enabled=False)
    world.say_started(running)
    assert world.session(running).state is SessionState.CHARGING
    with pytest.raises(OperatorDisabled):
        world.start(world.driver(), gun=2)
    with pytest.raises(StationNotFound):
        get_station(station_no=world.station.station_no, now=world.now)
    world.say_ended(running, 5_000, started_at=world.now)
    with pytest.raises(OperatorIsPlatform):
        switch_operator(
            staff=world.boss,
            operator_no=world.platform.operator_no,
            is_enabled=False,
            reason="到期",
            row_version=0,
            now=world.now,
        )
    switch(is_enabled=True)
    world.start(world.driver(), gun=2)


def test_a_new_operator_comes_with_an_administrator_who_may_do_everything_there_and_nothing_elsewhere() -> (
    None
):
    world = World()
    code = "D2143569X"
    new = NewOperator(operator_no=code, name="新来的", service_phone="", service_hours="")
    first = ("first.there", "第一位")

    made: list[tuple[int, str] | None] = []

    def create(staff: Actor = world.boss) -> None:
        made.append(create_operator(staff=staff, new=new, administrator=first, caller=NOWHERE, now=world.now))

    weaker = msgspec.structs.replace(
        world.boss, permissions=frozenset(Permission) - {Permission.REFUND_MANAGE}
    )
    for staff, refusal in ((world.own, Forbidden), (weaker, BeyondOwnRights)):
        with pytest.raises(refusal):
            create(staff)
    assert not Operator.select().where(Operator.operator_no == code).exists()
    assert sorted(at_once([create] * 3)) == ["ok", "operator_number_taken", "operator_number_taken"]
    assert made[0] is not None
    staff_id, password = made[0]

    def log_in() -> LoggedInStaff:
        return log_in_staff(account=first[0], password=password, code="", caller=NOWHERE, now=world.now)

    assert log_in().obligations == ("password",)
    Staff.update(must_change_password=False).where(Staff.id == staff_id).execute()
    there = authenticate(log_in().token, now=world.now)
    assert (there.permissions, there.is_platform) == (frozenset(Permission), False)
    with pytest.raises(OperatorNotFound):
        get_operator_for_staff(staff=there, operator_no=world.operator.operator_no)
    rows = AuditRow.select().where(AuditRow.operator_id == there.operator_id).order_by(AuditRow.id)
    assert [row.action for row in rows][:3] == ["operator.create", "role.create", "staff.add"]
    assert password not in str([row.detail for row in rows])


def test_an_operator_left_without_an_administrator_is_given_one_with_the_role_it_has() -> None:
    world = World()
    own_no = world.operator.operator_no

    def appoint(account: str, staff: Actor = world.boss) -> int:
        return appoint_administrator(
            staff=staff, operator_no=own_no, account=account, name="管理员", caller=NOWHERE, now=world.now
        )[0]

    def is_administered() -> bool:
        return get_operator_for_staff(staff=world.boss, operator_no=own_no).has_administrator

    assert not is_administered()
    with pytest.raises(Forbidden):
        appoint("own", world.own)
    first = appoint("first")
    assert is_administered()
    with pytest.raises(AccountTaken):
        appoint("first")
    switch_staff(actor=world.boss, staff_id=first, is_enabled=False, caller=NOWHERE, now=world.now)
    assert not is_administered()
    second = appoint("second")
    assert is_administered()
    assert Staff.get_by_id(first).role_id == Staff.get_by_id(second).role_id


def test_an_operators_number_changes_until_its_money_is_booked_under_it() -> None:
    world = World()

    def renumber(old: str, new: str, staff: Actor = world.boss) -> None:
        row = Operator.get(Operator.operator_no == old)
        edit_operator(
            staff=staff,
            operator_no=old,
            name=row.name,
            service_phone="",
            service_hours="",
            row_version=row.row_version,
            new_no=new,
            now=world.now,
        )

    first, code, other = world.operator.operator_no, "D2143569X", "717808314"
    for new, staff, refusal in (
        (code, world.own, Forbidden),
        ("D21435690", world.boss, UnfitInput),
        (world.platform.operator_no, world.boss, UnfitInput),
    ):
        with pytest.raises(refusal):
            renumber(first, new, staff)
    renumber(first, code)
    renumber(world.platform.operator_no, other)
    with pytest.raises(OperatorNumberTaken):
        renumber(code, other)
    detail = (
        AuditRow.select()
        .where((AuditRow.action == "operator.edit") & (AuditRow.object_no == code))
        .get()
        .detail
    )
    assert json.loads(detail) == {"before": {"operator_no": first}, "after": {"operator_no": code}}
    session_no = world.start(world.driver(30_000)).session_no
    assert not get_operator_for_staff(staff=world.boss, operator_no=code).may_renumber
    with pytest.raises(OperatorNumberFixed):
        renumber(code, "71780832" + check_character("71780832"))
    assert world.session(session_no).operator_id == world.operator.id
