import pytest

from scripts.benches import command_line


def test_without_a_name_every_bench_is_told_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(command_line.BENCHES)


@pytest.mark.parametrize("arguments", [["other"], ["api", "--reps", "0"], ["bridge", "--rate", "x"]])
def test_wrong_options_are_refused_before_anything_starts(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(arguments)
    assert ended.value.code == 2
