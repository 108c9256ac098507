import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import environment
from tests.waiting import LIMIT_S

SOURCE = Path(environment.__file__)
COMMAND = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parent))
from scripts.environment import ensure
ensure("run")
print("inside", sys.prefix, sys.argv[1:])
"""
NO_REQUIREMENTS = "# nothing to install\n"
UNOBTAINABLE = f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n"


class Checkout:
    """A copy of the project with one command and a lock of its own."""

    def __init__(self, folder: Path, lock: str) -> None:
        self.folder = folder
        self.venv = folder / "var" / "venv"
        self.lock = folder / "requirements" / "run.lock"
        (folder / "scripts").mkdir(parents=True)
        self.lock.parent.mkdir()
        shutil.copy(SOURCE, folder / "scripts" / "environment.py")
        (folder / "command").write_text(COMMAND)
        self.lock.write_text(lock)

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder)}
        command = [sys.executable, str(self.folder / "command"), *arguments]
        return subprocess.Popen(
            command, env=offline, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        started = self.begin(*arguments)
        output, errors = started.communicate(timeout=LIMIT_S)
        return started.returncode, output, errors

    def expected(self, *arguments: str) -> str:
        return f"inside {self.venv} {list(arguments)}\n"


@dataclass(frozen=True)
class FirstStarts:
    checkout: Checkout
    stamp: str
    output: list[str]
    errors: list[str]


@pytest.fixture(scope="module")
def first_starts(tmp_path_factory: pytest.TempPathFactory) -> FirstStarts:
    """Two starts at once, on an environment whose making was cut off: making one takes seconds, so one serves all."""
    checkout = Checkout(tmp_path_factory.mktemp("made") / "checkout", NO_REQUIREMENTS)
    (checkout.venv / "bin").mkdir(parents=True)
    (checkout.venv / "bin" / "python").symlink_to("/nowhere/python3")
    starts = [checkout.begin(), checkout.begin()]
    ended = [start.communicate(timeout=LIMIT_S) for start in starts]
    stamp = (checkout.venv / ".stamp-run").read_text()
    return FirstStarts(checkout, stamp, [output for output, _ in ended], [errors for _, errors in ended])


@pytest.fixture
def made(first_starts: FirstStarts) -> Checkout:
    """The checkout as the first start left it, whatever the test before did."""
    checkout = first_starts.checkout
    checkout.lock.write_text(NO_REQUIREMENTS)
    checkout.lock.with_name("dev.lock").unlink(missing_ok=True)
    for stamp in checkout.venv.glob(".stamp-*"):
        stamp.unlink()
    (checkout.venv / ".stamp-run").write_text(first_starts.stamp)
    return checkout


def test_half_made_environment_is_made_again_once_by_two_starts(first_starts: FirstStarts) -> None:
    assert first_starts.output == [first_starts.checkout.expected()] * 2, first_starts.errors
    assert sum("运行环境就绪" in errors for errors in first_starts.errors) == 1, first_starts.errors


def test_second_start_does_no_work_and_keeps_the_arguments(made: Checkout) -> None:
    assert made.run("--port", "80", "充 电") == (0, made.expected("--port", "80", "充 电"), "")


def test_a_changed_lock_is_installed_once(made: Checkout) -> None:
    made.lock.write_text(NO_REQUIREMENTS + "# newer\n")

    assert "准备运行环境" in made.run()[2]
    assert made.run()[2] == ""


def test_stamp_of_a_wider_group_serves_a_narrower_one(made: Checkout) -> None:
    (made.venv / ".stamp-run").rename(made.venv / ".stamp-dev")
    shutil.copy(made.lock, made.lock.with_name("dev.lock"))

    assert made.run()[2] == ""


def test_failed_download_ends_with_the_reason_and_leaves_no_stamp(made: Checkout) -> None:
    made.lock.write_text(UNOBTAINABLE)

    status, output, errors = made.run()

    assert (status, output) == (1, "")
    assert made.run()[0] == 1
    assert "ERROR: No matching distribution found for no-such-package==1.0" in errors
    assert "请检查网络后重试" in errors
    assert "Traceback" not in errors


def test_unwritable_folder_is_one_sentence(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout", NO_REQUIREMENTS)
    (checkout.folder / "var").write_text("a file stands in the way")

    status, output, errors = checkout.run()

    assert (status, output) == (1, "")
    assert re.fullmatch(r"✗ 无法写入 \S+var：.*\n", errors)


def test_missing_lock_is_one_sentence(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "checkout", NO_REQUIREMENTS)
    checkout.lock.unlink()

    assert checkout.run() == (1, "", "✗ 缺少文件 requirements/run.lock (the lock file is missing)。\n")


def test_old_python_is_one_sentence_when_no_newer_one_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit) as ended:
        environment.ensure("run")

    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "✗ 需要 Python 3.11 或更高版本，当前是 3.9 (Python 3.11 or newer is needed, this is 3.9)。\n"
    )


def test_old_python_can_read_what_it_runs_before_the_sentence() -> None:
    for path in (SOURCE, *(SOURCE.parent / name for name in ("apt.py", "check", "lock", "test"))):
        ast.parse(path.read_text(), feature_version=(3, 8))
