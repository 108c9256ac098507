"""What is done about staff, their roles and their log-ins, each as somebody does it who looks before trying again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

import pyotp

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.errors import (
    AccountTaken,
    AlreadyBegun,
    LogInNotFound,
    RoleNameTaken,
    RoleNotFound,
    RowChanged,
    SecondFactorExists,
    StaffNotFound,
    WrongCurrentPassword,
    WrongSecondFactor,
)
from backend.domain.permission import ActorKind, Permission
from backend.gateways.passwords import hash_password, verify_password
from backend.gateways.sealing import Sealer
from backend.models import (
    AuthToken,
    BackupCode,
    LoginRecord,
    Operator,
    Role,
    RolePermission,
    SecondFactor,
    Staff,
)
from backend.services.access.log_in_staff import log_in_staff
from backend.services.access.log_out import log_out
from backend.services.access.password_guesses import note_wrong
from backend.services.staff.begin_second_factor import begin_second_factor
from backend.services.staff.begin_system import FirstAdministrator, begin_system
from backend.services.staff.change_own_password import change_own_password
from backend.services.staff.confirm_second_factor import confirm_second_factor
from backend.services.staff.create_role import create_role
from backend.services.staff.delete_role import delete_role
from backend.services.staff.delete_staff import delete_staff
from backend.services.staff.drop_second_factor import drop_second_factor
from backend.services.staff.edit_staff import edit_staff
from backend.services.staff.end_own_log_in import end_own_log_in
from backend.services.staff.end_staff_log_ins import end_staff_log_ins
from backend.services.staff.offer_begin_link import offer_begin_link
from backend.services.staff.renew_backup_codes import renew_backup_codes
from backend.services.staff.reset_password import reset_password
from backend.services.staff.reset_second_factor import reset_second_factor
from backend.services.staff.role_terms import RoleTerms
from backend.services.staff.switch_staff import switch_staff
from backend.services.staff.terms import Terms
from tests.builders import a_staff, a_token
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, or_done, somebody
from tests.scenario import Scenario

WORDS: Final = "a sentence to log in with"
OTHER_WORDS: Final = "another sentence to log in with"
KEY: Final = "a key of one test, long enough for it"


def make_a_role(world: Scenario) -> Act:
    terms = RoleTerms(name="新角色", permissions=frozenset({Permission.PILE_READ}), needs_second_factor=False)
    act = partial(
        create_role, actor=somebody(world), operator_no=None, terms=terms, caller=NOWHERE, now=world.now
    )
    return or_done(act, RoleNameTaken)


def delete_a_role(world: Scenario) -> Act:
    staff = somebody(world)
    row = Role.create(operator_id=staff.operator_id, name="没人用的角色", created_at=world.now)
    RolePermission.create(role_id=row.id, permission=Permission.PILE_READ)
    act = partial(delete_role, actor=staff, role_id=row.id, caller=NOWHERE, now=world.now)
    return or_done(act, RoleNotFound)


def edit_a_colleague(world: Scenario) -> Act:
    role = Role.create(operator_id=Operator.get().id, name="另一个角色", created_at=world.now)
    terms = Terms(
        name="改名",
        role_id=role.id,
        sees_all_stations=False,
        station_nos=(world.station.station_no,),
    )
    return or_done(_to_colleague(edit_staff, world, terms=terms, row_version=0), RowChanged)


def disable_a_colleague(world: Scenario) -> Act:
    return _to_colleague(switch_staff, world, is_enabled=False)


def delete_a_colleague(world: Scenario) -> Act:
    return or_done(_to_colleague(delete_staff, world), StaffNotFound)


def reset_a_password(world: Scenario) -> Act:
    """Its answer was lost, so another one is asked for."""
    return _to_colleague(reset_password, world)


def take_a_second_factor_away(world: Scenario) -> Act:
    return _to_colleague(reset_second_factor, world)


def log_a_colleague_out(world: Scenario) -> Act:
    return _to_colleague(end_staff_log_ins, world, log_in_id=None)


def log_in(world: Scenario) -> Act:
    account = _colleague(world).account
    return partial(log_in_staff, account=account, password=WORDS, caller=NOWHERE, now=world.now)


def mistype(world: Scenario) -> Act:
    return partial(note_wrong, staff_id=_colleague(world).id, ip="", now=world.now)


def log_one_out(world: Scenario) -> Act:
    return partial(log_out, a_token(owner=_colleague(world), now=world.now), now=world.now)


def end_an_own_log_in(world: Scenario) -> Act:
    own = _colleague(world)
    known = AuthToken.get(AuthToken.actor_id == own.id)
    act = partial(end_own_log_in, actor=_self(own), log_in_id=known.id, caller=NOWHERE, now=world.now)
    return or_done(act, LogInNotFound)


def change_a_password(world: Scenario) -> Act:
    own = _colleague(world)
    act = partial(
        change_own_password,
        actor=_self(own),
        token=a_token(owner=own, now=world.now),
        password=WORDS,
        new_password=OTHER_WORDS,
        caller=NOWHERE,
        now=world.now,
    )
    return or_done(act, WrongCurrentPassword)


def begin_a_second_factor(world: Scenario) -> Act:
    """Begun again, only the latest secret counts."""
    return partial(_begin_factor, _self(_colleague(world)), world.now)


def confirm_a_second_factor(world: Scenario) -> Act:
    own = _self(_colleague(world))
    code = pyotp.TOTP(_begin_factor(own, world.now)).at(world.now)
    return or_done(_own_codes(confirm_second_factor, own, code, world.now), SecondFactorExists)


def renew_codes(world: Scenario) -> Act:
    own, code = _with_factor(world)
    return or_done(_own_codes(renew_backup_codes, own, code, world.now, password=WORDS), WrongSecondFactor)


def drop_a_second_factor(world: Scenario) -> Act:
    own, code = _with_factor(world)
    return or_done(_own_codes(drop_second_factor, own, code, world.now, password=WORDS), WrongSecondFactor)


def begin_a_system(world: Scenario) -> Act:
    first = FirstAdministrator(operator_name="新来的", account="first", name="第一位", password=WORDS)
    token = offer_begin_link(now=world.now)
    act = partial(begin_system, token=token, first=first, caller=NOWHERE, now=world.now)
    return or_done(act, AlreadyBegun, AccountTaken)


CASES: Final[Mapping[str, Prepare]] = {
    "create_role.create_role": make_a_role,
    "delete_role.delete_role": delete_a_role,
    "edit_staff.edit_staff": edit_a_colleague,
    "switch_staff.switch_staff": disable_a_colleague,
    "delete_staff.delete_staff": delete_a_colleague,
    "reset_password._reset": reset_a_password,
    "reset_second_factor.reset_second_factor": take_a_second_factor_away,
    "end_staff_log_ins.end_staff_log_ins": log_a_colleague_out,
    "log_in_staff._log_in": log_in,
    "password_guesses._count_for_account": mistype,
    "log_out.log_out": log_one_out,
    "end_own_log_in.end_own_log_in": end_an_own_log_in,
    "change_own_password._change": change_a_password,
    "begin_second_factor._keep": begin_a_second_factor,
    "confirm_second_factor.confirm_second_factor": confirm_a_second_factor,
    "renew_backup_codes._renew": renew_codes,
    "drop_second_factor._drop": drop_a_second_factor,
    "begin_system._begin": begin_a_system,
}


def fingerprint() -> tuple[object, ...]:
    """What anybody can tell of people: who they are, by which words they come in, and what they hold."""
    return (
        sorted(_of(row) for row in Staff.select().where(Staff.password_hash != "!")),
        sorted(row.name for row in Role.select() if "角色" in row.name and not row.name[-1].isdigit()),
        AuthToken.select().where(AuthToken.revoked_at.is_null()).count() > 0,
        [row.confirmed_at for row in SecondFactor.select()],
        BackupCode.select().count(),
        sorted({row.outcome for row in LoginRecord.select()}),
    )


def _of(row: Staff) -> tuple[object, ...]:
    words = [verify_password(row.password_hash, one) for one in (WORDS, OTHER_WORDS)]
    return (
        row.name,
        row.is_enabled,
        row.must_change_password,
        row.last_login_at,
        row.failed_logins > 0,
        *words,
    )


def _colleague(world: Scenario) -> Staff:
    """Somebody who is logged in once."""
    row = a_staff(operator=Operator.get(), now=world.now)
    row.name, row.password_hash = "同事", hash_password(WORDS)
    row.save()
    a_token(owner=row, now=world.now)
    return row


def _self(row: Staff) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=row.id, no=row.account, operator_id=row.operator_id)


def _to_colleague(service: Callable[..., object], world: Scenario, **more: object) -> Act:
    """What a colleague of theirs does to somebody who has a second factor."""
    row = _colleague(world)
    SecondFactor.create(
        staff_id=row.id, sealed_secret="sealed", last_step=0, created_at=world.now, confirmed_at=world.now
    )
    return partial(service, actor=somebody(world), staff_id=row.id, caller=NOWHERE, now=world.now, **more)


def _with_factor(world: Scenario) -> tuple[Actor, str]:
    """Somebody with a second factor, and a code that counts once the world's clock has moved on."""
    own = _self(_colleague(world))
    totp = pyotp.TOTP(_begin_factor(own, world.now))
    _own_codes(confirm_second_factor, own, totp.at(world.now), world.now)()
    return own, totp.at(world.after(minutes=1).now)


def _begin_factor(own: Actor, now: datetime) -> str:
    gateways.configure_sealer(Sealer(KEY))
    return begin_second_factor(actor=own, password=WORDS, caller=NOWHERE, now=now).secret


def _own_codes(service: Callable[..., object], own: Actor, code: str, now: datetime, **more: object) -> Act:
    return partial(_unsealed, partial(service, actor=own, code=code, caller=NOWHERE, now=now, **more))


def _unsealed(act: Act) -> None:
    """By a process that knows the key of sealed secrets, as the one that was killed did."""
    gateways.configure_sealer(Sealer(KEY))
    act()
