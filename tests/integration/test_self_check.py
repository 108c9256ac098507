"""The self-check against real servers: what it asks them, what it refuses, and that the programs obey it."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import peewee
import pytest

from backend.domain.order import OrderState
from backend.gateways.clock import utc_now
from backend.models import AuditRow, Order, Pile
from backend.models.engine import database as db
from backend.models.engine.migrations import apply_migrations
from backend.models.grants import grant_statements
from backend.models.ledger import LedgerEntry, LedgerPosting
from backend.self_check import find_all
from backend.self_check.broker import check_broker
from backend.self_check.database_server import check_database_server
from backend.self_check.finding import Finding, Level
from backend.self_check.redis_server import check_redis_server
from backend.services.charging.stop_session import stop_session
from scripts.embedded.mosquitto import run_mosquitto
from scripts.processes.child import Child
from scripts.processes.loopback import free_port
from tests.brokers import BrokerHandle, start_broker
from tests.deployment import Deployment
from tests.real_parts import ROOT, MariaDb, Redis
from tests.scenario import Scenario, ledger_sum
from tests.waiting import LIMIT_S, wait_until

PROGRAMS = ("backend.api", "mqtt_bridge", "backend.jobs")
USER = "xinxiang"


class Product:
    """A migrated database of its own whose user has the rights of scripts/database_grants."""

    def __init__(self, mariadb: MariaDb) -> None:
        self.mariadb = mariadb
        self.owner_url = mariadb.fresh_database()
        self.schema = self.owner_url.rpartition("/")[2]
        self.user = f"{USER}_{self.schema}"
        self.password = secrets.token_hex(24)
        db.connect(self.owner_url)
        apply_migrations()
        db.close()
        grants = grant_statements(user=self.user, host="127.0.0.1", schema=self.schema)
        mariadb.run(f"CREATE USER '{self.user}'@'127.0.0.1' IDENTIFIED BY '{self.password}'", *grants)

    def url(self, password: str = "{password}") -> str:
        return f"mysql://{self.user}:{password}@127.0.0.1:{self.mariadb.port}/{self.schema}"

    def deployment(self, folder: Path, **more: object) -> Deployment:
        return Deployment(folder, database_url=self.url(), database_password=self.password, **more)  # type: ignore[arg-type] # passed on as they are


@pytest.fixture(autouse=True, scope="module")
def _synced(mariadb: MariaDb) -> Iterator[None]:
    mariadb.sync_commits(each=True)
    yield
    mariadb.sync_commits(each=False)


@pytest.fixture
def product(mariadb: MariaDb) -> Iterator[Product]:
    made = Product(mariadb)
    yield made
    db.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerHandle]:
    handle = start_broker("mosquitto", tmp_path / "broker", {"bridge": "x" * 20})
    yield handle
    handle.stop()


def _bad(findings: list[Finding]) -> list[tuple[str, Level]]:
    return [(finding.key, finding.level) for finding in findings if finding.level is not Level.OK]


def _database_findings(deployment: Deployment) -> list[Finding]:
    return list(check_database_server(deployment.settings()))


def test_nothing_is_found_on_servers_with_the_settings_that_ship(
    product: Product, redis_server: Redis, broker: BrokerHandle, tmp_path: Path
) -> None:
    deployment = product.deployment(tmp_path, redis_url=redis_server.url, mqtt_port=broker.port)
    findings = find_all(deployment.settings())
    assert _bad(findings) == []
    assert {"innodb_rollback_on_timeout", "clock", "schema", "collation", "maxmemory", "mqtt"} <= {
        finding.key for finding in findings
    }


def test_a_database_user_with_every_right_is_refused(
    mariadb: MariaDb, product: Product, tmp_path: Path
) -> None:
    mariadb.run(f"GRANT ALL ON *.* TO '{product.user}'@'127.0.0.1'")
    assert _bad(_database_findings(product.deployment(tmp_path))) == [("database.url", Level.UNSAFE)]


def test_a_database_user_that_could_change_the_ledger_is_advised_against(
    mariadb: MariaDb, product: Product, tmp_path: Path
) -> None:
    mariadb.run(f"GRANT ALL ON `{product.schema}`.* TO '{product.user}'@'127.0.0.1'")
    assert _bad(_database_findings(product.deployment(tmp_path))) == [("database.url", Level.ADVICE)]


def test_a_server_that_may_lose_commits_is_refused(
    mariadb: MariaDb, product: Product, tmp_path: Path
) -> None:
    mariadb.sync_commits(each=False)
    try:
        found = _bad(_database_findings(product.deployment(tmp_path)))
    finally:
        mariadb.sync_commits(each=True)
    assert found == [("innodb_flush_log_at_trx_commit", Level.UNSAFE), ("sync_binlog", Level.UNSAFE)]


def test_a_read_only_server_is_refused(mariadb: MariaDb, product: Product, tmp_path: Path) -> None:
    mariadb.run("SET GLOBAL read_only = ON")
    try:
        found = _bad(_database_findings(product.deployment(tmp_path)))
    finally:
        mariadb.run("SET GLOBAL read_only = OFF")
    assert found == [("read_only", Level.UNSAFE)]


def test_a_database_that_was_not_migrated_is_refused(
    mariadb: MariaDb, product: Product, tmp_path: Path
) -> None:
    mariadb.run(f"DELETE FROM {product.schema}.schema_migration")
    (found,) = [one for one in _database_findings(product.deployment(tmp_path)) if one.level is not Level.OK]
    assert (found.key, found.level) == ("schema", Level.UNSAFE)
    assert "scripts/migrate" in found.said


def test_a_database_of_a_newer_version_lets_the_older_program_run(
    mariadb: MariaDb, product: Product, tmp_path: Path
) -> None:
    mariadb.run(
        f"INSERT INTO {product.schema}.schema_migration (name, applied) VALUES ('9999_of_tomorrow', UTC_TIMESTAMP())"
    )
    assert _bad(_database_findings(product.deployment(tmp_path))) == [("schema", Level.ADVICE)]


def test_tables_that_compare_loosely_are_refused(mariadb: MariaDb, product: Product, tmp_path: Path) -> None:
    mariadb.run(
        f"ALTER TABLE {product.schema}.pile CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
    )
    assert _bad(_database_findings(product.deployment(tmp_path))) == [("collation", Level.UNSAFE)]


def test_a_clock_that_is_off_is_refused(product: Product, tmp_path: Path) -> None:
    settings = product.deployment(tmp_path).settings()
    found = check_database_server(settings, clock=lambda: utc_now() + timedelta(seconds=30))
    assert _bad(list(found)) == [("clock", Level.UNSAFE)]


def test_a_wrong_password_is_told_as_what_the_server_said(product: Product, tmp_path: Path) -> None:
    wrong = Deployment(tmp_path, database_url=product.url())
    (found,) = _database_findings(wrong)
    assert (found.key, found.level) == ("database", Level.UNKNOWN)
    assert "Access denied" in found.said


def test_redis_without_a_bound_or_with_a_disk_is_advised_against(redis_server: Redis, tmp_path: Path) -> None:
    import redis

    settings = Deployment(tmp_path, redis_url=redis_server.url).settings()
    assert _bad(list(check_redis_server(settings))) == []
    with redis.Redis.from_url(redis_server.url) as client:
        known = client.config_get("maxmemory")["maxmemory"]
        client.config_set("maxmemory", 0)
        client.config_set("save", "60 1000")
        try:
            found = _bad(list(check_redis_server(settings)))
            client.config_set("maxmemory", known)
            client.config_set("maxmemory-policy", "noeviction")
            other = _bad(list(check_redis_server(settings)))
        finally:
            client.config_set("maxmemory", known)
            client.config_set("maxmemory-policy", "allkeys-lru")
            client.config_set("save", "")
    assert found == [("maxmemory", Level.ADVICE), ("save / appendonly", Level.ADVICE)]
    assert other == [("maxmemory_policy", Level.ADVICE), ("save / appendonly", Level.ADVICE)]


def test_a_broker_that_lets_strangers_in_is_refused(broker: BrokerHandle, tmp_path: Path) -> None:
    assert _bad(list(check_broker(Deployment(tmp_path, mqtt_port=broker.port).settings()))) == []
    broker.stop()
    conf = broker.folder / "mosquitto.conf"
    open_to_all = conf.read_text().replace("allow_anonymous false", "allow_anonymous true")
    # which refuses a client without a name by itself
    conf.write_text(open_to_all.replace("use_username_as_clientid true", ""))
    child = run_mosquitto(conf, broker.port)
    try:
        found = _bad(list(check_broker(Deployment(tmp_path, mqtt_port=broker.port).settings())))
    finally:
        child.stop()
    assert found == [("mqtt", Level.UNSAFE)]


def test_servers_that_are_away_are_unknown_and_stop_nobody(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path, database_url="mysql://x:{password}@127.0.0.1:1/x")
    assert _bad(find_all(deployment.settings())) == [
        ("database", Level.UNKNOWN),
        ("redis", Level.UNKNOWN),
        ("mqtt", Level.UNKNOWN),
    ]


def test_a_whole_charge_needs_no_more_rights_than_are_granted_and_the_ledger_cannot_be_changed(
    product: Product,
) -> None:
    db.connect(product.url(product.password))
    world = Scenario()
    driver = world.driver(10_000)
    session_no = world.start(driver).session_no
    world.after(seconds=5).say_started(session_no)
    world.after(minutes=25)
    stop_session(driver=driver, session_no=session_no, now=world.now)
    world.after(seconds=3).say_ended(session_no, 20_000, started_at=world.now - timedelta(minutes=25))
    assert world.order(session_no).state is OrderState.SETTLED
    assert ledger_sum() == 0
    for statement in (
        LedgerPosting.update(amount_fen=1),
        LedgerPosting.delete(),
        LedgerEntry.delete(),
        AuditRow.delete(),
    ):
        with pytest.raises(peewee.OperationalError, match="denied"):
            statement.execute()
    with pytest.raises(peewee.OperationalError, match="denied"):
        db.database.execute_sql("DROP TABLE pile")
    assert Pile.select().exists()
    assert Order.select().exists()


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_refuses_to_start_and_names_every_reason(
    product: Product, tmp_path: Path, program: str
) -> None:
    deployment = product.deployment(tmp_path)
    product.mariadb.run(f"DELETE FROM {product.schema}.schema_migration")
    (tmp_path / "database-password").chmod(0o604)
    ended = _run(program, deployment, log_level="debug")
    assert ended.returncode == 2, ended.stderr
    refused = [line for line in ended.stderr.splitlines() if line.startswith("✗ ")]
    assert [line.removeprefix("✗ ").partition("：")[0] for line in refused] == [
        "log.level",
        "database.password_file",
        "schema",
    ]


def test_the_command_prints_a_table_and_says_by_its_status_whether_it_is_safe(
    product: Product, redis_server: Redis, broker: BrokerHandle, tmp_path: Path
) -> None:
    deployment = product.deployment(tmp_path, redis_url=redis_server.url, mqtt_port=broker.port)
    good = _run("backend.self_check", deployment)
    assert (good.returncode, good.stderr) == (0, "")
    assert "✓ 共" in good.stdout
    assert good.stdout.count("\n") > 20
    bad = _run("backend.self_check", deployment, "--quiet", wechat_appid="")
    assert bad.returncode == 1
    assert bad.stdout.splitlines()[0].split() == ["✗", "拒绝", "wechat.appid", "没有填写"]
    assert bad.stdout.splitlines()[-1] == "✗ 1 项不安全或无法确认"
    nothing = _run("backend.self_check", deployment, no_such_key="1")
    assert (nothing.returncode, nothing.stdout) == (2, "")


def test_the_three_programs_start_in_production_with_what_ships(
    product: Product, redis_server: Redis, tmp_path: Path
) -> None:
    secret = (product.deployment(tmp_path).folder / "bridge-password").read_text().strip()
    broker = start_broker("mosquitto", tmp_path / "broker", {"bridge": secret})
    deployment = product.deployment(tmp_path, redis_url=redis_server.url, mqtt_port=broker.port)
    broker.add_credentials({"bridge": (tmp_path / "bridge-password").read_text().strip()})
    try:
        for program, ready in zip(PROGRAMS, ("api_ready", "bridge_ready", "jobs_ready"), strict=True):
            assert ready in _first_words(program, deployment, ready)
    finally:
        broker.stop()


def _environment(deployment: Deployment, **changes: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("XINXIANG_")}
    return own | deployment.environment(**changes)


def _run(
    module: str, deployment: Deployment, *arguments: str, **changes: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=_environment(deployment, **changes),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def _first_words(module: str, deployment: Deployment, ready: str) -> str:
    """What the program logs until it says `ready` or ends."""
    environment = _environment(deployment, api_port=str(free_port()))
    log = deployment.config.with_name(f"{module}.log")
    program = Child(module, [sys.executable, "-m", module], log, environment=environment)
    program.begin()
    wait_until(lambda: not program.is_running or program.has_logged(ready), f"{module} says something")
    program.stop()
    return program.since_start()
