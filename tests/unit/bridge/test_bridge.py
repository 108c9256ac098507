import pytest

from mqtt_bridge.bridge import FEW_MESSAGES, REST_S, rest_after_s


@pytest.mark.parametrize(
    ("messages", "rest_s"), [(1, REST_S), (FEW_MESSAGES - 1, REST_S), (FEW_MESSAGES, 0), (1_000, 0)]
)
def test_messages_gather_after_a_batch_of_a_few_and_never_after_more(messages: int, rest_s: float) -> None:
    assert rest_after_s(messages) == rest_s
