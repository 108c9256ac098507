"""Cars that stay: heard, looked after, billed, waived; each killed and done again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from backend.domain.caller import NOWHERE
from backend.domain.connector import ConnectorStatus
from backend.domain.idle_fee import IdleTerms
from backend.domain.tariff import every_day
from backend.models import PlugSense
from backend.services.charging.claim_due_stays import claim_due_stays
from backend.services.charging.look_after_stay import look_after_stay
from backend.services.charging.waive_idle_fee import waive_idle_fee
from backend.services.intake.record_status import StatusChange, record_statuses
from backend.services.tariffs.publish_tariff import publish_tariff
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import START_WH, somebody
from tests.scenario import PERIODS, Scenario

TERMS: Final = IdleTerms(free_minutes=0, minute_fen=50, day_cap_fen=2_000)


def begin_one(world: Scenario) -> Act:
    """The act is the end of the charge, which begins the stay."""
    session_no = _charging(world)
    return partial(world.say_ended, session_no, 10_000, register_start_wh=START_WH)


def hear_one(world: Scenario) -> Act:
    _ended(world)
    return partial(_say, world, 1, ConnectorStatus.PLUGGED, plugged=True)


def claim_one(world: Scenario) -> Act:
    _ended(world)
    world.after(minutes=2)
    return partial(claim_due_stays, limit=10, now=world.now)


def bill_one(world: Scenario) -> Act:
    session_id = world.session(_left(world)).id
    return partial(look_after_stay, session_id=session_id, now=world.now)


def waive_one(world: Scenario) -> Act:
    session_no = _left(world)
    look_after_stay(session_id=world.session(session_no).id, now=world.now)
    return partial(
        waive_idle_fee,
        staff=somebody(world),
        session_no=session_no,
        reason="枪锁故障",
        caller=NOWHERE,
        now=world.now,
    )


CASES: Final[Mapping[str, Callable[[Scenario], Act]]] = {
    "idle_stays.begin_stay": begin_one,
    "hear_plugs.hear_plugs": hear_one,
    "claim_due_stays.claim_due_stays": claim_one,
    "look_after_stay.look_after_stay": bill_one,
    "waive_idle_fee.waive_idle_fee": waive_one,
}


def _charging(world: Scenario) -> str:
    publish_tariff(
        tariff=world.tariff, plans=every_day(PERIODS), effective_from=world.now, now=world.now, idle=TERMS
    )
    PlugSense.insert(connector_id=world.connector().id, proven_at=world.now).execute()
    session_no = world.start(world.driver()).session_no
    world.after(seconds=5).say_started(session_no, START_WH)
    world.after(minutes=30)
    return session_no


def _ended(world: Scenario) -> str:
    session_no = _charging(world)
    world.say_ended(session_no, 10_000, register_start_wh=START_WH)
    return session_no


def _left(world: Scenario) -> str:
    """A car that was heard for ten minutes after its charge, and has left."""
    session_no = _ended(world)
    for seq in (1, 2, 3):
        _say(world, seq, ConnectorStatus.PLUGGED, plugged=True)
        world.after(minutes=5)
    _say(world, 4, ConnectorStatus.IDLE, plugged=False)
    return session_no


def _say(world: Scenario, seq: int, status: ConnectorStatus, *, plugged: bool) -> None:
    connector = world.connector()
    change = StatusChange(
        connector_id=connector.id,
        connector_no=connector.connector_no,
        status=status,
        previous=None,
        is_plugged=plugged,
        fault_codes="",
        boot=2,
        seq=seq,
        at=world.now,
        is_replayed=False,
    )
    record_statuses(changes=[change], now=world.now)
