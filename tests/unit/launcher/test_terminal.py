"""Alignment and quietness of what the launcher writes."""

import io

from scripts.local.launcher.terminal import LABEL_COLUMNS, Terminal, cut, pad, width


def test_counts_chinese_characters_as_two_columns() -> None:
    assert width("接口") == 4
    assert width("MQTT 服务器（端口 1883）") == 24
    assert width("kWh") == 3


def test_counts_combining_marks_as_no_column() -> None:
    assert width("e\u0301") == 1


def test_pads_by_columns_not_by_characters() -> None:
    assert width(pad("数据库", 10)) == 10
    assert pad("数据库结构", 4) == "数据库结构"


def test_cuts_at_a_column_even_within_a_wide_character() -> None:
    assert cut("接口服务", 8) == "接口服务"
    assert cut("接口服务", 7) == "接口服…"
    assert cut("接口服务", 6) == "接口…"
    assert width(cut("接口服务" * 50, 79)) <= 79


def test_step_times_of_chinese_and_english_labels_end_in_the_same_column() -> None:
    out = io.StringIO()
    terminal = Terminal(out)
    for label in ("Redis", "模拟充电桩（40 台）"):
        terminal.step_done(label, 1.25)
    lines = out.getvalue().splitlines()
    assert [width(line) for line in lines] == [LABEL_COLUMNS + 11] * 2


def test_writes_no_control_codes_and_no_transient_line_into_a_file() -> None:
    out = io.StringIO()
    terminal = Terminal(out)
    terminal.show("…")
    terminal.say(terminal.style("完成", "bold"))
    assert out.getvalue() == "完成\n"


def test_quiet_hides_progress_and_keeps_failures_and_results() -> None:
    out = io.StringIO()
    terminal = Terminal(out, is_quiet=True)
    terminal.say("进度")
    with terminal.step("一步"):
        pass
    terminal.fail("坏了")
    terminal.print("结果")
    assert out.getvalue() == "✗ 坏了\n结果\n"


class _Tty(io.StringIO):
    def isatty(self) -> bool:  # type: ignore[explicit-override]
        return True


def test_a_transient_line_is_written_once_and_cleared_by_the_next_line() -> None:
    out = _Tty()
    terminal = Terminal(out)
    terminal.show("等待")
    terminal.show("等待")
    terminal.print("好了")
    assert out.getvalue().count("等待") == 1
    assert out.getvalue().endswith("\r\033[K好了\n")
