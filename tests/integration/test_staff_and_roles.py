"""Staff, roles and second factors as people enter them: what is granted, what is refused, and that it counts at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from backend import gateways
from backend.domain import errors
from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE, Caller
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.sealing import Sealer
from backend.live import rate_limit
from backend.models import (
    AuditRow,
    BackupCode,
    LoginRecord,
    Operator,
    Order,
    PileState,
    Role,
    SecondFactor,
    Staff,
    StaffStation,
    Station,
)
from backend.services.access.authenticate import authenticate
from backend.services.access.log_in_staff import LoggedInStaff, log_in_staff
from backend.services.staff.add_staff import add_staff
from backend.services.staff.begin_second_factor import begin_second_factor
from backend.services.staff.begin_system import FirstAdministrator, begin_system
from backend.services.staff.change_own_password import change_own_password
from backend.services.staff.confirm_second_factor import confirm_second_factor
from backend.services.staff.create_role import create_role
from backend.services.staff.delete_role import delete_role
from backend.services.staff.delete_staff import delete_staff
from backend.services.staff.drop_second_factor import drop_second_factor
from backend.services.staff.edit_role import edit_role
from backend.services.staff.edit_staff import edit_staff
from backend.services.staff.end_staff_log_ins import end_staff_log_ins
from backend.services.staff.get_begin_offer import get_begin_offer
from backend.services.staff.offer_begin_link import GOOD_FOR, offer_begin_link
from backend.services.staff.reset_password import reset_password
from backend.services.staff.reset_second_factor import reset_second_factor
from backend.services.staff.role_terms import RoleTerms
from backend.services.staff.switch_staff import switch_staff
from backend.services.staff.terms import Terms
from backend.services.views.desk.get_checklist import get_checklist
from backend.services.views.desk.list_log_ins import list_log_ins
from backend.services.views.desk.list_staff_for_staff import list_staff_for_staff
from tests import builders
from tests.at_once import at_once
from tests.desk import an_ended_charge

NOW = utc_now()
FIRST = FirstAdministrator(
    operator_name="看得见充电", account="first", name="第一位", password="a sentence to log in with"
)
OWN_WORDS = "other words to log in with"
OFFICE = Caller(ip="203.0.113.7", user_agent="Mozilla/5.0 Chrome/140.0")
EVERYTHING = frozenset(Permission)


class Desk:
    """An empty system with its first administrator, and what people do there."""

    def __init__(self) -> None:
        rate_limit.forget_all()
        gateways.configure_sealer(Sealer("a key of one test, long enough for it"))
        self.clock = NOW
        begin_system(token=offer_begin_link(now=NOW), first=FIRST, caller=NOWHERE, now=NOW)
        self.operator = Operator.get(Operator.is_platform)
        self.boss = self.log_in("first", FIRST.password)

    def later(self, minutes: int) -> None:
        self.clock += timedelta(minutes=minutes)

    def log_in(self, account: str, password: str, code: str = "") -> Actor:
        return authenticate(self.told(account, password, code).token, now=self.clock)

    def told(self, account: str, password: str, code: str = "") -> LoggedInStaff:
        return log_in_staff(account=account, password=password, code=code, caller=OFFICE, now=self.clock)

    def role(
        self, *permissions: Permission, by: Actor | None = None, name: str = "", factor: bool = False
    ) -> int:
        name = name or f"角色{Role.select().count()}"
        terms = RoleTerms(name=name, permissions=frozenset(permissions), needs_second_factor=factor)
        return create_role(
            actor=by or self.boss, operator_no=None, terms=terms, caller=OFFICE, now=self.clock
        )

    def colleague(self, role_id: int, account: str = "colleague", *, by: Actor | None = None) -> Actor:
        """Somebody who has set a password of their own and is logged in."""
        staff_id, password = add_staff(
            actor=by or self.boss,
            operator_no=None,
            account=account,
            terms=terms_of(role_id),
            caller=OFFICE,
            now=self.clock,
        )
        told = self.told(account, password)
        limited = authenticate(told.token, now=self.clock)
        assert (limited.permissions, limited.is_limited, told.obligations) == (
            frozenset(),
            True,
            ("password",),
        )
        change_own_password(
            actor=limited,
            token=told.token,
            password=password,
            new_password=OWN_WORDS,
            caller=OFFICE,
            now=self.clock,
        )
        actor = authenticate(told.token, now=self.clock)
        assert actor.id == staff_id
        assert not actor.is_limited
        return actor

    def edit_role(self, role_id: int, permissions: frozenset[Permission], *, by: Actor | None = None) -> None:
        row = Role.get_by_id(role_id)
        terms = RoleTerms(name=row.name, permissions=permissions, needs_second_factor=row.needs_second_factor)
        edit_role(
            actor=by or self.boss,
            role_id=role_id,
            terms=terms,
            row_version=row.row_version,
            caller=OFFICE,
            now=self.clock,
        )

    def edit_staff(self, staff_id: int, terms: Terms, *, by: Actor | None = None) -> None:
        row = Staff.get_by_id(staff_id)
        edit_staff(
            actor=by or self.boss,
            staff_id=staff_id,
            terms=terms,
            row_version=row.row_version,
            caller=OFFICE,
            now=self.clock,
        )

    def enrol(self, actor: Actor, password: str) -> tuple[str, tuple[str, ...]]:
        """The secret of a confirmed second factor, and its backup codes."""
        secret = begin_second_factor(actor=actor, password=password, caller=OFFICE, now=self.clock).secret
        code = pyotp.TOTP(secret).at(self.clock)
        codes = confirm_second_factor(actor=actor, code=code, caller=OFFICE, now=self.clock)
        return secret, codes


def terms_of(role_id: int, stations: tuple[str, ...] | None = None) -> Terms:
    return Terms(name="同事", role_id=role_id, sees_all_stations=stations is None, station_nos=stations or ())


@pytest.fixture
def desk(database: str) -> Desk:
    return Desk()


def refused(error: type[errors.DomainError], act: Callable[[], object]) -> errors.DomainError:
    with pytest.raises(error) as refusal:
        act()
    return refusal.value


def test_an_empty_system_begins_once_by_a_link_that_is_good_for_an_hour(database: str) -> None:
    first = offer_begin_link(now=NOW)
    token = offer_begin_link(now=NOW)
    refused(errors.BeginLinkInvalid, lambda: get_begin_offer(token=first, now=NOW))
    refused(errors.BeginLinkInvalid, lambda: get_begin_offer(token=token, now=NOW + GOOD_FOR))
    weak = FirstAdministrator(operator_name="x", account="first", name="x", password="first12345")
    refused(errors.WeakPassword, lambda: begin_system(token=token, first=weak, caller=NOWHERE, now=NOW))
    odd = replace(FIRST, operator_no="D21435690")
    refused(errors.UnfitInput, lambda: begin_system(token=token, first=odd, caller=NOWHERE, now=NOW))
    assert get_begin_offer(token=token, now=NOW).operator_name is None
    known = replace(FIRST, operator_no="D2143569X")
    outcomes = at_once([lambda: begin_system(token=token, first=known, caller=NOWHERE, now=NOW)] * 4)
    assert sorted(map(str, outcomes)).count("already_begun") + outcomes.count("begin_link_invalid") == 3
    assert Staff.select().count() == 1
    assert [row.operator_no for row in Operator.select()] == ["D2143569X"]
    refused(errors.AlreadyBegun, lambda: offer_begin_link(now=NOW))
    names = {role.name for role in Role.select()}
    assert names == {"超级管理员", "运营", "财务", "运维", "客服", "只读"}


def test_whoever_does_not_have_a_permission_neither_grants_nor_takes_it(desk: Desk) -> None:
    """One loop over everything that grants, by somebody who may enter staff and roles and little else."""
    small = desk.role(Permission.STAFF_READ, Permission.STAFF_EDIT, Permission.ROLE_EDIT)
    deputy = desk.colleague(small, "deputy")
    big = desk.role(Permission.SESSION_DECIDE, name="大")
    peer = desk.colleague(big, "peer")
    beyond: dict[str, Callable[[], object]] = {
        "a role": lambda: desk.role(Permission.ORDER_READ, by=deputy),
        "more for a role": lambda: desk.edit_role(small, frozenset({Permission.ORDER_READ}), by=deputy),
        "less for a role": lambda: desk.edit_role(big, frozenset(), by=deputy),
        "deleting": lambda: delete_role(actor=deputy, role_id=big, caller=OFFICE, now=NOW),
        "a colleague": lambda: desk.colleague(big, "friend", by=deputy),
        "another's role": lambda: desk.edit_staff(deputy.id, terms_of(big), by=deputy),
        "a stronger one": lambda: desk.edit_staff(peer.id, terms_of(small), by=deputy),
        "password": lambda: reset_password(actor=deputy, staff_id=peer.id, caller=OFFICE, now=NOW),
        "factor": lambda: reset_second_factor(actor=deputy, staff_id=desk.boss.id, caller=OFFICE, now=NOW),
        "disabling": lambda: switch_staff(
            actor=deputy, staff_id=peer.id, is_enabled=False, caller=OFFICE, now=NOW
        ),
        "logging out": lambda: end_staff_log_ins(
            actor=deputy, staff_id=peer.id, log_in_id=None, caller=OFFICE, now=NOW
        ),
        "deleting one": lambda: delete_staff(actor=deputy, staff_id=peer.id, caller=OFFICE, now=NOW),
    }
    before = [(row.role_id, row.is_enabled, row.password_hash) for row in Staff.select()]
    for what, act in beyond.items():
        try:
            act()
        except errors.BeyondOwnRights:
            continue
        pytest.fail(what)
    assert [(row.role_id, row.is_enabled, row.password_hash) for row in Staff.select()] == before
    helped = desk.colleague(desk.role(Permission.STAFF_READ, by=deputy), "helped", by=deputy)
    assert helped.permissions == {"staff.read"}


def test_who_is_bound_to_stations_reaches_no_further(desk: Desk) -> None:
    mine, other = (builders.a_station(now=NOW, operator=desk.operator) for _ in range(2))
    role = desk.role(Permission.STAFF_READ, Permission.STAFF_EDIT, Permission.ROLE_EDIT)
    bound = desk.colleague(role, "bound")
    desk.edit_staff(bound.id, terms_of(role, (mine.station_no,)))
    bound = desk.log_in("bound", OWN_WORDS)
    assert bound.station_ids == frozenset({mine.id})
    everybody = desk.colleague(role, "everybody")
    refused(errors.StaffNotFound, lambda: desk.edit_staff(everybody.id, terms_of(role), by=bound))
    refused(errors.BeyondOwnRights, lambda: desk.colleague(role, "x", by=bound))
    refused(errors.BeyondOwnRights, lambda: desk.role(by=bound))
    refused(errors.RoleNotFound, lambda: desk.edit_role(role, frozenset(), by=bound))

    def add(account: str, stations: tuple[str, ...]) -> int:
        return add_staff(
            actor=bound,
            operator_no=None,
            account=account,
            terms=terms_of(role, stations),
            caller=OFFICE,
            now=NOW,
        )[0]

    refused(errors.StationNotFound, lambda: add("x", (mine.station_no, other.station_no)))
    refused(errors.InvalidInput, lambda: add("x", ()))
    added = add("near", (mine.station_no,))
    page = list_staff_for_staff(
        actor=bound, text=None, role_id=None, operator_no=None, is_enabled=None, cursor=None, limit=20
    )
    assert [row.staff_id for row in page.staff] == [bound.id, added]
    assert {row.station_id for row in StaffStation.select()} == {mine.id}


def test_a_changed_role_counts_at_once_and_keeps_its_editors_apart(desk: Desk, live_redis: str) -> None:
    role = desk.role(Permission.ORDER_READ, Permission.PILE_READ)
    desk.colleague(role)
    token = desk.told("colleague", OWN_WORDS).token
    assert authenticate(token, now=NOW).permissions == {"order.read", "pile.read"}
    desk.edit_role(role, frozenset({Permission.PILE_READ}))
    assert authenticate(token, now=NOW).permissions == {"pile.read"}
    row = Role.get_by_id(role)
    terms = RoleTerms(name="改", permissions=frozenset(), needs_second_factor=False)
    refused(
        errors.RowChanged,
        lambda: edit_role(
            actor=desk.boss,
            role_id=role,
            terms=terms,
            row_version=row.row_version - 1,
            caller=OFFICE,
            now=NOW,
        ),
    )
    refused(errors.RoleInUse, lambda: delete_role(actor=desk.boss, role_id=role, caller=OFFICE, now=NOW))
    refused(errors.RoleNameTaken, lambda: desk.role(name=row.name))
    switch_staff(
        actor=desk.boss,
        staff_id=Staff.get(Staff.account == "colleague").id,
        is_enabled=False,
        caller=OFFICE,
        now=NOW,
    )
    refused(errors.Unauthenticated, lambda: authenticate(token, now=NOW))
    told = AuditRow.get(AuditRow.action == "role.edit")
    assert '"before":["order.read","pile.read"],"after":["pile.read"]' in told.detail


def test_the_last_super_administrator_cannot_be_taken_away_by_anything(desk: Desk) -> None:
    boss, role = desk.boss, Staff.get_by_id(desk.boss.id).role_id or 0
    station = builders.a_station(now=NOW, operator=desk.operator)
    small = desk.role(Permission.PILE_READ)
    refused(errors.LastSuperAdministrator, lambda: desk.edit_role(role, EVERYTHING - {Permission.PILE_READ}))
    refused(errors.LastSuperAdministrator, lambda: desk.edit_staff(boss.id, terms_of(small)))
    refused(
        errors.LastSuperAdministrator, lambda: desk.edit_staff(boss.id, terms_of(role, (station.station_no,)))
    )
    second = desk.colleague(role, "second")

    def leave(by: Actor, whom: Actor) -> None:
        switch_staff(actor=by, staff_id=whom.id, is_enabled=False, caller=OFFICE, now=NOW)

    refused(errors.NotYourself, lambda: leave(boss, boss))
    outcomes = at_once([lambda: leave(boss, second), lambda: leave(second, boss)])
    assert outcomes.count("last_super_administrator") == 1, outcomes
    left = Staff.get(Staff.is_enabled)
    gone = second if left.id == boss.id else boss
    delete = delete_staff(
        actor=boss if left.id == boss.id else second, staff_id=gone.id, caller=OFFICE, now=NOW
    )
    assert not delete


def test_who_left_traces_is_made_nobody_and_who_did_not_is_gone(desk: Desk) -> None:
    role = desk.role(Permission.PILE_READ)
    worked = desk.colleague(role, "worked")
    never, _ = add_staff(
        actor=desk.boss, operator_no=None, account="never", terms=terms_of(role), caller=OFFICE, now=NOW
    )
    assert delete_staff(actor=desk.boss, staff_id=never, caller=OFFICE, now=NOW)
    assert not delete_staff(actor=desk.boss, staff_id=worked.id, caller=OFFICE, now=NOW)
    row = Staff.get_by_id(worked.id)
    assert (row.account, row.name, row.is_enabled, row.role_id) == (f"~{row.id}", "已删除的员工", False, None)
    assert not LoginRecord.select().where(LoginRecord.account == "worked").exists()
    refused(errors.WrongCredentials, lambda: desk.told("worked", OWN_WORDS))
    assert Staff.get_or_none(Staff.id == never) is None
    desk.colleague(role, "worked")
    assert [row.account for row in Staff.select().order_by(Staff.id)] == ["first", f"~{worked.id}", "worked"]


def test_a_reset_password_is_told_once_ends_log_ins_and_must_be_changed(desk: Desk) -> None:
    actor = desk.colleague(desk.role(Permission.PILE_READ))
    token = desk.told("colleague", OWN_WORDS).token
    password = reset_password(actor=desk.boss, staff_id=actor.id, caller=OFFICE, now=NOW)
    refused(errors.Unauthenticated, lambda: authenticate(token, now=NOW))
    refused(errors.WrongCredentials, lambda: desk.told("colleague", OWN_WORDS))
    told = desk.told("colleague", password)
    assert (told.permissions, told.obligations) == ((), ("password",))
    limited = authenticate(told.token, now=NOW)

    def change(old: str, new: str) -> None:
        change_own_password(
            actor=limited, token=told.token, password=old, new_password=new, caller=OFFICE, now=NOW
        )

    refused(errors.WrongCurrentPassword, lambda: change("guessed", OWN_WORDS))
    assert refused(errors.WeakPassword, lambda: change(password, "colleague-1")).data == {
        "reason": "holds_account"
    }
    assert refused(errors.WeakPassword, lambda: change(password, password)).data == {"reason": "same"}
    change(password, OWN_WORDS)
    assert authenticate(told.token, now=NOW).permissions == {"pile.read"}
    refused(
        errors.NotYourself, lambda: reset_password(actor=limited, staff_id=actor.id, caller=OFFICE, now=NOW)
    ) if (Permission.STAFF_EDIT in limited.permissions) else None


def test_log_ins_are_told_apart_and_ended_one_by_one(desk: Desk) -> None:
    actor = desk.colleague(desk.role(Permission.PILE_READ))
    desk.later(10)
    token = desk.told("colleague", OWN_WORDS).token
    desk.later(6)
    authenticate(token, now=desk.clock)
    seen = list_log_ins(actor=desk.boss, staff_id=actor.id, token=token, now=desk.clock).log_ins
    assert [(one.ip, one.user_agent, one.is_current) for one in seen] == [
        (OFFICE.ip, OFFICE.user_agent, True),
        (OFFICE.ip, OFFICE.user_agent, False),
    ]
    assert seen[0].last_seen_at - seen[0].since == timedelta(minutes=6)

    def end(log_in_id: int | None) -> None:
        end_staff_log_ins(
            actor=desk.boss, staff_id=actor.id, log_in_id=log_in_id, caller=OFFICE, now=desk.clock
        )

    end(seen[1].log_in_id)
    assert authenticate(token, now=desk.clock).id == actor.id
    refused(errors.LogInNotFound, lambda: end(seen[1].log_in_id))
    end(None)
    refused(errors.Unauthenticated, lambda: authenticate(token, now=desk.clock))


def test_a_second_factor_is_asked_for_each_code_is_good_once_and_wrong_ones_close_the_account(
    desk: Desk,
) -> None:
    actor = desk.colleague(desk.role(Permission.PILE_READ))
    secret, codes = desk.enrol(actor, OWN_WORDS)
    assert secret not in str([row.__data__ for row in SecondFactor.select()])
    refused(errors.SecondFactorNeeded, lambda: desk.told("colleague", OWN_WORDS))
    used = pyotp.TOTP(secret).at(desk.clock)
    refused(errors.WrongSecondFactor, lambda: desk.told("colleague", OWN_WORDS, used))
    refused(errors.WrongCredentials, lambda: desk.told("colleague", "guessed", used))
    desk.later(1)
    fresh = pyotp.TOTP(secret).at(desk.clock)
    outcomes = at_once([lambda: desk.told("colleague", OWN_WORDS, fresh)] * 4)
    assert outcomes.count("wrong_second_factor") == 3, outcomes
    rate_limit.forget_all()
    typed = codes[0].lower().replace("-", " ")
    assert desk.log_in("colleague", OWN_WORDS, codes[1]).id == actor.id
    refused(errors.WrongSecondFactor, lambda: desk.told("colleague", OWN_WORDS, codes[1]))
    assert desk.log_in("colleague", OWN_WORDS, typed).id == actor.id
    assert codes[2] not in str([row.__data__ for row in BackupCode.select()])
    for _ in range(5):
        refused(errors.WrongSecondFactor, lambda: desk.told("colleague", OWN_WORDS, "000000"))
    refused(errors.WrongCredentials, lambda: desk.told("colleague", OWN_WORDS, codes[3]))
    outcomes = [row.outcome for row in LoginRecord.select()]
    assert {"code_awaited", "code_wrong", "closed", "wrong", "ok"} == set(outcomes)


def test_a_role_that_asks_for_a_second_factor_is_owed_one_from_the_next_log_in_on(desk: Desk) -> None:
    role = desk.role(Permission.PILE_READ)
    actor = desk.colleague(role)
    token = desk.told("colleague", OWN_WORDS).token
    row = Role.get_by_id(role)
    terms = RoleTerms(name=row.name, permissions=frozenset({Permission.PILE_READ}), needs_second_factor=True)
    edit_role(actor=desk.boss, role_id=role, terms=terms, row_version=0, caller=OFFICE, now=NOW)
    assert authenticate(token, now=NOW).permissions == {"pile.read"}
    told = desk.told("colleague", OWN_WORDS)
    assert (told.permissions, told.obligations) == ((), ("second_factor",))
    secret, codes = desk.enrol(authenticate(told.token, now=NOW), OWN_WORDS)
    assert authenticate(told.token, now=NOW).permissions == {"pile.read"}
    refused(errors.SecondFactorExists, lambda: desk.enrol(actor, OWN_WORDS))
    drop_second_factor(actor=actor, password=OWN_WORDS, code=codes[0], caller=OFFICE, now=NOW)
    assert authenticate(told.token, now=NOW).is_limited
    again, _ = desk.enrol(actor, OWN_WORDS)
    assert again != secret
    reset_second_factor(actor=desk.boss, staff_id=actor.id, caller=OFFICE, now=NOW)
    refused(errors.Unauthenticated, lambda: authenticate(told.token, now=NOW))
    assert desk.told("colleague", OWN_WORDS).obligations == ("second_factor",)


def test_a_second_factor_sealed_with_another_key_opens_nothing_but_its_backup_codes_do(desk: Desk) -> None:
    actor = desk.colleague(desk.role(Permission.PILE_READ))
    secret, codes = desk.enrol(actor, OWN_WORDS)
    desk.later(1)
    gateways.configure_sealer(Sealer("another key of one test, as long"))
    code = pyotp.TOTP(secret).at(desk.clock)
    refused(errors.SecondFactorUnavailable, lambda: desk.told("colleague", OWN_WORDS, code))
    assert desk.log_in("colleague", OWN_WORDS, codes[0]).id == actor.id
    gateways.configure_sealer(None)
    refused(errors.SecondFactorUnavailable, lambda: desk.role(factor=True))


def test_the_checklist_names_what_keeps_a_driver_from_charging_and_goes_when_nothing_does(desk: Desk) -> None:
    def done() -> set[str]:
        return {one.step.value for one in get_checklist(staff=desk.boss, now=NOW).steps if one.is_done}

    assert done() == set()
    few = desk.colleague(desk.role(Permission.PILE_READ))
    assert get_checklist(staff=few, now=NOW).steps == ()
    tariff = builders.a_tariff(operator=desk.operator, now=NOW)
    station = builders.a_station(now=NOW, operator=desk.operator, has_tariff=False)
    assert done() == {"colleague", "station"}, "a tariff that no station has prices nothing"
    Station.update(tariff_id=tariff.id).where(Station.id == station.id).execute()
    pile = builders.a_pile(station=station, now=NOW)
    PileState.update(last_seen_at=None).where(PileState.pile_id == pile.id).execute()
    assert done() == {"colleague", "station", "tariff"}, "a pile that was never heard"
    PileState.update(last_seen_at=NOW).where(PileState.pile_id == pile.id).execute()
    order = an_ended_charge(pile=pile, ended_at=NOW)
    Order.update(is_test=True).where(Order.id == order.id).execute()
    assert done() == {"colleague", "station", "tariff", "pile"}, "what staff tried is no driver's charge"
    Order.update(is_test=None).where(Order.id == order.id).execute()
    assert get_checklist(staff=desk.boss, now=NOW).steps == ()
