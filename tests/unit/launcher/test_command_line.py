"""Wrong options and a start that cannot be: one sentence each."""

import socket
from pathlib import Path

import pytest

from scripts.local.launcher.command_line import main


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--piles", "0"], "--piles"),
        (["--piles", "many"], "--piles"),
        (["--port", "70000"], "--port"),
        (["--speed", "-1"], "--speed"),
        (["--what"], "--what"),
    ],
)
def test_a_wrong_option_is_one_sentence_that_names_it(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_status:
        main(arguments)
    told = capsys.readouterr()
    assert exit_status.value.code == 2
    assert told.err.count("\n") == 1
    assert named in told.err
    assert told.out == ""


def test_a_taken_port_is_one_sentence_and_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        status = main(["--folder", str(tmp_path / "run"), "--port", str(port)])
    told = capsys.readouterr().out
    assert status == 1
    assert told.count("\n") == 1
    assert f"端口 {port} 已被占用" in told
    assert not (tmp_path / "run" / "database.sqlite").exists()


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--folder", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_a_smoke_in_a_used_folder_fails_with_json_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("")
    assert main(["--smoke", "--folder", str(tmp_path)]) == 1
    assert '"ok": false, "step": "setup"' in capsys.readouterr().out.splitlines()[-1]
    assert (tmp_path / "thesis.txt").exists()
