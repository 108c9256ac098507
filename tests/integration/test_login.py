"""Which drivers may come in, and what a token is worth and for how long."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from peewee import IntegrityError

from backend import live
from backend.domain.errors import (
    ChannelUnavailable,
    DriverDisabled,
    InvalidLoginCode,
    ServiceUnavailable,
    Unauthenticated,
)
from backend.domain.identity import Identity, IdentityKind
from backend.domain.permission import ActorKind, Permission
from backend.gateways.clock import utc_now
from backend.gateways.ids import hash_token
from backend.live import token_cache
from backend.models import AuditRow, AuthToken, Driver, DriverIdentity, PlatformDay, Staff, StaffStation
from backend.models.ledger import LedgerAccount
from backend.services.access.authenticate import CACHED_S, authenticate
from backend.services.access.log_in_driver import LoggedInDriver, log_in_driver
from backend.services.access.log_out import log_out
from backend.services.access.register_driver import register_driver
from backend.services.ledger.wallets import find_balances
from tests import builders
from tests.at_once import at_once
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.real_parts import Redis

NOW = utc_now()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(database: str, process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with sandbox_gateways(process, monkeypatch):
        yield process


class TestDriver:
    def log_in(self, sandbox: Sandbox, openid: str = "o-first") -> LoggedInDriver:
        return log_in_driver(code=sandbox.login_code(openid), ip="203.0.113.7", now=NOW)

    def test_the_first_login_registers_with_an_empty_wallet(self, sandbox: Sandbox) -> None:
        told = self.log_in(sandbox)
        driver = Driver.get()
        assert (told.is_new, told.driver_no) == (True, driver.driver_no)
        assert (builders.key_of(driver), driver.last_login_at) == ("o-first", NOW)
        wallet = find_balances(driver_no=driver.driver_no)
        assert (wallet.available_fen, wallet.held_fen, wallet.debt_fen) == (0, 0, 0)
        assert LedgerAccount.select().where(LedgerAccount.owner_key == driver.driver_no).count() == 7
        assert PlatformDay.get().new_drivers == 1
        assert authenticate(told.token, now=NOW).no == driver.driver_no

    def test_the_next_login_finds_the_same_driver_and_both_tokens_hold(self, sandbox: Sandbox) -> None:
        first, second = self.log_in(sandbox), self.log_in(sandbox)
        assert (second.is_new, second.driver_no) == (False, first.driver_no)
        assert first.token != second.token
        assert {authenticate(one.token, now=NOW).no for one in (first, second)} == {first.driver_no}
        assert (Driver.select().count(), PlatformDay.get().new_drivers) == (1, 1)

    def test_only_the_hash_of_a_token_is_kept(self, sandbox: Sandbox) -> None:
        token = self.log_in(sandbox).token
        assert AuthToken.get().token_hash == hash_token(token)
        assert token not in repr(list(AuthToken.select().dicts())) + repr(list(AuditRow.select().dicts()))

    def test_eight_first_logins_at_once_are_one_driver(self, sandbox: Sandbox) -> None:
        codes = [sandbox.login_code("o-crowd") for _ in range(8)]
        outcomes = at_once([lambda code=code: log_in_driver(code=code, now=NOW) for code in codes])  # type: ignore[misc]
        assert Counter(outcomes) == {"ok": 8}
        assert (Driver.select().count(), AuthToken.select().count()) == (1, 8)
        assert (LedgerAccount.select().count(), PlatformDay.get().new_drivers) == (7, 1)

    def test_a_driver_is_known_by_all_that_logins_proved_and_found_by_the_first(
        self, sandbox: Sandbox
    ) -> None:
        told = self.log_in(sandbox)
        log_in_driver(code=sandbox.login_code("o-first", "u-own"), now=NOW)
        log_in_driver(code=sandbox.login_code("o-first", "u-own"), now=NOW)
        other = log_in_driver(code=sandbox.login_code("o-other", "u-own"), now=NOW)
        assert other.is_new
        log_in_driver(code=sandbox.login_code("o-other", "u-own"), now=NOW)
        assert known_by() == {
            ("wechat_mini_program", "o-first"): told.driver_no,
            ("wechat_union", "u-own"): told.driver_no,
            ("wechat_mini_program", "o-other"): other.driver_no,
        }

    def test_whom_the_version_before_registered_keeps_driver_and_wallet(self, sandbox: Sandbox) -> None:
        before = Driver.create(driver_no="D-before", mini_program_key="o-first", created_at=NOW)
        codes = [sandbox.login_code("o-first") for _ in range(4)]
        outcomes = at_once([lambda code=code: log_in_driver(code=code, now=NOW) for code in codes])  # type: ignore[misc]
        assert Counter(outcomes) == {"ok": 4}
        assert known_by() == {("wechat_mini_program", "o-first"): before.driver_no}
        assert not self.log_in(sandbox).is_new
        assert Driver.select().count() == 1

    def test_who_registers_is_known_to_the_version_before(self, sandbox: Sandbox) -> None:
        told = self.log_in(sandbox)
        assert Driver.get(Driver.mini_program_key == "o-first").driver_no == told.driver_no

    def test_first_logins_at_both_versions_at_once_are_one_driver(self, sandbox: Sandbox) -> None:
        def log_in_before() -> None:
            with contextlib.suppress(IntegrityError):
                Driver.create(driver_no="D-before", mini_program_key="o-crowd", created_at=NOW)

        codes = [sandbox.login_code("o-crowd", "u-crowd") for _ in range(6)]
        works = [lambda code=code: log_in_driver(code=code, now=NOW) for code in codes]
        assert Counter(at_once([*works, log_in_before])) == {"ok": 7}
        assert (Driver.select().count(), len(known_by())) == (1, 2)

    def test_what_is_somebody_s_is_never_another_s(self, sandbox: Sandbox) -> None:
        own = [Identity(IdentityKind.WECHAT_UNION, "u-own")]
        first = register_driver(identities=own, now=NOW)
        with pytest.raises(ServiceUnavailable):  # as often as it is run again
            register_driver(identities=own, now=NOW)
        assert known_by() == {("wechat_union", "u-own"): first.driver_no}
        assert (Driver.select().count(), LedgerAccount.select().count()) == (1, 7)

    def test_a_spent_or_invented_code_is_refused(self, sandbox: Sandbox) -> None:
        code = sandbox.login_code("o-first")
        log_in_driver(code=code, now=NOW)
        for bad in (code, "invented", "no such code!"):
            with pytest.raises(InvalidLoginCode):
                log_in_driver(code=bad, now=NOW)
        assert AuthToken.select().count() == 1

    def test_wechat_away_is_said_and_registers_nobody(self, sandbox: Sandbox) -> None:
        code = sandbox.login_code("o-first")
        sandbox.control("faults", {"wechat_errcode": -1})
        with pytest.raises(ChannelUnavailable):
            log_in_driver(code=code, now=NOW)
        assert Driver.select().count() == 0

    def test_a_barred_driver_gets_no_token_and_old_ones_end(self, sandbox: Sandbox) -> None:
        token = self.log_in(sandbox).token
        Driver.update(is_enabled=False).execute()
        with pytest.raises(DriverDisabled):
            self.log_in(sandbox)
        with pytest.raises(Unauthenticated):
            authenticate(token, now=NOW)
        assert AuthToken.select().count() == 1


def known_by() -> dict[tuple[str, str], str]:
    """The driver of each identity."""
    numbers = {driver.id: driver.driver_no for driver in Driver.select()}
    return {(row.kind, row.key): numbers[row.driver_id] for row in DriverIdentity.select()}


@pytest.mark.usefixtures("database")
class TestToken:
    def test_a_drivers_token_lasts_until_its_end_and_not_longer(self) -> None:
        driver = builders.a_driver(now=NOW)
        token = builders.a_token(owner=driver, now=NOW, lasts=timedelta(days=30))
        last_moment = NOW + timedelta(days=30, milliseconds=-1)
        assert authenticate(token, now=last_moment).kind is ActorKind.DRIVER
        with pytest.raises(Unauthenticated):
            authenticate(token, now=NOW + timedelta(days=30))

    @pytest.mark.parametrize("token", ["", "invented", "令牌"])
    def test_an_unknown_token_is_nobody(self, token: str) -> None:
        with pytest.raises(Unauthenticated):
            authenticate(token, now=NOW)

    def test_logging_out_ends_this_token_and_no_other(self) -> None:
        driver = builders.a_driver(now=NOW)
        token, other = (builders.a_token(owner=driver, now=NOW) for _ in range(2))
        for _ in range(2):
            log_out(token, now=NOW)
        log_out("invented", now=NOW)
        with pytest.raises(Unauthenticated):
            authenticate(token, now=NOW)
        assert authenticate(other, now=NOW).no == driver.driver_no

    def test_staff_come_with_their_rights_and_stations(self) -> None:
        operator = builders.an_operator(now=NOW, is_platform=True)
        staff = builders.a_staff(
            operator=operator, now=NOW, permissions=[Permission.PILE_READ], sees_all_stations=False
        )
        StaffStation.insert(staff_id=staff.id, station_id=77).execute()
        actor = authenticate(builders.a_token(owner=staff, now=NOW), now=NOW)
        assert (actor.kind, actor.no, actor.operator_id) == (ActorKind.STAFF, staff.account, operator.id)
        assert (actor.is_platform, actor.permissions) == (True, frozenset({"pile.read"}))
        assert actor.station_ids == frozenset({77})

    def test_disabled_staff_are_nobody(self) -> None:
        staff = builders.a_staff(operator=builders.an_operator(now=NOW), now=NOW)
        token = builders.a_token(owner=staff, now=NOW)
        Staff.update(is_enabled=False).execute()
        with pytest.raises(Unauthenticated):
            authenticate(token, now=NOW)


class TestCachedToken:
    @pytest.fixture(autouse=True)
    def _redis(self, database: str, redis_server: Redis) -> Iterator[None]:
        live.connect(redis_server.url)
        yield
        live.close()

    def test_the_cache_answers_for_a_minute_at_most_and_knows_no_expired_token(self) -> None:
        driver = builders.a_driver(now=NOW)
        token = builders.a_token(owner=driver, now=NOW, lasts=timedelta(seconds=5))
        actor = authenticate(token, now=NOW)
        AuthToken.delete().execute()
        assert authenticate(token, now=NOW) == actor
        assert CACHED_S <= 60
        with pytest.raises(Unauthenticated):
            authenticate(token, now=NOW + timedelta(seconds=5))

    def test_logging_out_empties_the_cache_at_once(self) -> None:
        token = builders.a_token(owner=builders.a_driver(now=NOW), now=NOW)
        authenticate(token, now=NOW)
        log_out(token, now=NOW)
        with pytest.raises(Unauthenticated):
            authenticate(token, now=NOW)

    def test_a_value_of_another_release_is_read_anew(self) -> None:
        driver = builders.a_driver(now=NOW)
        token = builders.a_token(owner=driver, now=NOW)
        token_cache.put(hash_token(token), b'{"what": 1}', 60)
        assert authenticate(token, now=NOW).no == driver.driver_no
