import json
import math

import pytest

from scripts.benches.result import Result, interleave, number, percentile, render_table


def a_result(value: float = 1234.567, ceiling: float | None = 2000.0) -> Result:
    return Result(
        bench="bridge",
        value=value,
        unit="msg/s",
        ceiling=ceiling,
        table=[["", "x"]],
        details={"inner": {"p99": 0.123456}, "lost": 0},
    )


def test_the_json_line_is_one_line_with_the_agreed_keys_and_rounded_numbers() -> None:
    line = a_result().json_line()
    assert "\n" not in line
    found = json.loads(line)
    assert list(found)[:5] == ["bench", "value", "unit", "ceiling", "ratio"]
    assert (found["value"], found["ratio"], found["inner"]["p99"], found["lost"]) == (1235, 0.6173, 0.1235, 0)


def test_a_bench_without_a_ceiling_has_no_ratio() -> None:
    assert json.loads(a_result(ceiling=None).json_line())["ratio"] is None


def test_cases_are_run_in_turn_and_not_one_after_the_other() -> None:
    order: list[str] = []

    def case(name: str) -> dict[str, float]:
        order.append(name)
        return {"n": len(order)}

    found = interleave({"a": lambda: case("a"), "b": lambda: case("b")}, 2)
    assert order == ["a", "b", "a", "b"]
    assert found == {"a": [{"n": 1}, {"n": 3}], "b": [{"n": 2}, {"n": 4}]}


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1), (0.0, 1), (0.991, 100)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert percentile([*range(100, 0, -1)], share) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (12345.6, "12,346"), (1.23456, "1.235"), (-0.0123456, "-0.01235"), (7, "7")],
)
def test_numbers_are_shown_with_four_digits(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_number_that_is_none_is_shown_as_it_is() -> None:
    assert number(math.inf) == "inf"


def test_columns_line_up_where_text_is_chinese() -> None:
    lines = render_table([["", "值"], ["ab", "1"], ["中文", "12"]]).splitlines()
    assert lines == ["      值", "────────", "ab     1", "中文  12"]
