"""Which test files begin first."""

from pathlib import Path

from tests.longest_first import LONGEST

TESTS = Path(__file__).resolve().parents[1]


def test_every_file_that_is_to_begin_first_is_there() -> None:
    assert [name for name in LONGEST if not (TESTS / name).exists()] == []
