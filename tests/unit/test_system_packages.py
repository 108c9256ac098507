import subprocess
from pathlib import Path

import pytest

from scripts.checks import suite, system_packages

# Stands for apt: notes what it was asked, and whether services were held at that moment.
FAKE_APT = """#!/bin/sh
echo "$* held=$(test -x {policy} && echo yes || echo no) $DEBIAN_FRONTEND" >> {log}
case "$*" in *unknown*) echo "E: Unable to locate package unknown"; exit 100;; esac
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return tmp_path / "policy-rc.d"


@pytest.fixture
def asked(tmp_path: Path, policy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = tmp_path / "apt.log"
    apt = tmp_path / "bin" / "apt-get"
    apt.parent.mkdir()
    apt.write_text(FAKE_APT.format(policy=policy, log=log))
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{apt.parent}:/usr/bin:/bin")
    return log


def test_installs_without_starting_services(asked: Path, policy: Path) -> None:
    system_packages.install(["mosquitto", "redis-server"], policy)

    assert asked.read_text().splitlines() == [
        "-q update held=yes noninteractive",
        "-q install -y --no-install-recommends mosquitto redis-server held=yes noninteractive",
    ]
    assert not policy.exists()


def test_services_policy_of_the_machine_is_kept(asked: Path, policy: Path) -> None:
    policy.write_text("#!/bin/sh\nexit 104\n")

    system_packages.install(["mosquitto"], policy)

    assert policy.read_text() == "#!/bin/sh\nexit 104\n"


def test_failed_install_lets_services_go_again(asked: Path, policy: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        system_packages.install(["unknown"], policy)

    assert not policy.exists()


@pytest.mark.parametrize(
    ("is_root", "sentence"),
    [
        (False, "✗ 测试还需要这些系统软件 (tests need): sudo apt-get install unknown\n"),
        (True, "✗ 系统软件安装失败 (apt failed): E: Unable to locate package unknown\n"),
    ],
)
def test_missing_software_is_one_sentence(
    asked: Path,
    policy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_root: bool,  # noqa: FBT001 - a case of the table
    sentence: str,
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0 if is_root else 1000)

    assert suite.have_system_packages(["unknown"], policy) is False
    assert capsys.readouterr().err == sentence
    assert asked.exists() is is_root
