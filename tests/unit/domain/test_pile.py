import pytest

from backend.domain.errors import InvalidInput
from backend.domain.pile import check_pile_no


@pytest.mark.parametrize("pile_no", ["32050000000001", "CP1", "A-b_3", "x" * 30])
def test_a_printed_number_is_taken(pile_no: str) -> None:
    check_pile_no(pile_no)


@pytest.mark.parametrize(
    "pile_no",
    [
        "",
        "12",
        "x" * 31,
        "+",
        "CP+",
        "CP#",
        "#",
        "CP/1",
        "CP/up",
        "$SYS",
        "CP 1",
        "CP1\n",
        "桩001",
        "bridge",
        "Bridge",
    ],
)
def test_a_number_that_would_mean_something_else_at_the_broker_is_refused(pile_no: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_pile_no(pile_no)
    assert refusal.value.data["field"] == "pile_no"
