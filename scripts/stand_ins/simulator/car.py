"""A simulated car: how much power it takes at which state of charge (constant, then falling above 80 %).

A plain model of a DC charge curve and of an on-board AC charger; it follows no particular car.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# Energy is counted in millijoules: W × ms, so that integers are exact. 1 Wh = 3 600 000 mJ.
MJ_PER_WH = 3_600_000
FULL = 1000
TAPER_FROM = 800
LEAST_POWER_SHARE = 150  # of 1000, what a car still takes just before it is full
SINGLE_PHASE_LIMIT_W = 7_400
PHASE_MV = 220_000


@dataclass(slots=True)
class Car:
    """`battery_wh` is what the battery holds, `stored_mj` what is in it, `max_power_w` what the car can take."""

    battery_wh: int
    stored_mj: int
    max_power_w: int

    @property
    def capacity_mj(self) -> int:
        return self.battery_wh * MJ_PER_WH

    @property
    def room_mj(self) -> int:
        return self.capacity_mj - self.stored_mj

    @property
    def soc_promille(self) -> int:
        return self.stored_mj * FULL // self.capacity_mj

    def room_to_mj(self, soc_percent: int) -> int:
        """Energy until this state of charge; negative when it is passed already."""
        return self.capacity_mj * soc_percent // 100 - self.stored_mj

    def power_w(self, offered_w: int) -> int:
        """What the car takes of the offered power now."""
        full_w = min(offered_w, self.max_power_w)
        if self.soc_promille <= TAPER_FROM:
            return max(full_w, 1)
        left = FULL - self.soc_promille
        share = LEAST_POWER_SHARE + (FULL - LEAST_POWER_SHARE) * left // (FULL - TAPER_FROM)
        return max(full_w * share // 1000, 1)


def make_car(battery_wh: int, soc_percent: int, max_power_w: int, speed: int = 1) -> Car:
    """A car whose battery is `speed` times smaller than the named one, so that it is full sooner."""
    shrunk_wh = max(battery_wh // max(speed, 1), 1)
    return Car(shrunk_wh, shrunk_wh * MJ_PER_WH * soc_percent // 100, max_power_w)


def random_car(random: Random, kind: str, speed: int) -> Car:
    battery_wh = random.randrange(35_000, 100_000, 500)
    soc_percent = random.randint(8, 60)
    max_power_w = random.choice((60_000, 90_000, 120_000, 150_000)) if kind == "dc" else 7_000
    return make_car(battery_wh, soc_percent, max_power_w, speed)


def electrical_values(kind: str, power_w: int, soc_promille: int) -> dict[str, int]:
    """voltage_mv, current_ma, temperature_c; DC also soc_percent. AC current is that of one phase."""
    if kind == "dc":
        voltage_mv = 340_000 + 80 * soc_promille
        current_ma = power_w * 1_000_000 // voltage_mv
        return {
            "voltage_mv": voltage_mv,
            "current_ma": current_ma,
            "soc_percent": soc_promille // 10,
            "temperature_c": 25 + min(power_w // 6_000, 30),
        }
    phases = 3 if power_w > SINGLE_PHASE_LIMIT_W else 1
    return {
        "voltage_mv": PHASE_MV,
        "current_ma": power_w * 1_000_000 // PHASE_MV // phases,
        "temperature_c": 25 + min(power_w // 1_000, 20),
    }
