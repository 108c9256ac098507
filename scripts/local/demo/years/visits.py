"""One visit of a driver: what is paid for it, whether it starts, how much it charges, what follows.

Every sum is the domain's; what is left to chance is how people and cars behave.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Final

from backend.domain.command import CommandState
from backend.domain.idle_fee import Spell, price_stay, sum_of
from backend.domain.ledger import (
    EntryKind,
    correction_entry,
    hold_entry,
    idle_fee_entry,
    prepaid_bill_entry,
    release_entry,
    settle_entry,
)
from backend.domain.order import OrderState
from backend.domain.policy import RULES, PolicyName
from backend.domain.session import FailureReason, StopReason
from backend.domain.settlement import Settlement, settle
from backend.domain.units import Fen
from scripts.local.demo.years.ledger import Ledger
from scripts.local.demo.years.money import Money
from scripts.local.demo.years.people import People, Person
from scripts.local.demo.years.places import Gun, Site
from scripts.local.demo.years.prices import ZONE, Line, PriceBook, Priced, instant
from scripts.local.demo.years.rows import ChargeRows, Visit
from scripts.local.demo.years.stay_rows import StayRows
from scripts.local.demo.years.sums import Sums

HOLD_CAP_FEN: Final = RULES[PolicyName.HOLD_CAP_FEN].default
LEAST_FEN: Final = 2_000
"""Nobody comes with less in the wallet."""
TOP_UPS_FEN: Final = (3_000, 5_000, 5_000, 10_000, 10_000, 20_000, 30_000)
PREPAID_FEN: Final = (3_000, 5_000, 5_000, 8_000)
LONGEST_S: Final = 11 * 3_600
SHORTEST_S: Final = 900
FAILS: Final = 0.025
FAILS_WHERE_BROKEN: Final = 0.75
CORRECTED: Final = 0.006
CORRECTED_FROM_FEN: Final = 200
"""Below, half of the energy can cost the same."""
STAYS: Final = 0.05
REFUNDED: Final = 0.004
_TRIES: Final = 4
_SLOW_IS_SECOND: Final = 0.6
_FAILURES: Final = (
    *(FailureReason.NOT_PLUGGED, FailureReason.NOT_PLUGGED, FailureReason.START_TIMEOUT),
    *(FailureReason.CANCELLED_BY_DRIVER, FailureReason.REJECTED_BY_PILE, FailureReason.PILE_OFFLINE),
)
_ANSWERS: Final = {
    FailureReason.PILE_OFFLINE: CommandState.EXPIRED,
    FailureReason.START_EXPIRED: CommandState.EXPIRED,
    FailureReason.REJECTED_BY_PILE: CommandState.REJECTED,
    FailureReason.NOT_PLUGGED: CommandState.REJECTED,
    FailureReason.FAULT: CommandState.FAILED,
}
_STOPS: Final = (
    *(StopReason.CAR_FULL, StopReason.CAR_FULL, StopReason.CAR_FULL, StopReason.DRIVER_APP),
    *(StopReason.DRIVER_APP, StopReason.UNPLUGGED, StopReason.CAR_STOPPED),
)
TO_STOP_S: Final = 4
_CARS_W: Final = (40_000, 60_000, 60_000, 80_000, 80_000, 100_000, 120_000)


class Visits:
    """Whoever comes to a place; rows, books and sums follow."""

    def __init__(
        self,
        rng: Random,
        prices: PriceBook,
        people: People,
        money: Money,
        ledger: Ledger,
        rows: ChargeRows,
        stays: StayRows,
        sums: Sums,
        *,
        until_s: int,
    ) -> None:
        self._rng, self._prices, self._people, self._money = rng, prices, people, money
        self._ledger, self._rows, self._stays, self._sums = ledger, rows, stays, sums
        self._until_s = until_s

    def come(self, site: Site, at_s: int) -> bool:
        """Somebody wants to charge at this place; whether they did."""
        person = None
        for _ in range(_TRIES):
            gun = self._free_gun(site, at_s)
            if gun is None or at_s + SHORTEST_S >= self._until_s:
                return False
            person = person or self._people.pick(site, at_s)
            visit = self._begin(site, gun, person, at_s)
            if (failure := self._why_not(gun, at_s)) is None:
                return self._charge(visit)
            at_s = self._fail(visit, failure)
        return False

    def _free_gun(self, site: Site, at_s: int) -> Gun | None:
        rng = self._rng
        for _ in range(_TRIES):
            gun = site.guns[int(len(site.guns) * rng.random())]
            if gun.free_s <= at_s and (gun.is_fast or rng.random() > _SLOW_IS_SECOND):
                return gun
        return None

    def _why_not(self, gun: Gun, at_s: int) -> FailureReason | None:
        broken, chance = gun.why_broken(at_s), self._rng.random()
        if broken is not None and chance < FAILS_WHERE_BROKEN:
            return broken
        return self._rng.choice(_FAILURES) if chance < FAILS else None

    def _begin(self, site: Site, gun: Gun, person: Person, at_s: int) -> Visit:
        """The money is there, or comes first."""
        rng = self._rng
        session_id, session_no = self._rows.new_session(at_s)
        if person.prepays:
            hold_fen = rng.choice(PREPAID_FEN)
        else:
            least = LEAST_FEN + int(rng.random() * 3_000)
            while person.debt_fen or person.available_fen < least:
                self._money.top_up(person, rng.choice(TOP_UPS_FEN), at_s)
            hold_fen = min(person.available_fen, HOLD_CAP_FEN)
            self._ledger.post(hold_entry(person.number, Fen(hold_fen)), session_no, person, at_s)
        limit_wh = self._prices.limit_wh(gun.version_id, at_s, hold_fen)
        return Visit(
            site=site,
            gun=gun,
            person=person,
            asked_s=at_s,
            session_id=session_id,
            session_no=session_no,
            hold_fen=hold_fen,
            limit_wh=limit_wh,
        )

    def _fail(self, visit: Visit, failure: FailureReason) -> int:
        """It does not start; when they try again."""
        visit.failure = failure
        visit.ended_s = visit.asked_s + self._rng.randrange(5, 90)
        person = visit.person
        if person.prepays:
            self._prepay(visit, 0)
            self._money.give_rest_back(person, visit.prepaid_id or 0, visit.hold_fen, visit.ended_s)
        else:
            entry = release_entry(person.number, Fen(visit.hold_fen))
            self._ledger.post(entry, visit.session_no, person, visit.ended_s)
        self._rows.add_session(visit, _ANSWERS.get(failure, CommandState.DONE))
        person.free_s = visit.gun.free_s = visit.ended_s + self._rng.randrange(60, 180)
        return person.free_s

    def _charge(self, visit: Visit) -> bool:
        gun, person = visit.gun, visit.person
        self._flow(visit)
        bill = self._prices.price(gun.version_id, visit.started_s or 0, visit.ended_s, visit.energy_wh)
        met = settle(Fen(bill.total_fen), Fen(visit.hold_fen))
        order = self._rows.new_order(visit.ended_s)
        state, free_s = OrderState.SETTLED, visit.ended_s
        if not person.prepays and bill.total_fen >= CORRECTED_FROM_FEN and self._rng.random() < CORRECTED:
            state, (met, free_s) = OrderState.CORRECTED, self._settle_late(visit, order, bill)
        else:
            settle_by = self._settle_prepaid if person.prepays else self._settle
            settle_by(visit, order[1], bill, met)
            self._rows.add_lines(order[0], bill.lines)
        self._rows.add_segments(visit, bill.segments)
        self._rows.add_session(visit, CommandState.DONE)
        self._rows.add_order(visit, order, bill, met, state)
        sums = bill.energy_wh, bill.electricity_fen, bill.service_fen
        self._sums.add_charge(visit.site, gun, person, visit.started_s or 0, visit.ended_s, sums)
        gun.register_wh += visit.energy_wh
        self._leave(visit, free_s)
        return True

    def _flow(self, visit: Visit) -> None:
        """How long energy flows, and how much."""
        rng, gun = self._rng, visit.gun
        if gun.is_fast:
            power_w = min(gun.rated_w * 0.95, rng.choice(_CARS_W)) * rng.uniform(0.45, 0.85)
            wanted_wh = int(rng.triangular(4_000, 62_000, 24_000))
        else:
            power_w = gun.rated_w * rng.uniform(0.82, 0.96)
            wanted_wh = int(rng.triangular(3_000, 48_000, 16_000))
        most_wh = min(visit.limit_wh, int(power_w * LONGEST_S) // 3_600)
        visit.energy_wh = max(100, min(wanted_wh, most_wh))
        visit.started_s = visit.asked_s + rng.randrange(8, 40)
        # history ends with a day: whoever charges then has just gone
        most_wh = int((self._until_s - 1 - visit.started_s) * power_w) // 3_600
        visit.energy_wh = min(visit.energy_wh, most_wh)
        visit.ended_s = visit.started_s + int(visit.energy_wh * 3_600 / power_w)
        is_cut = visit.energy_wh < wanted_wh
        visit.stop_reason = StopReason.LIMIT_REACHED if is_cut else rng.choice(_STOPS)
        if visit.stop_reason is StopReason.DRIVER_APP:
            visit.stopping_s = visit.ended_s - TO_STOP_S

    def _settle(self, visit: Visit, order_no: str, bill: Priced, met: Settlement) -> int:
        person = visit.person
        entry = settle_entry(
            person.number, visit.site.operator_no, met, Fen(bill.electricity_fen), Fen(bill.service_fen)
        )
        return self._ledger.post(entry, order_no, person, visit.ended_s)

    def _settle_prepaid(self, visit: Visit, order_no: str, bill: Priced, met: Settlement) -> None:
        person = visit.person
        self._prepay(visit, met.captured_fen)
        entry = prepaid_bill_entry(
            EntryKind.SETTLE,
            person.number,
            visit.site.operator_no,
            electricity_fen=bill.electricity_fen,
            service_fen=bill.service_fen,
            captured_fen=met.captured_fen,
        )
        self._ledger.post(entry, order_no, person, visit.ended_s)
        self._money.give_rest_back(person, visit.prepaid_id or 0, met.released_fen, visit.ended_s)

    def _prepay(self, visit: Visit, captured_fen: int) -> None:
        visit.prepaid_id, transaction = self._money.prepay(
            visit.person, visit.session_id, visit.hold_fen, captured_fen, visit.asked_s
        )
        self._money.post_prepaid(visit.person, visit.hold_fen, transaction, visit.asked_s)

    def _settle_late(self, visit: Visit, order: tuple[int, str], bill: Priced) -> tuple[Settlement, int]:
        """Settled by what was known of a silent pile, then corrected by its record: how it was met, and when."""
        person, known_wh = visit.person, int(visit.energy_wh * self._rng.uniform(0.5, 0.95))
        first = self._prices.price(visit.gun.version_id, visit.started_s or 0, visit.ended_s, known_wh)
        met = settle(Fen(first.total_fen), Fen(visit.hold_fen))
        settled_id = self._settle(visit, order[1], first, met)
        corrected_s = visit.ended_s + self._rng.randrange(600, 20_000)
        entry = correction_entry(
            person.number,
            visit.site.operator_no,
            electricity_delta_fen=bill.electricity_fen - first.electricity_fen,
            service_delta_fen=bill.service_fen - first.service_fen,
            available_fen=Fen(person.available_fen),
            debt_fen=Fen(person.debt_fen),
        )
        delta = bill.total_fen - first.total_fen
        collected = min(delta, person.available_fen)
        self._ledger.post(entry, order[1], person, corrected_s, settled_id)
        self._rows.add_lines(order[0], first.lines)
        self._rows.add_lines(order[0], _difference(first, bill), after=len(first.lines))
        met = replace(
            met,
            collected_fen=Fen(met.collected_fen + collected),
            debt_fen=Fen(met.debt_fen + delta - collected),
        )
        return met, corrected_s

    def _leave(self, visit: Visit, free_s: int) -> None:
        """The car goes, now or much later; some take their money along."""
        rng, gun, person = self._rng, visit.gun, visit.person
        gone_s = visit.ended_s + rng.randrange(60, 600)
        terms = self._prices.version(gun.version_id).idle
        is_watched = (
            terms is not None and visit.stop_reason is not StopReason.UNPLUGGED and not person.prepays
        )
        if is_watched and free_s == visit.ended_s and rng.random() < STAYS:
            gone_s = visit.ended_s + rng.randrange(1_900, 9_000)
            if gone_s < self._until_s:
                self._bill_stay(visit, gone_s)
        gun.free_s = gone_s
        person.free_s = max(gone_s, free_s)
        if not person.prepays and rng.random() < REFUNDED and person.free_s < self._until_s:
            person.free_s = self._money.refund(person, person.available_fen, person.free_s)

    def _bill_stay(self, visit: Visit, gone_s: int) -> None:
        terms, person = self._prices.version(visit.gun.version_id).idle, visit.person
        if terms is None:
            return
        spell = Spell(instant(visit.ended_s), instant(gone_s))
        lines = price_stay(terms, spell.from_at, spell.to_at, [spell], ZONE)
        if not lines:
            return
        met = settle(sum_of(lines), Fen(0), Fen(person.available_fen))
        order = self._rows.new_order(gone_s)
        entry = idle_fee_entry(person.number, visit.site.operator_no, met)
        self._ledger.post(entry, order[1], person, gone_s)
        self._rows.add_idle_order(visit, order, gone_s, met)
        self._stays.add_stay(visit, order[0], terms, gone_s, lines)
        self._sums.add_driver(visit.site, person, gone_s, 0, met.collected_fen + met.debt_fen)


def _difference(old: Priced, new: Priced) -> list[Line]:
    """What a correction adds to the lines of a smaller bill of the same times."""
    known = {(line.local_date, line.start_slot, line.component): line for line in old.lines}
    added = []
    for line in new.lines:
        before = known.get((line.local_date, line.start_slot, line.component))
        wh, fen = (before.energy_wh, before.fee_fen) if before is not None else (0, 0)
        added.append(line._replace(energy_wh=line.energy_wh - wh, fee_fen=line.fee_fen - fen))
    return [line for line in added if line.energy_wh or line.fee_fen]
