"""Staff in a life of money: they waive what a car costs by staying, freeze drivers and lift that, and set prices by chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.idle_fee import IdleTerms
from backend.domain.tariff import RateBand, TariffPeriod, every_day
from backend.domain.units import PriceE5
from backend.models import Driver
from backend.services.access.freeze_driver import freeze_driver
from backend.services.charging.waive_idle_fee import waive_idle_fee
from backend.services.tariffs.publish_tariff import publish_tariff
from tests.channel_accounts import platform_staff
from tests.scenario import Scenario
from tests.unit.domain import oracle

_PRICES: Final = (0, 1, 30_000, 64_830, 99_999, 133_620, 250_000)


class Desk:
    """`frozen` are numbers of drivers; prices and idle terms stand by the row id of their published version."""

    def __init__(self, world: Scenario, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.staff = platform_staff(world.now)
        self.frozen: set[str] = set()
        self.prices: dict[int, list[oracle.Row]] = {}
        self.idle: dict[int, IdleTerms | None] = {}

    def waive(self, session_no: str) -> None:
        waive_idle_fee(
            staff=self.staff,
            session_no=session_no,
            reason="枪锁故障",
            caller=NOWHERE,
            now=self.world.now,
        )

    def freeze(self, drivers: Sequence[Actor]) -> None:
        """One of them; where one is frozen already, that one is let go."""
        driver = self.chance.choice([one for one in drivers if one.no in self.frozen] or drivers)
        freeze_driver(
            staff=self.staff,
            driver_no=driver.no,
            is_frozen=driver.no not in self.frozen,
            reason="核实身份",
            row_version=Driver.get_by_id(driver.id).row_version,
            caller=NOWHERE,
            now=self.world.now,
        )
        self.frozen ^= {driver.no}

    def reprice(self) -> None:
        """From now on other prices, at other half-hours, and another idle fee."""
        borders = sorted({0, 48, *self.chance.sample(range(1, 48), self.chance.randint(0, 5))})
        rows = [
            (start, end, self.chance.choice(_PRICES), self.chance.choice(_PRICES[1:]))
            for start, end in pairwise(borders)
        ]
        periods = [
            TariffPeriod(
                start_slot=start,
                end_slot=end,
                rate_band=RateBand.FLAT,
                electricity_e5=PriceE5(electricity),
                service_e5=PriceE5(service),
            )
            for start, end, electricity, service in rows
        ]
        now, idle = self.world.now, self._any_terms()
        made = publish_tariff(
            tariff=self.world.tariff, plans=every_day(periods), effective_from=now, now=now, idle=idle
        )
        self.prices[made.id], self.idle[made.id] = rows, idle

    def _any_terms(self) -> IdleTerms | None:
        """None at times."""
        if self.chance.random() < 1 / 4:
            return None
        return IdleTerms(
            free_minutes=self.chance.choice((0, 0, 5, 15)),
            minute_fen=self.chance.choice((1, 50, 333)),
            day_cap_fen=self.chance.choice((100, 2_000, 9_999)),
        )
