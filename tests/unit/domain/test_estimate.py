from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from backend.domain.errors import InvalidInput
from backend.domain.estimate import (
    MAX_ESTIMATE_S,
    MAX_LIMIT_WH,
    EnergyEstimate,
    estimate_energy,
    safe_limit,
)
from backend.domain.units import Fen, Watt, Wh

from .strategies import SHANGHAI, at_shanghai, tariff

T0 = at_shanghai("2026-05-01 10:00")


def test_eleven_yuan_buy_ten_kwh_at_86_and_24_fen() -> None:
    version = tariff((0, 48, 86_000, 24_000))
    found = estimate_energy(Fen(1_100), Watt(60_000), T0, version, SHANGHAI)
    assert found == EnergyEstimate(Wh(10_000), 600, Fen(1_100))


def test_a_dearer_period_ahead_is_paid_for() -> None:
    version = tariff((0, 21, 50_000, 0), (21, 48, 200_000, 0))  # dearer from 10:30
    found = estimate_energy(Fen(2_000), Watt(36_000), T0, version, SHANGHAI)
    # 18 kWh for 9 yuan until 10:30, then 5.5 kWh for 11 yuan
    assert (found.energy_wh, found.total_fen) == (23_500, 2_000)


def test_an_estimate_lasts_its_seconds_when_the_clock_goes_back() -> None:
    zone = ZoneInfo("America/New_York")  # 01:00 to 02:00 comes twice on 2026-11-01
    start = datetime(2026, 11, 1, 0, 30, tzinfo=zone)
    found = estimate_energy(Fen(100_000), Watt(7_200), start, tariff((0, 48, 100_000, 0)), zone, 9_000)
    assert found == EnergyEstimate(Wh(18_000), 9_000, Fen(1_800))


def test_a_free_tariff_ends_with_the_time() -> None:
    found = estimate_energy(Fen(0), Watt(7_000), T0, tariff((0, 48, 0, 0)), SHANGHAI, max_s=7_200)
    assert found == EnergyEstimate(Wh(14_000), 7_200, Fen(0))


def test_no_power_buys_nothing_for_as_long_as_asked() -> None:
    found = estimate_energy(Fen(500), Watt(0), T0, tariff((0, 48, 86_000, 24_000)), SHANGHAI)
    assert found == EnergyEstimate(Wh(0), 86_400, Fen(0))


def test_the_longest_estimate_allowed_is_given() -> None:
    start = at_shanghai("2026-05-01 10:13:07")
    found = estimate_energy(Fen(1), Watt(0), start, tariff((0, 48, 1, 1)), SHANGHAI, MAX_ESTIMATE_S)
    assert found.duration_s == MAX_ESTIMATE_S


def test_refuses_what_cannot_be_estimated() -> None:
    naive = datetime(2026, 5, 1)  # noqa: DTZ001 - the case
    for budget, power, start, max_s, field in [
        (-1, 1, T0, 1, "budget_fen"),
        (1, -1, T0, 1, "power_w"),
        (1, 1, naive, 1, "start_at"),
        (1, 1, T0, -1, "max_s"),
        (1, 1, T0, MAX_ESTIMATE_S + 1, "max_s"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            estimate_energy(Fen(budget), Watt(power), start, tariff((0, 48, 1, 1)), SHANGHAI, max_s)
        assert refused.value.data["field"] == field


def test_a_limit_is_what_the_dearest_period_sells_less_what_rounding_may_take() -> None:
    version = tariff((0, 14, 30_000, 40_000), (14, 48, 120_000, 40_000))
    assert safe_limit(Fen(20_000), version, T0, SHANGHAI) == 124_981  # 199.97 yuan at 1.60
    assert safe_limit(Fen(20_000), tariff((0, 48, 0, 0)), T0, SHANGHAI) == MAX_LIMIT_WH
    assert safe_limit(Fen(-1), version, T0, SHANGHAI) == 0


def test_what_was_taken_cheaply_raises_the_limit() -> None:
    version = tariff((0, 14, 30_000, 40_000), (14, 48, 120_000, 40_000))
    taken_wh = 100_000  # 70 yuan at 0.70
    raised = safe_limit(Fen(20_000), version, T0, SHANGHAI, taken_wh=taken_wh, spent_fen_e6=taken_wh * 70_000)
    assert raised == 100_000 + 81_231  # 129.97 yuan at 1.60
    spent = safe_limit(Fen(20_000), version, T0, SHANGHAI, taken_wh=taken_wh, spent_fen_e6=20_001 * 1_000_000)
    assert spent == taken_wh
