"""The panel: everything a newcomer needs, aligned, and lines that a shell accepts."""

import io
import shlex
import subprocess

from scripts.local.launcher.panel import LABEL_COLUMNS, copyable, render_panel
from scripts.local.launcher.terminal import Terminal, width
from tests.unit.launcher.facts import some_facts


def _panel(**changes: object) -> str:
    return render_panel(some_facts(**changes), Terminal(io.StringIO()))  # type: ignore[arg-type]


def test_names_addresses_logins_and_the_way_out() -> None:
    panel = _panel()
    for text in (
        "http://127.0.0.1:8080/docs",
        "mqtt://127.0.0.1:1883",
        "http://127.0.0.1:40001",
        "admin",
        "MDNBYvJuxF9d",
        "var/run/logs",
        "10 座充电站，40 台充电桩，60 把充电枪",
        "用时 3.1 秒",
        "按 Ctrl-C 结束",
    ):
        assert text in panel


def test_the_two_pages_that_people_open_come_first() -> None:
    lines = [line.strip() for line in _panel().splitlines() if "http" in line]
    assert lines[0].split() == ["车主小程序（预览）", "http://127.0.0.1:8083/"]
    assert lines[1].split()[:2] == ["运营后台", "http://127.0.0.1:8080/admin/"]
    assert lines[1].endswith("admin / MDNBYvJuxF9d")


def test_a_page_that_could_not_be_built_is_no_link() -> None:
    panel = _panel(has_faces=False)
    assert panel.count("没有构建成功") == 2
    assert "8083" not in panel
    assert "/admin/" not in panel


def test_values_begin_in_one_column_whatever_the_label() -> None:
    lines = _panel().splitlines()
    for value in ("http://127.0.0.1:8080/docs", "mqtt://", "admin  ", "var/run/logs", "10 座"):
        (line,) = (line for line in lines if value in line and "curl" not in line)
        assert width(line[: line.index(value)]) == 2 + LABEL_COLUMNS, line


def test_passwords_begin_in_one_column_whatever_the_account() -> None:
    lines = _panel().splitlines()
    starts = [
        width(line[: line.index(secret)])
        for line, secret in (
            (next(line for line in lines if "超级管理员" in line), "MDNB"),
            (next(line for line in lines if "值班" in line), "x "),
            (next(line for line in lines if "旁听，" in line), "s3cret"),
        )
    ]
    assert len(set(starts)) == 1


def test_says_when_the_well_known_broker_port_was_taken() -> None:
    assert "1883 已被占用" in _panel(broker=1884)
    assert "已被占用" not in _panel()


def test_says_what_is_missing_or_switched_off() -> None:
    assert "本机没有，产品照常运行" in _panel(has_redis=False)
    assert "--no-drivers" in _panel(has_drivers=False)


def test_copyable_lines_are_shell_that_parses_even_with_a_secret_full_of_signs() -> None:
    secret = "a'b $(c) \"d"
    groups = copyable(some_facts(viewer_secret=secret))
    script = "\n".join(line for _, lines in groups for line in lines)
    assert subprocess.run(["sh", "-n", "-c", script], check=False).returncode == 0
    assert secret in shlex.split(groups[-1][1][0])
