import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.gateways import passwords
from scripts.embedded.mosquitto import run_mosquitto
from scripts.processes.loopback import free_port
from tests.waiting import LIMIT_S

# Written by mosquitto_passwd 2.0.11: `mosquitto_passwd -c -b FILE pile-01 's3cret-测试'`.
GOLDEN = (
    "$7$101$rsXj6elF3kVj/19S$"
    "8nYbtAPpTck2h54+Aa/4/lXrxZP+TpzaRBNb5sfSDvFH3D3at27eEIv6UXh7ixQpJ6Tfp+KQJ2Z3KtW44a4/bA=="
)
SECRET = "s3cret-测试"


def test_a_password_verifies_against_its_own_argon2id_hash_only() -> None:
    made = passwords.hash_password("正确 horse")
    assert made.startswith("$argon2id$")
    assert passwords.verify_password(made, "正确 horse")
    assert not passwords.verify_password(made, "正确 horsE")
    assert made != passwords.hash_password("正确 horse")


@pytest.mark.parametrize(
    "damaged", ["", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "$2b$12$abc", "充电", "\ud800"]
)
def test_a_damaged_hash_is_a_wrong_password_and_never_an_error(damaged: str) -> None:
    assert not passwords.verify_password(damaged, "secret")
    assert passwords.needs_rehash(damaged)


def test_a_password_that_is_no_valid_text_is_wrong_and_never_an_error() -> None:
    assert not passwords.verify_password(passwords.hash_password("secret"), "\ud800")


def test_a_hash_of_other_costs_asks_for_a_new_one() -> None:
    weak = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$yHIuPGBvZ0Zb1bE7pLmAYA"
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(passwords.hash_password("secret"))


def test_an_unknown_account_costs_one_argon2_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    made = passwords.hash_password("secret")
    cost = f"$m={passwords.ARGON2_MEMORY_KIB},t={passwords.ARGON2_PASSES},p={passwords.ARGON2_LANES}$"
    assert cost in made  # a verification runs with the costs in the hash
    used: list[object] = []
    original = type(passwords._HASHER).hash
    monkeypatch.setattr(type(passwords._HASHER), "hash", lambda self, text: used.append(original(self, text)))
    passwords.burn_time()
    assert len(used) == 1
    assert cost in str(used[0])


def test_reads_what_mosquitto_passwd_wrote() -> None:
    assert passwords.verify_broker_password(GOLDEN, SECRET)
    assert not passwords.verify_broker_password(GOLDEN, SECRET + "x")


def test_reads_what_the_installed_mosquitto_passwd_writes(tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    subprocess.run(["mosquitto_passwd", "-c", "-b", file, "pile-01", SECRET], check=True, timeout=LIMIT_S)
    written = file.read_text().strip().removeprefix("pile-01:")
    assert passwords.verify_broker_password(written, SECRET)
    assert not passwords.verify_broker_password(written, "other")


def test_the_broker_hash_has_the_form_mosquitto_passwd_writes() -> None:
    made = passwords.broker_password_hash(SECRET)
    assert [len(part) for part in made.split("$")] == [len(part) for part in GOLDEN.split("$")]
    assert made.startswith("$7$101$")
    assert passwords.verify_broker_password(made, SECRET)
    assert made != passwords.broker_password_hash(SECRET)


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "$7$101$$",
        GOLDEN.replace("$7$", "$6$"),
        GOLDEN.replace("$101$", "$0$"),
        GOLDEN.replace("$101$", "$-1$"),
        GOLDEN.replace("$101$", "$99999999999$"),
        GOLDEN.replace("$101$", "$x$"),
        GOLDEN[:-4],
        GOLDEN + "$",
        "$7$101$*$*",
        "充电",
    ],
)
def test_a_damaged_broker_hash_is_a_wrong_secret_and_never_an_error(damaged: str) -> None:
    assert not passwords.verify_broker_password(damaged, SECRET)


@contextmanager
def _mosquitto(folder: Path, password_line: str) -> Iterator[int]:
    port = free_port()
    conf = folder / "mosquitto.conf"
    (folder / "passwords").write_text(password_line + "\n")
    conf.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\n"
        f"password_file {folder / 'passwords'}\nuser root\npersistence false\n"
    )
    broker = run_mosquitto(conf, port)
    try:
        yield port
    finally:
        broker.stop()


def _publish(port: int, secret: str) -> int:
    command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-u", "pile-01", "-P", secret]
    return subprocess.run(
        [*command, "-t", "a", "-m", "b", "-q", "1"], check=False, timeout=LIMIT_S, capture_output=True
    ).returncode


def test_mosquitto_lets_in_only_the_secret_we_hashed(tmp_path: Path) -> None:
    line = f"pile-01:{passwords.broker_password_hash(SECRET)}"
    with _mosquitto(tmp_path, line) as port:
        assert _publish(port, SECRET) == 0
        assert _publish(port, SECRET + "x") != 0
