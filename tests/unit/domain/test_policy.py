import pytest

from backend.domain.errors import PolicyOutOfRange
from backend.domain.operator import is_operator_no
from backend.domain.policy import (
    DEFAULTS,
    RULES,
    PolicyName,
    PolicySource,
    Terms,
    check_values,
    find_value,
    resolve,
)

CAP, DEADLINE, TOP_UP = (
    PolicyName.HOLD_CAP_FEN,
    PolicyName.START_DEADLINE_S,
    PolicyName.LARGEST_TOP_UP_FEN,
)


def test_without_rows_everything_is_as_it_was_fixed_before() -> None:
    assert (DEFAULTS.hold.min_fen, DEFAULTS.hold.cap_fen) == (500, 20_000)
    assert DEFAULTS.terms == Terms(
        start_deadline_s=90,
        provisional_after_s=1_800,
        no_energy_after_s=600,
        longest_session_s=86_400,
        plug_claim_s=1_800,
        review_release_s=86_400,
    )
    assert (DEFAULTS.smallest_top_up_fen, DEFAULTS.largest_top_up_fen) == (100, 500_000)


def test_an_operators_value_is_before_the_platforms_and_that_before_the_default() -> None:
    platform, own = {CAP: 30_000, DEADLINE: 120, TOP_UP: 20_000}, {CAP: 10_000, TOP_UP: 10_000}
    assert find_value(CAP, platform, own) == (10_000, PolicySource.OPERATOR)
    assert find_value(DEADLINE, platform, own) == (120, PolicySource.PLATFORM)
    assert find_value(DEADLINE, {}, {}) == (90, PolicySource.DEFAULT)
    # the wallet is the platform's, whatever an operator's row says
    assert find_value(TOP_UP, platform, own) == (20_000, PolicySource.PLATFORM)
    assert resolve(platform, own).hold.cap_fen == 10_000


def test_no_two_values_that_may_be_set_contradict_each_other() -> None:
    for name, rule in RULES.items():
        assert rule.low <= rule.default <= rule.high, name
        assert all(value % rule.step == 0 for value in (rule.low, rule.default, rule.high)), name
    assert RULES[PolicyName.MIN_HOLD_FEN].high <= RULES[CAP].low
    assert RULES[PolicyName.SMALLEST_TOP_UP_FEN].high <= RULES[TOP_UP].low


@pytest.mark.parametrize("value", [-1, 0, 4_900, 100_100, 20_050])
def test_refuses_what_is_outside_its_range_or_between_its_steps(value: int) -> None:
    with pytest.raises(PolicyOutOfRange) as refused:
        check_values({CAP: value}, is_platform=True)
    assert refused.value.data == {"name": CAP, "unit": "fen", "low": 5_000, "high": 100_000, "step": 100}


def test_an_operator_sets_nothing_that_is_the_platforms() -> None:
    check_values({TOP_UP: 20_000}, is_platform=True)
    check_values({CAP: 10_000}, is_platform=False)
    with pytest.raises(PolicyOutOfRange):
        check_values({TOP_UP: 20_000}, is_platform=False)


@pytest.mark.parametrize(
    ("code", "is_sound"),
    [
        ("D2143569X", True),  # the example of GB 11714
        ("D21435699", False),
        ("71780831", False),
        ("7178083181", False),
        ("d2143569X", False),
        ("D214356９X", False),
    ],
)
def test_an_operators_number_is_an_organisation_code_with_its_check_character(
    code: str, *, is_sound: bool
) -> None:
    assert is_operator_no(code) is is_sound
