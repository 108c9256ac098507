from random import Random

from scripts.stand_ins.simulator.car import MJ_PER_WH, make_car, random_car
from scripts.stand_ins.simulator.charge import Charge, Limits, Register
from scripts.stand_ins.simulator.envelope import from_text

NOON_MS = from_text("2026-03-02T12:00:00Z")


NO_LIMITS = Limits()


def charge(
    limits: Limits = NO_LIMITS, *, soc: int = 20, skew_ms: int = 0, started_ms: int = NOON_MS
) -> Charge:
    car = make_car(60_000, soc, 150_000)
    register = Register(5 * MJ_PER_WH + 1_234)
    return Charge("S1", car, register, "dc", 60_000, limits, skew_ms, started_ms)


def test_charges_at_the_offered_power_below_eighty_percent() -> None:
    running = charge()
    running.advance(NOON_MS + 60_000)
    assert running.meter_fields()["power_w"] == 60_000
    assert running.register.wh - running.register_start_wh == 1_000


def test_takes_ever_less_power_above_eighty_percent() -> None:
    car = make_car(60_000, 80, 150_000)
    powers = []
    while car.room_mj > MJ_PER_WH:
        powers.append(car.power_w(60_000))
        car.stored_mj += car.room_mj // 2
    assert powers[0] == 60_000
    assert powers == sorted(powers, reverse=True)
    assert 9_000 <= powers[-1] < 10_000


def test_ends_car_full_with_exactly_the_room_of_the_battery() -> None:
    running = charge()
    running.advance(NOON_MS + 4 * 3_600_000)
    assert running.over is not None
    assert running.over[0] == "car_full"
    assert running.car.soc_promille == 1_000
    assert running.register.mj == 5 * MJ_PER_WH + 1_234 + 48_000 * MJ_PER_WH


def test_energy_limit_is_reached_to_the_watt_hour_and_at_its_moment() -> None:
    running = charge(Limits(wh=1_000))
    running.advance(NOON_MS + 3_600_000)
    assert running.register.wh - running.register_start_wh == 1_000
    assert running.over is not None
    assert running.over[0] == "limit_reached"
    assert NOON_MS + 59_000 < running.over[1] <= NOON_MS + 60_000


def test_time_limit_ends_at_its_second() -> None:
    running = charge(Limits(duration_s=90))
    running.advance(NOON_MS + 3_600_000)
    assert running.over == ("limit_reached", NOON_MS + 90_000)


def test_soc_limit_that_is_passed_already_ends_at_once_with_nothing() -> None:
    running = charge(Limits(soc_percent=10))
    assert running.over == ("limit_reached", NOON_MS)
    assert running.final_fields("limit_reached", "S11")["segments"] == []


def test_segments_are_cut_at_half_hours_of_the_piles_clock() -> None:
    running = charge(started_ms=NOON_MS - 600_000, skew_ms=60_000)
    running.advance(NOON_MS + 1_800_000)
    final = running.final_fields("driver_app", "S01")
    segments = final["segments"]
    assert isinstance(segments, list)
    assert [(one["from_at"][11:19], one["to_at"][11:19]) for one in segments] == [
        ("11:51:00", "12:00:00"),
        ("12:00:00", "12:30:00"),
        ("12:30:00", "12:31:00"),
    ]
    assert sum(one["energy_wh"] for one in segments) == running.register.wh - running.register_start_wh


def test_speed_makes_the_battery_smaller_and_leaves_the_power_alone() -> None:
    slow, fast = make_car(60_000, 20, 150_000), make_car(60_000, 20, 150_000, speed=60)
    assert fast.battery_wh * 60 == slow.battery_wh
    assert fast.power_w(60_000) == slow.power_w(60_000) == 60_000


def test_the_same_seed_gives_the_same_cars() -> None:
    first = [random_car(Random("a"), "dc", 1) for _ in range(3)]
    assert first == [random_car(Random("a"), "dc", 1) for _ in range(3)]
    assert first[0] != random_car(Random("b"), "dc", 1)


def test_looks_again_no_later_than_a_limit_can_be_reached() -> None:
    running = charge(Limits(wh=1_000))
    assert running.due_ms() <= NOON_MS + 60_000
    running.advance(running.due_ms())
    assert running.over is not None
