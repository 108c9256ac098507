"""What is owed before work may begin."""

import pytest

from backend.domain.obligation import find_obligations


@pytest.mark.parametrize(
    ("must_change", "needs", "has", "owed"),
    [
        (False, False, False, ()),
        (True, False, False, ("password",)),
        (False, True, False, ("second_factor",)),
        (False, True, True, ()),
        (True, True, False, ("password", "second_factor")),
        (True, True, True, ("password",)),
    ],
)
def test_what_is_owed(*, must_change: bool, needs: bool, has: bool, owed: tuple[str, ...]) -> None:
    assert (
        find_obligations(must_change_password=must_change, needs_second_factor=needs, has_second_factor=has)
        == owed
    )
