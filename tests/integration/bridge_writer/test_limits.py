"""What a pile may give: never more than the hold pays for, and all of that while the pile is on line and takes limits."""

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from backend.domain.session import SessionState
from backend.models import Command
from backend.services.commands.queue import claim_commands
from tests.integration.bridge_writer.kit import Kit
from tests.invariants import check_invariants

HOLD_FEN = 1_000
SAFE_WH = 6_646  # 9.97 yuan at the dearest price, 1.50
REPORT_WH = 250
CHEAP_E5, DEAR_E5 = 70_000, 150_000
REPORT_FEN = REPORT_WH * DEAR_E5 // 1_000_000
ABLE = ["start", "stop", "set_limit"]


class Charge:
    """A pile at 60 kW that obeys its limit, from some minutes before noon's rise of the price on."""

    def __init__(self, kit: Kit, capabilities: list[str], *, minutes_before_noon: int) -> None:
        self.kit = kit
        kit.after(minutes=24 * 60 - minutes_before_noon)
        kit.write(kit.pile.start(6, capabilities=capabilities), kit.pile.status("plugged"))
        self.session_no = kit.charging(limit_fen=HOLD_FEN)
        self.limit_wh = int(self.params("start")[-1]["limit_wh"])
        self.taken_wh = 0
        self.began_at = kit.pile.now

    def params(self, kind: str) -> list[dict[str, Any]]:
        rows = Command.select().where(Command.kind == kind).order_by(Command.id)
        return [json.loads(row.params) for row in rows]

    def report(self, *, is_online: bool = True, answer: str = "done") -> bool:
        """Fifteen seconds of charging; whether the limit is not reached yet."""
        self.kit.after(seconds=15)
        self.taken_wh = min(self.taken_wh + REPORT_WH, self.limit_wh)
        if is_online:
            self.kit.write(self.kit.pile.meter(self.session_no, 1_000_000 + self.taken_wh))
            for command in claim_commands(limit=10, now=self.kit.now()):
                self.kit.write(
                    self.kit.pile.say(
                        "reply", command_id=command.command_no, result=answer, reason="unknown_kind"
                    )
                )
                if command.kind == "set_limit" and answer == "done":
                    self.limit_wh = int(str(command.params["limit_wh"]))
        return self.taken_wh < self.limit_wh

    def end(self) -> int:
        """What the whole charge costs, in fen."""
        self.kit.write(self.kit.pile.ended(self.session_no, self.began_at, self.taken_wh))
        assert self.kit.world.session(self.session_no).state is SessionState.SETTLED
        check_invariants()
        return self.kit.world.order(self.session_no).total_fen


def test_a_pile_that_takes_limits_sells_what_the_hold_pays_for(kit: Kit) -> None:
    charge = Charge(kit, ABLE, minutes_before_noon=600)
    assert charge.limit_wh == SAFE_WH
    reports = 1
    while charge.report():
        reports += 1
    raises = charge.params("set_limit")
    assert raises[0].keys() == {"session_no", "limit_fen", "limit_wh"}
    assert (raises[0]["session_no"], raises[0]["limit_fen"]) == (charge.session_no, HOLD_FEN)
    limits = [one["limit_wh"] for one in raises]
    assert limits == sorted(set(limits))
    assert len(limits) <= reports // 2
    total_fen = charge.end()
    assert HOLD_FEN - 3 * REPORT_FEN <= total_fen <= HOLD_FEN
    assert charge.taken_wh > 2 * SAFE_WH - 2 * REPORT_WH


@pytest.mark.parametrize("capabilities", [[], ["start", "stop"]])
def test_a_pile_that_takes_none_keeps_its_safe_limit(kit: Kit, capabilities: list[str]) -> None:
    charge = Charge(kit, capabilities, minutes_before_noon=600)
    while charge.report():
        pass
    assert (charge.taken_wh, charge.params("set_limit")) == (SAFE_WH, [])
    assert charge.end() == 465  # 6.646 kWh at 0.70


def test_a_limit_that_is_refused_is_taken_back_and_not_asked_for_again(kit: Kit) -> None:
    charge = Charge(kit, ABLE, minutes_before_noon=600)
    while charge.report(answer="rejected"):
        pass
    assert (charge.taken_wh, len(charge.params("set_limit"))) == (SAFE_WH, 1)
    assert kit.world.session(charge.session_no).limit_wh == SAFE_WH
    assert charge.end() == 465


@pytest.mark.parametrize("online_reports", [0, 21, 42, 70, 98])
def test_a_pile_that_loses_its_line_stops_within_the_hold_though_the_price_rises(
    kit: Kit, online_reports: int
) -> None:
    charge = Charge(kit, ABLE, minutes_before_noon=10)
    goes_on = True
    for _ in range(online_reports):
        goes_on = goes_on and charge.report()
    while goes_on:
        goes_on = charge.report(is_online=False)
    kit.after(seconds=1)
    assert charge.end() <= HOLD_FEN


def test_raises_are_half_a_minute_apart_and_one_at_a_time(kit: Kit) -> None:
    charge = Charge(kit, ABLE, minutes_before_noon=600)
    while charge.report():
        assert (
            Command.select().where((Command.kind == "set_limit") & (Command.state == "queued")).count() <= 1
        )
    asked = [
        row.created_at for row in Command.select().where(Command.kind == "set_limit").order_by(Command.id)
    ]
    assert min(later - one for one, later in pairwise(asked)) >= timedelta(seconds=30)
