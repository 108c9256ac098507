import importlib

import pytest

from scripts.proofs import command_line


def test_without_a_name_every_proof_is_told_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(command_line.PROOFS)


@pytest.mark.parametrize("name", command_line.PROOFS)
def test_every_proof_of_the_list_can_be_run(name: str) -> None:
    assert callable(importlib.import_module(f"scripts.proofs.{name}").run)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["other"], "invalid choice: 'other'"),
        (["faults", "--seed", "-1"], "-1 is not a whole number from 0 to"),
        (["faults", "--seed", "x"], "x is not a whole number from 0 to"),
        (["faults", "--minutes", "0"], "0 is not a whole number from 1 to"),
        (["faults", "--long"], "unrecognized arguments: --long"),
    ],
)
def test_a_wrong_option_is_refused_with_its_reason(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(arguments)
    assert ended.value.code == 2
    assert reason in capsys.readouterr().err
