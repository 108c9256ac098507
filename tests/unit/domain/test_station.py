import pytest

from backend.domain.station import PILE_OFFLINE_AFTER_S, distance_m, is_stale


@pytest.mark.parametrize(
    ("a", "b", "metres", "within"),
    [
        ((31_230_416, 121_473_701), (31_230_416, 121_473_701), 0, 0),
        ((39_904_200, 116_407_396), (31_230_416, 121_473_701), 1_067_300, 1_000),  # Beijing to Shanghai
        ((0, 0), (0, 180_000_000), 20_015_115, 5),  # half round the equator
        ((30_000_000, 120_000_000), (30_001_000, 120_000_000), 111, 1),
        ((0, 179_999_000), (0, -179_999_000), 222, 1),  # across the date line
    ],
)
def test_distance_is_along_the_great_circle(
    a: tuple[int, int], b: tuple[int, int], metres: int, within: int
) -> None:
    assert abs(distance_m(*a, *b) - metres) <= within
    assert distance_m(*a, *b) == distance_m(*b, *a)


def test_a_value_is_stale_after_three_silent_intervals() -> None:
    assert not is_stale(45, 15)
    assert is_stale(46, 15)
    assert PILE_OFFLINE_AFTER_S == 90
