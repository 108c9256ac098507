import pytest

from scripts.benches import command_line
from scripts.benches.bridge_latency import Arrivals


def test_without_a_name_every_bench_is_told_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(command_line.BENCHES)


@pytest.mark.parametrize("arguments", [["other"], ["api", "--reps", "0"], ["bridge", "--rate", "x"]])
def test_wrong_options_are_refused_before_anything_starts(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(arguments)
    assert ended.value.code == 2


def test_latency_counts_from_when_each_message_was_due(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.010, 10.030])
    monkeypatch.setattr("scripts.benches.bridge_latency.time.monotonic", lambda: next(clock))
    arrivals = Arrivals()
    arrivals.take(["session:S1", "piles", "session:S2"])
    arrivals.take(["session:S3", "station:Z1"])
    assert arrivals.total == 3
    # due at 10.000, 10.005 and 10.010
    assert arrivals.latencies_ms(10.0, 200) == pytest.approx([10, 5, 20])
