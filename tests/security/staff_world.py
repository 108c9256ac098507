"""Colleagues and accounts to attack: one for each operation that changes them, and a sound body for each."""

from typing import Any, Final

import pyotp

from backend import gateways
from backend.domain.permission import ActorKind
from backend.gateways.clock import utc_now
from backend.gateways.passwords import hash_password
from backend.gateways.sealing import Sealer
from backend.models import AuthToken, Operator, Role, SecondFactor, Staff, StaffStation, Station
from backend.services.access.second_factors import sealed_for
from tests.builders import a_staff, a_token

PASSWORD: Final = "a password of one test"
NEW_PASSWORD: Final = "another sentence to log in with"
CODE_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEEDS_FACTOR: Final = {"admin_account_drop_factor", "admin_account_renew_codes"}
_PASSWORD_HASH: Final = hash_password(PASSWORD)


class StaffWorld:
    """Who is changed (`target_of`) can do nothing, so that whoever may change staff may change them."""

    def __init__(self, operator: Operator, station: Station) -> None:
        gateways.configure_sealer(Sealer("a key of one test, long enough for it"))
        self._operator = operator
        self._station = station
        self._targets: dict[str, dict[str, str]] = {}
        self.role = Role.create(operator_id=operator.id, name="没有权限的角色", created_at=utc_now())

    def numbers_of(self, name: str) -> dict[str, str]:
        """The row ids in the path of an operation; every operation has its own objects."""
        if name not in self._targets:
            self._targets[name] = self._make_target()
        return self._targets[name]

    def account_token(self, name: str) -> str:
        """A token for an operation on one's own account, which knows the password of `body_of`."""
        staff = a_staff(operator=self._operator, now=utc_now(), permissions=())
        Staff.update(password_hash=_PASSWORD_HASH).where(Staff.id == staff.id).execute()
        if name in NEEDS_FACTOR or name == "admin_account_confirm_factor":
            SecondFactor.insert(
                staff_id=staff.id,
                sealed_secret=gateways.get_sealer().seal(CODE_SECRET, of=sealed_for(staff.id)),
                last_step=0,
                created_at=utc_now(),
                confirmed_at=utc_now() if name in NEEDS_FACTOR else None,
            ).execute()
        if name == "admin_account_end_own":
            self._targets[name] = {"log_in_id": _token_id(a_token(owner=staff, now=utc_now()), staff)}
        return a_token(owner=staff, now=utc_now())

    def body_of(self, name: str) -> Any:
        """The JSON body of a sound call; None for an operation that is not here."""
        code = pyotp.TOTP(CODE_SECRET).now()
        terms = {
            "name": "新同事",
            "role_id": self.role.id,
            "sees_all_stations": False,
            "station_nos": [self._station.station_no],
        }
        role_terms = {"name": "新角色", "permissions": [], "needs_second_factor": False}
        bodies = {
            "admin_begin_look": {"token": "no-such-link"},
            "admin_begin_begin": {
                "token": "no-such-link",
                "operator_name": "运营商",
                "account": "first",
                "name": "第一位",
                "password": NEW_PASSWORD,
            },
            "admin_account_change_password": {"password": PASSWORD, "new_password": NEW_PASSWORD},
            "admin_account_begin_factor": {"password": PASSWORD},
            "admin_account_confirm_factor": {"code": code},
            "admin_account_drop_factor": {"password": PASSWORD, "code": code},
            "admin_account_renew_codes": {"password": PASSWORD, "code": code},
            "admin_staff_add": {"account": "new.colleague", "terms": terms, "operator_no": None},
            "admin_staff_edit": {"terms": terms, "row_version": 0},
            "admin_roles_create": {"terms": role_terms, "operator_no": None},
            "admin_roles_edit": {"terms": {**role_terms, "name": "改名"}, "row_version": 0},
        }
        return bodies.get(name)

    def _make_target(self) -> dict[str, str]:
        now = utc_now()
        staff = a_staff(operator=self._operator, now=now, permissions=(), sees_all_stations=False)
        StaffStation.insert(staff_id=staff.id, station_id=self._station.id).execute()
        role = Role.create(operator_id=self._operator.id, name=f"空的角色{staff.id}", created_at=now)
        return {
            "staff_id": str(staff.id),
            "log_in_id": _token_id(a_token(owner=staff, now=now), staff),
            "role_id": str(role.id),
        }


def _token_id(_token: str, staff: Staff) -> str:
    mine = (AuthToken.actor_kind == ActorKind.STAFF) & (AuthToken.actor_id == staff.id)
    return str(AuthToken.select().where(mine).order_by(AuthToken.id.desc()).get().id)
