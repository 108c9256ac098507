import pytest

from scripts.benches.bridge_latency import SAMPLES_PER_S, choose_samples, latencies_ms


def test_latency_counts_from_when_each_message_was_due() -> None:
    # due at 10.000, 10.010 and 10.020
    assert latencies_ms([0, 2, 4], [10.001, 10.030, 10.021], 10.0, 200) == pytest.approx([1, 20, 1])


@pytest.mark.parametrize("rate", [1, 100, 2_000, 10_000])
def test_samples_meet_every_place_in_bursts_of_ten(rate: int) -> None:
    samples = choose_samples(rate * 15, rate)
    assert len(samples) > SAMPLES_PER_S * 13 or samples.step == 1
    assert {number % 10 for number in samples[:100]} == {number % 10 for number in range(min(10, rate * 15))}
