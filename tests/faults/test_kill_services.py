"""M1: the services that only time or a broken pile brings about, killed before and after their commits."""

from pathlib import Path

from tests.faults.everything import PROGRAMS
from tests.faults.kills import points_of
from tests.faults.service_cases.exceptions import WITHOUT_CASE
from tests.faults.services import CASES, PHASES, point_of, sweep_services


def test_a_killed_service_leaves_all_or_nothing_and_is_done_again_to_the_same_end(tmp_path: Path) -> None:
    outcome = sweep_services(tmp_path)
    assert outcome.problems == []
    assert outcome.violations == []
    assert outcome.visited == {point_of(case, phase) for case in CASES for phase in PHASES}


def test_every_service_that_commits_is_a_case_or_says_why_not() -> None:
    points = frozenset().union(*(points_of(part) for part in PROGRAMS))
    committing = {
        point.removesuffix(f".{phase}") for point in points for phase in PHASES if point.endswith(phase)
    }
    excepted = [name for names in WITHOUT_CASE.values() for name in names]
    assert sorted([*(case for case in CASES if "@" not in case), *excepted]) == sorted(committing)
