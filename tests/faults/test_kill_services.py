"""M1: the services that only time or a broken pile brings about, killed before and after their commits."""

from pathlib import Path

from tests.faults.services import CASES, PHASES, sweep_services


def test_a_killed_service_leaves_all_or_nothing_and_is_done_again_to_the_same_end(tmp_path: Path) -> None:
    outcome = sweep_services(tmp_path)
    assert outcome.problems == []
    assert outcome.violations == []
    assert outcome.visited == {f"{service}.{phase}" for service in CASES for phase in PHASES}
