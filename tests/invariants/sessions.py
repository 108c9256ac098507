"""Invariants of sessions and commands: I7 one live session, I8 one start, I9 states, I14 time to live,
I15 over-delivery, I17 audit, I26 silence, I27 stops, I28 limits, I31 ends.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

import msgspec

from backend.domain.command import OPEN_STATES, START_TTL_S, CommandKind
from backend.domain.ledger import EntryKind
from backend.domain.meter_trail import OVER_RATED_PERCENT, SLACK_WH
from backend.domain.order import OrderState
from backend.domain.session import LIVE_STATES, LONGEST_SESSION, SessionState, StopReason
from backend.domain.timer import TimerKind
from backend.domain.units import WH_E5_PER_FEN
from backend.models import Order, Session
from backend.services.charging.session_terms import terms_of
from tests.invariants.prices import rows_within_a_day
from tests.invariants.rows import Rows, grouped

REPORT_INTERVAL_S: Final = 15
HEARD_WITHIN: Final = timedelta(minutes=2)
WATCHED_WITHIN: Final = timedelta(minutes=11)
UNKNOWN_SESSION: Final = "unknown_session "
_BEGINNINGS: Final = frozenset({"start_session", "prepay_session"})
ASKED_BY_PEOPLE: Final = frozenset({StopReason.DRIVER_APP, StopReason.STAFF})


def live_sessions_are_claimed(rows: Rows) -> Iterator[str]:
    """I7: each live session has its connector and its driver to itself, and only live ones do."""
    claimed = {(row.session_id, row.connector_id, row.driver_id) for row in rows.live_sessions}
    live = {(row.id, row.connector_id, row.driver_id) for row in rows.sessions if row.state in LIVE_STATES}
    for session_id, connector_id, driver_id in live - claimed:
        yield f"session {session_id} is live without its claim on connector {connector_id}, driver {driver_id}"
    for session_id, connector_id, _ in claimed - live:
        yield f"connector {connector_id} is claimed for session {session_id}, which is not live there"
    for what, place in (("connector", 1), ("driver", 2)):
        for owner, count in Counter(row[place] for row in live).items():
            if owner is not None and count > 1:
                yield f"{what} {owner} has {count} live sessions"


def a_start_is_done_once(rows: Rows) -> Iterator[str]:
    """I8: a session has one start key, one start command once it starts, and one hold, unless it is prepaid."""
    keys = Counter(
        msgspec.json.decode(row.answer)["session_no"]
        for row in rows.keys
        if row.route in _BEGINNINGS and row.answer
    )
    holds = grouped(
        (row for row in rows.entries if row.kind is EntryKind.HOLD), key=lambda row: row.reference
    )
    for session in _asked_for(rows):
        name = f"session {session.id} ({session.session_no})"
        if keys[session.session_no] != 1:
            yield f"{name} answers {keys[session.session_no]} start keys"
        starts = [row.id for row in rows.commands_by_session[session.id] if row.kind is CommandKind.START]
        if len(starts) > 1 or (not starts and session.starting_at is not None):
            yield f"{name} has the start commands {starts}"
        if len(holds[session.session_no]) != (session.payment_id is None):
            yield f"{name} has {len(holds[session.session_no])} holds"
    known = {row.session_no for row in rows.sessions}
    for session_no in keys.keys() - known:
        yield f"a start key answers session {session_no}, which does not exist"


def states_fit_their_facts(rows: Rows) -> Iterator[str]:
    """I9: a session's and an order's state is what its other columns, and the other's state, tell."""
    for session in rows.sessions:
        orders = rows.orders_by_session[session.id]
        name = f"session {session.id} ({session.session_no}, {session.state.value})"
        yield from (f"{name} {fault}" for fault in _state_faults(session, orders))
    for order in rows.orders:
        if order.session_id not in rows.session_by_id:
            yield f"order {order.id} is of session {order.session_id}, which does not exist"


def _state_faults(session: Session, orders: list[Order]) -> Iterator[str]:
    for fault, is_found in _FAULTS.items():
        if is_found(session, orders):
            yield fault


def _is_closed(order: Order) -> bool:
    return order.state is not OrderState.OPEN and order.settled_at is not None


_S: Final = SessionState
_FAULTS: Final[dict[str, Callable[[Session, list[Order]], bool]]] = {
    "is live and has ended": lambda one, _: (
        one.state in LIVE_STATES and bool(one.ended_at or one.settled_at or one.failure_reason)
    ),
    "is live and has an order": lambda one, orders: one.state in LIVE_STATES and bool(orders),
    "never started": lambda one, _: one.state is _S.CHARGING and one.started_at is None,
    "was never asked to stop": lambda one, _: (
        one.state is _S.STOPPING and (one.stopping_at is None or one.stop_asked_reason is None)
    ),
    "is over without an end": lambda one, _: one.state not in LIVE_STATES and one.ended_at is None,
    "has no settled order": lambda one, orders: (
        one.state is _S.SETTLED and (one.settled_at is None or len(orders) != 1 or not _is_closed(orders[0]))
    ),
    "has an order or no reason": lambda one, orders: (
        one.state is _S.FAILED and (bool(orders) or one.failure_reason is None)
    ),
    "has a settled order or no reason": lambda one, orders: (
        one.state is _S.REVIEW and (not one.review_reason or any(map(_is_closed, orders)))
    ),
    "went on after a stop": lambda one, _: (
        one.state in {_S.CREATED, _S.STARTING, _S.CHARGING} and one.stop_asked_reason is not None
    ),
    "ended before it started": lambda one, _: (
        one.state in {_S.SETTLED, _S.FAILED}
        and one.started_at is not None
        and one.ended_at is not None
        and one.ended_at < one.started_at
    ),
}
"""What must not be, by its name; only a review may be of a record that ends before it starts."""


def dead_commands_are_not_sent(rows: Rows) -> Iterator[str]:
    """I14: a start lives 30 s, nothing is sent after its time to live, and a stop lives for ever."""
    for command in rows.commands:
        name = f"{command.kind.value} command {command.id} ({command.command_no})"
        if command.kind is CommandKind.STOP:
            if command.expires_at is not None:
                yield f"{name} dies at {command.expires_at}"
            continue
        if command.expires_at is None:
            yield f"{name} lives for ever"
            continue
        if command.sent_at is not None and command.sent_at >= command.expires_at:
            yield f"{name} was sent at {command.sent_at}, it died at {command.expires_at}"
        lived_s = (command.expires_at - command.created_at).total_seconds()
        if command.kind is CommandKind.START and lived_s > START_TTL_S:
            yield f"{name} lives {lived_s:g} s"


def energy_stays_within_the_limit(rows: Rows) -> Iterator[str]:
    """I15: no session took more than its limit and one reporting period at the most the connector gives."""
    for session in rows.sessions:
        if None in {session.limit_wh, session.register_start_wh, session.register_end_wh}:
            continue
        taken = (session.register_end_wh or 0) - (session.register_start_wh or 0)
        if session.id in rows.decisions_by_session:
            continue  # a person has looked at it
        if session.state is not SessionState.REVIEW and taken > (session.limit_wh or 0) + _over_wh(session):
            yield f"session {session.id} ({session.session_no}) took {taken} Wh, its limit is {session.limit_wh}"


def charges_end_within_their_limits(rows: Rows) -> Iterator[str]:
    """I31: a charge that nobody has told to stop is within its limit and a report interval, and within a day and a watch."""
    for session in rows.sessions:
        name = f"session {session.id} ({session.session_no})"
        began_at, progress = session.started_at, rows.progress_by_session.get(session.id)
        if session.state is not SessionState.CHARGING or began_at is None or progress is None:
            continue
        if session.limit_wh is not None and progress.energy_wh > session.limit_wh + _over_wh(session):
            yield f"{name} charges on at {progress.energy_wh} Wh, its limit is {session.limit_wh}"
        last_at = max(
            (row.received_at for row in rows.meters_by_session[session.session_no]), default=began_at
        )
        if last_at - began_at > LONGEST_SESSION + WATCHED_WITHIN:
            yield f"{name} charges since {began_at}"


def _over_wh(session: Session) -> int:
    """What a connector gives at most in a report interval."""
    return session.rated_w * REPORT_INTERVAL_S * OVER_RATED_PERCENT // (3_600 * 100) + SLACK_WH


def starts_and_stops_are_audited(rows: Rows) -> Iterator[str]:
    """I17: one audit row for each start, also of a test, one for each stop that a person asked for."""
    told = Counter((row.action, row.object_no) for row in rows.audit_rows)
    for session in _asked_for(rows):
        starts, stops = told["session.start", session.session_no], told["session.stop", session.session_no]
        if starts != 1:
            yield f"the start of session {session.id} ({session.session_no}) has {starts} audit rows"
        if stops > 1 or (not stops and session.stop_asked_reason in ASKED_BY_PEOPLE):
            yield f"the stop of session {session.id} ({session.session_no}) has {stops} audit rows"
    yield from tests_cost_nobody_anything(rows)


def silence_stops_nobody(rows: Rows) -> Iterator[str]:
    """I26: the platform stopped a charge only when its pile was just heard, or after the longest time it may take."""
    for session in rows.sessions:
        if session.stop_asked_reason is not StopReason.PLATFORM or session.stopping_at is None:
            continue
        asked_at, began_at = session.stopping_at, session.started_at or session.created_at
        state = rows.connector_state_by_id.get(session.connector_id)
        heard_at = [row.received_at for row in rows.meters_by_session[session.session_no]]
        if state is not None and state.status_at is not None:
            heard_at.append(state.status_at)
        is_heard = any(asked_at - HEARD_WITHIN <= at for at in heard_at)
        if not is_heard and asked_at - began_at < timedelta(seconds=terms_of(session).longest_session_s):
            yield f"session {session.id} ({session.session_no}) was stopped at {asked_at} by nothing that was heard"


def stops_go_on(rows: Rows) -> Iterator[str]:
    """I27: a session has one stop on its way at most, and one that is asked to stop is told again until it ends."""
    repeated = {row.subject_no for row in rows.timers if row.kind is TimerKind.STOP_REPEAT}
    for session in rows.sessions:
        name = f"session {session.id} ({session.session_no})"
        own = rows.commands_by_session[session.id]
        stops = [row.id for row in own if row.kind is CommandKind.STOP and row.state in OPEN_STATES]
        if len(stops) > 1:
            yield f"{name} has the stops {stops} on their way"
        if session.state is SessionState.STOPPING and session.session_no not in repeated:
            yield f"{name} is to stop and nobody will ask again"


def limits_are_safe(rows: Rows) -> Iterator[str]:
    """I28: what a pile is told to stop at costs no more than it may: a start at the dearest price, a raise at any."""
    for session in rows.sessions:
        known = session.tariff_version_id is not None
        prices = [row[2] + row[3] for row in rows_within_a_day(rows, session)] if known else []
        for command in rows.commands_by_session[session.id]:
            if command.kind not in {CommandKind.START, CommandKind.SET_LIMIT} or not prices:
                continue
            told = msgspec.json.decode(command.params)
            price_e5 = max(prices) if command.kind is CommandKind.START else min(prices)
            if told["limit_wh"] * price_e5 > told["limit_fen"] * WH_E5_PER_FEN and max(prices):
                yield f"{command.kind.value} command {command.id} lets session {session.id} take {told}"


def _asked_for(rows: Rows) -> list[Session]:
    """Sessions that a driver started; neither tests by staff nor those a pile told of that nobody knew."""
    known = [row for row in rows.sessions if not row.is_test]
    return [row for row in known if not row.review_reason.startswith(UNKNOWN_SESSION)]


def tests_cost_nobody_anything(rows: Rows) -> Iterator[str]:
    """I17: a test by staff has one audit row, one start, no driver, no hold, and an order of nothing in no ledger."""
    audited = Counter(row.object_no for row in rows.audit_rows if row.action == "session.test")
    named = {row.reference.partition("/")[0] for row in rows.entries}
    for session in rows.sessions:
        if not session.is_test:
            continue
        name = f"test {session.id} ({session.session_no})"
        starts = [row.id for row in rows.commands_by_session[session.id] if row.kind is CommandKind.START]
        if audited[session.session_no] != 1 or len(starts) != 1:
            yield f"{name} has {audited[session.session_no]} audit rows and the starts {starts}"
        if session.driver_id is not None or session.hold_fen or session.session_no in named:
            yield f"{name} is somebody's money"
        for order in rows.orders_by_session[session.id]:
            if not order.is_test or order.total_fen or order.debt_fen or order.order_no in named:
                yield f"{name} has order {order.order_no} of {order.total_fen} fen, test: {order.is_test}"
