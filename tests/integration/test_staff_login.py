"""How often the password of a staff account may be guessed from where, and that only what was wrong is counted."""

import functools
from collections import Counter
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from backend.domain.caller import Caller
from backend.domain.errors import (
    AccountDisabled,
    DomainError,
    WrongCredentials,
)
from backend.domain.login_record import LoginOutcome
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.passwords import hash_password
from backend.live import rate_limit
from backend.models import (
    AuditRow,
    AuthToken,
    LoginRecord,
    Role,
    RolePermission,
    Staff,
)
from backend.services.access import password_guesses
from backend.services.access.authenticate import authenticate
from backend.services.access.log_in_staff import LoggedInStaff, log_in_staff
from backend.services.access.password_guesses import ACCOUNT_ATTEMPTS, KNOWN_FOR, NETWORK_ATTEMPTS, note_wrong
from tests import builders
from tests.at_once import at_once
from tests.faults.armed import die_at
from tests.waiting import wait_until

NOW = utc_now()
OFFICE = "203.0.113.7"
HOME = "192.0.2.44"
PASSWORD = "正确的密码-1"
PASSWORD_HASH = hash_password(PASSWORD)


@pytest.mark.usefixtures("database")
class TestStaff:
    @pytest.fixture(autouse=True)
    def _staff(self, database: str) -> None:
        rate_limit.forget_all()
        self.operator = builders.an_operator(now=NOW)
        role = Role.create(operator_id=self.operator.id, name="值班", created_at=NOW)
        for permission in (Permission.PILE_READ, Permission.DASHBOARD_READ):
            RolePermission.insert(role_id=role.id, permission=permission.value).execute()
        self.staff = Staff.create(
            operator_id=self.operator.id,
            role_id=role.id,
            account="zhang.san",
            name="张三",
            password_hash=PASSWORD_HASH,
            created_at=NOW,
        )

    def log_in(
        self,
        password: str = PASSWORD,
        account: str = "zhang.san",
        later: timedelta = timedelta(),
        ip: str = OFFICE,
    ) -> LoggedInStaff:
        return log_in_staff(account=account, password=password, caller=Caller(ip=ip), now=NOW + later)

    def fail(self, times: int, *, ip: str = OFFICE, later: timedelta = timedelta()) -> list[str]:
        codes = []
        for _ in range(times):
            with pytest.raises(DomainError) as refusal:
                self.log_in("wrong", later=later, ip=ip)
            codes.append(refusal.value.code)
        return codes

    def fail_from_everywhere(self, later: timedelta = timedelta()) -> None:
        """The last of as many wrong passwords as close the account, each from another network."""
        wrong = self.row().failed_logins
        Staff.update(failed_logins=wrong + ACCOUNT_ATTEMPTS - 1).execute()
        note_wrong(staff_id=self.staff.id, ip="198.51.100.9", now=NOW + later)

    def refuses(self, later: timedelta = timedelta(), ip: str = OFFICE) -> bool:
        """Whether even the right password is refused, in the words of a wrong one."""
        try:
            self.log_in(later=later, ip=ip)
        except WrongCredentials as refusal:
            return not refusal.data
        return False

    def row(self) -> Staff:
        return Staff.get_by_id(self.staff.id)

    def test_the_right_password_gives_a_token_for_twelve_hours(self) -> None:
        told = self.log_in()
        assert (told.name, told.operator_name) == ("张三", self.operator.name)
        assert told.permissions == ("dashboard.read", "pile.read")
        assert told.expires_at == NOW + timedelta(hours=12)
        assert authenticate(told.token, now=NOW).id == self.staff.id
        record = LoginRecord.get()
        assert (record.account, record.outcome, record.ip, record.staff_id) == (
            "zhang.san",
            LoginOutcome.OK,
            OFFICE,
            self.staff.id,
        )
        audit = AuditRow.get()
        assert (audit.action, audit.object_no, audit.ip) == ("staff.log_in", "zhang.san", OFFICE)
        assert (audit.actor_id, audit.operator_id) == (self.staff.id, self.operator.id)

    def test_a_wrong_password_and_an_unknown_account_sound_the_same(self) -> None:
        for account in ("zhang.san", "nobody", "", "长" * 500):
            with pytest.raises(WrongCredentials) as refusal:
                self.log_in("wrong", account)
            assert refusal.value.data == {}
        assert AuthToken.select().count() == 0

    def test_five_wrong_passwords_close_the_account_to_their_network_and_to_no_other(self) -> None:
        assert self.fail(4) == ["wrong_credentials"] * 4
        assert not self.refuses()
        assert self.fail(5) == ["wrong_credentials"] * 5
        assert self.refuses()
        assert not self.refuses(ip=HOME)

    def test_a_network_that_guessed_is_let_in_again_when_its_window_is_over(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(password_guesses, "NETWORK_WINDOW", timedelta(seconds=1))
        self.fail(5)
        assert self.refuses()
        wait_until(lambda: not self.refuses(), "the window is over")

    def test_all_addresses_of_one_ipv6_network_count_as_one(self) -> None:
        for host in range(5):
            self.fail(1, ip=f"2001:db8:7:1::{host}")
        assert self.refuses(ip="2001:db8:7:1:ffff::9")
        assert not self.refuses(ip="2001:db8:7:2::1")

    def test_a_login_forgets_what_was_mistyped_before(self) -> None:
        self.fail(4)
        self.log_in()
        assert (self.row().failed_logins, self.row().locked_until) == (0, None)
        assert self.fail(4) == ["wrong_credentials"] * 4
        assert not self.refuses()

    def test_guesses_from_everywhere_close_the_account_for_longer_each_time_up_to_a_day(self) -> None:
        later, waits = timedelta(), []
        for _ in range(9):
            self.fail_from_everywhere(later)
            until = self.row().locked_until
            assert until is not None
            waits.append(int((until - NOW - later).total_seconds() // 60))
            assert self.refuses(until - NOW - timedelta(milliseconds=1))
            later = until - NOW
        assert waits == [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]
        assert AuditRow.select().where(AuditRow.action == "staff.lock").count() == 9
        assert not self.refuses(later)

    def test_nobody_keeps_the_owner_out_of_where_they_logged_in_lately(self) -> None:
        self.log_in()
        self.fail_from_everywhere()
        assert self.row().locked_until is not None
        assert self.refuses(ip=HOME)
        assert not self.refuses(ip=OFFICE)
        self.fail_from_everywhere(later=KNOWN_FOR)
        assert self.refuses(later=KNOWN_FOR, ip=OFFICE)

    def test_what_was_wrong_while_the_account_was_closed_does_not_close_it_for_longer(self) -> None:
        self.fail_from_everywhere()
        self.fail(5, ip=HOME)
        assert self.row().failed_logins == ACCOUNT_ATTEMPTS

    @pytest.mark.parametrize("database", ["mariadb"], indirect=True)
    def test_a_log_in_that_dies_with_its_program_is_no_wrong_password(self, database: str) -> None:
        log_in = functools.partial(
            log_in_staff, account="zhang.san", password=PASSWORD, caller=Caller(ip=OFFICE), now=NOW
        )
        for _ in range(NETWORK_ATTEMPTS + 1):
            assert die_at("log_in_staff._log_in.before_commit", database, log_in)
        assert (self.row().failed_logins, AuthToken.select().count()) == (0, 0)
        assert not self.refuses()

    def test_twenty_guesses_at_once_are_no_way_around_the_limit(self) -> None:
        outcomes = at_once([lambda: self.log_in("wrong")] * 20)
        assert Counter(outcomes) == {"wrong_credentials": 20}
        assert self.refuses()

    def test_a_guess_that_is_right_comes_too_late_when_others_used_the_attempts_up_meanwhile(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        honest = PasswordHasher.verify

        def verify_slowly(hasher: PasswordHasher, password_hash: str, password: str) -> bool:
            for _ in range(NETWORK_ATTEMPTS):
                password_guesses.note_wrong(staff_id=self.staff.id, ip=OFFICE, now=NOW)
            return honest(hasher, password_hash, password)

        monkeypatch.setattr(PasswordHasher, "verify", verify_slowly)
        assert self.refuses()

    def test_only_who_knows_the_password_hears_that_the_account_is_disabled(self) -> None:
        Staff.update(is_enabled=False).execute()
        with pytest.raises(WrongCredentials):
            self.log_in("wrong")
        with pytest.raises(AccountDisabled):
            self.log_in()
        assert AuthToken.select().count() == 0

    def test_a_hash_of_older_costs_is_renewed_at_the_next_login(self) -> None:
        from argon2 import PasswordHasher

        old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
        Staff.update(password_hash=old).execute()
        self.log_in()
        assert self.row().password_hash != old
        assert self.log_in().name == "张三"

    def test_staff_without_a_role_may_do_nothing(self) -> None:
        Staff.update(role_id=None).execute()
        assert self.log_in().permissions == ()

    def test_every_try_leaves_a_row_that_says_how_it_ended_and_no_password(self) -> None:
        self.fail(1)
        for account in ("nobody\u202e", "n" * 500):
            with pytest.raises(WrongCredentials):
                self.log_in("typed secret", account)
        self.log_in()
        self.fail(5)
        assert self.refuses()
        Staff.update(is_enabled=False).execute()
        with pytest.raises(AccountDisabled):
            self.log_in(ip=HOME)
        rows = list(LoginRecord.select().order_by(LoginRecord.id))
        told = [(row.account, row.outcome, row.staff_id is None) for row in rows]
        assert told[:4] == [
            ("zhang.san", "wrong", False),
            ("nobody", "wrong", True),
            ("n" * 50, "wrong", True),
            ("zhang.san", "ok", False),
        ]
        assert [outcome for _, outcome, _ in told[4:]] == ["wrong"] * 5 + ["closed", "disabled"]
        assert "typed secret" not in str([row.__data__ for row in rows])

    def test_a_log_in_tells_of_the_one_before(self) -> None:
        assert self.log_in(ip=HOME).previous is None
        previous = self.log_in(later=timedelta(hours=1)).previous
        assert previous is not None
        assert (previous.at, previous.ip) == (NOW, HOME)
