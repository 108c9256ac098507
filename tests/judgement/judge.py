"""The judge: what must be true when a play is over, whatever was said in it. It shares no rule with the product.

What a charge costs is the car's truth priced by the independent oracle; what may be left is read from the rows.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.domain.actor import Actor
from backend.domain.command import OPEN_STATES
from backend.domain.connector import ConnectorStatus
from backend.domain.decision import Decision
from backend.domain.errors import DomainError
from backend.domain.order import OrderState
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import LIVE_STATES, SessionState
from backend.models import (
    Command,
    ConnectorState,
    LiveSession,
    Order,
    Pile,
    PileMessage,
    Quarantine,
    Session,
    Timer,
)
from backend.services.charging.decide_session import Verdict, decide_session
from backend.services.charging.get_session_evidence import get_session_evidence
from backend.services.ledger.wallets import find_balances
from backend.services.views.desk.list_quarantine_for_staff import list_quarantine_for_staff
from backend.services.views.driver.get_session import get_session
from mqtt_bridge.item import content_digest
from mqtt_bridge.messages import RECEIPTED
from tests.invariants import find_violations
from tests.judgement.car import Charge
from tests.judgement.lies import BILLED, FAILED, REVIEW, UNSTARTED
from tests.judgement.stage import Stage
from tests.judgement.teller import Teller
from tests.judgement.words import Word

OVERDUE: Final = timedelta(minutes=1)
SLACK_WH: Final = 50
SLACK_FEN: Final = 10
BILLED_WRONG, LOST, FROZEN, NO_EXIT, OTHER = (
    "billed_wrong",
    "lost",
    "frozen_money",
    "states_without_exit",
    "violation",
)
STAFF: Final = Actor(
    kind=ActorKind.STAFF,
    id=1,
    no="staff",
    is_platform=True,
    permissions=frozenset(one.value for one in Permission),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be; `kind` is a figure of the proof."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of A's charge, and everything that must not be."""

    outcome: str
    findings: tuple[Finding, ...]


def judge(stage: Stage, lies: Sequence[Teller]) -> Judgement:
    """Judge a play that is over; it also lets a person decide what waits for one, which must end it."""
    findings = [Finding(OTHER, one) for one in stage.crashes]
    findings += _lost(stage)
    outcome = UNSTARTED
    for charge in stage.charges:
        is_meant = charge.driver == stage.a
        found, problems = _judge_charge(stage, charge, lies, is_meant=is_meant)
        findings += problems
        if is_meant:
            outcome = found
    findings += _frozen(stage)
    findings += _without_exit(stage)
    findings += _unheard(stage)
    findings += _unseen_quarantine()
    if Session.select().where(Session.state == SessionState.REVIEW).exists():
        findings += _violations()
        findings += _decide(stage)
    findings += _violations()
    if len(lies) == 1 and outcome not in lies[0].expected:
        findings.append(
            Finding(OTHER, f"it is {outcome}, expected was {' or '.join(sorted(lies[0].expected))}")
        )
    return Judgement(outcome=outcome, findings=tuple(findings))


def _violations() -> list[Finding]:
    return [Finding(OTHER, str(one)) for one in find_violations()]


def _judge_charge(
    stage: Stage, charge: Charge, lies: Sequence[Teller], *, is_meant: bool
) -> tuple[str, list[Finding]]:
    session = Session.get(Session.session_no == charge.session_no)
    name = f"{'A' if is_meant else 'B or C'} {charge.session_no}"
    if session.state is SessionState.REVIEW:
        problems = list(_unseen_review(stage, charge, session))
        if not is_meant and not any(lie.names_others or lie.message == "everything" for lie in lies):
            problems.append(f"it is in review for {session.review_reason}, though nobody lied about it")
        return REVIEW, [Finding(OTHER, f"{name}: {one}") for one in problems]
    if session.state is SessionState.FAILED:
        ended_at = session.ended_at or stage.now
        seen = [one.register_wh for one in _witnesses(stage, charge) if one.heard_at < ended_at]
        if seen and max(seen) - min(seen) > SLACK_WH:
            return FAILED, [
                Finding(BILLED_WRONG, f"{name}: failed, though {max(seen) - min(seen)} Wh were seen")
            ]
        return FAILED, []
    if session.state is not SessionState.SETTLED:
        return session.state.value, [Finding(NO_EXIT, f"{name}: it is {session.state.value} for ever")]
    order = Order.get(Order.session_id == session.id)
    is_strict = len(lies) < 2 or not is_meant
    wrong = _wrong_bill(stage, charge, session, order, is_strict=is_strict)
    return BILLED, [Finding(BILLED_WRONG, f"{name}: {one}") for one in wrong]


def _wrong_bill(
    stage: Stage, charge: Charge, session: Session, order: Order, *, is_strict: bool
) -> Iterator[str]:
    """`is_strict`: the bill is the truth; else nothing true that was heard contradicts it."""
    witnesses = _witnesses(stage, charge)
    seen = [one.register_wh for one in witnesses]
    shown = max(seen) - min(seen) if seen else 0
    billed = f"{order.energy_wh} Wh for {order.total_fen} fen ({order.state.value})"
    truth = f"{charge.energy_wh} Wh for {charge.cost_fen()} fen"
    is_whole = abs(order.energy_wh - charge.energy_wh) <= SLACK_WH
    if not is_whole and not is_strict:
        start, end = session.register_start_wh, session.register_end_wh
        contradicts = [
            wh
            for wh in seen
            if (start is not None and wh < start - SLACK_WH) or (end is not None and wh > end + SLACK_WH)
        ]
        if contradicts and order.state is not OrderState.PROVISIONAL and not _is_second_end_kept(charge):
            yield f"{billed}, registers {contradicts[:3]} were seen"
        return
    if order.state is OrderState.PROVISIONAL and not is_whole:
        if not shown - SLACK_WH <= order.energy_wh <= charge.energy_wh + SLACK_WH:
            yield f"{billed}, true is {truth}, seen were {shown} Wh"
        return
    if not is_whole:
        if not (order.energy_wh < charge.energy_wh and _is_second_end_kept(charge)):
            yield f"{billed}, true is {truth}"
        return
    off = abs(order.total_fen - charge.cost_fen())
    allowed = SLACK_FEN
    if order.is_estimated:
        allowed += charge.between_fen([one.at for one in witnesses if one.is_timely])
    if off > allowed:
        yield f"{billed}, true is {truth}: {off} fen off, {allowed} could not be known"


def _is_second_end_kept(charge: Charge) -> bool:
    """Whether another end of the charge than the one that was billed waits for a person."""
    refused = Quarantine.select().where(Quarantine.reason.in_(["second_end", "record_implausible"]))
    return any(json.loads(bytes(row.payload))["session_no"] == charge.session_no for row in refused)


@dataclass(frozen=True, slots=True)
class Witness:
    """A register that was truly told and taken; `is_timely`: when it stood there could be known."""

    at: datetime
    heard_at: datetime
    register_wh: int
    is_timely: bool


def _witnesses(stage: Stage, charge: Charge) -> list[Witness]:
    refused = {bytes(row.payload) for row in Quarantine.select()}
    found = []
    for heard_at, word in stage.delivered:
        is_own = word.session_no == charge.session_no and word.body.get("connector") == charge.gun
        if not is_own or word.payload in refused:
            continue
        for wh in word.true_registers():
            at = next((one.at for one in charge.points if one.register_wh == wh), word.made_at)
            is_dated = abs(datetime.fromisoformat(word.body["at"]) - word.made_at) <= OVERDUE
            found.append(Witness(at, heard_at, wh, is_dated or heard_at - word.made_at <= OVERDUE))
    return found


def _unseen_review(stage: Stage, charge: Charge, session: Session) -> Iterator[str]:
    if not session.review_reason:
        yield "it is in review without a reason"
    view = get_session(driver=charge.driver, session_no=charge.session_no, now=stage.now)
    if view.review is None or view.state is not SessionState.REVIEW:
        yield "its driver does not see that it is looked at"
    evidence = get_session_evidence(staff=STAFF, session_no=charge.session_no)
    if not evidence.review_reason or not any(one.refusal is None for one in evidence.choices):
        yield "staff see no reason, or have no choice"


def _lost(stage: Stage) -> Iterator[Finding]:
    """Whatever was receipted is kept: applied under its id, or in quarantine whole."""
    piles = {row.id: row.pile_no for row in Pile.select()}
    applied = {(piles[row.pile_id], row.message_id): row.digest for row in PileMessage.select()}
    kept = {(row.pile_no, bytes(row.payload)) for row in Quarantine.select()}
    said: dict[tuple[str, str, str], Word] = {}
    for _, word in stage.delivered:
        if word.kind in RECEIPTED:
            said[word.pile_no, word.id, content_digest(word.payload)] = word
    for (pile_no, message_id, digest), word in said.items():
        is_kept = (pile_no, word.payload) in kept or applied.get((pile_no, message_id)) == digest
        is_kept = is_kept or any(content_digest(payload) == digest for _, payload in kept)
        if message_id in stage.receipted[pile_no] and not is_kept:
            yield Finding(LOST, f"{word.kind} {message_id} was receipted and is nowhere")
        if message_id not in stage.receipted[pile_no] and message_id not in stage.refused[pile_no]:
            yield Finding(LOST, f"{word.kind} {message_id} was neither receipted nor refused")
    contents = Counter((pile_no, message_id) for pile_no, message_id, _ in said)
    for (pile_no, message_id), count in contents.items():
        if count > 1 and message_id not in stage.refused[pile_no]:
            yield Finding(LOST, f"of {count} contents under {message_id} none was refused")


def _frozen(stage: Stage) -> Iterator[Finding]:
    for driver in (stage.a, stage.b, stage.c):
        held_fen = find_balances(driver_no=driver.no).held_fen
        if held_fen:
            yield Finding(FROZEN, f"{held_fen} fen of {driver.no} are held for ever")


def _without_exit(stage: Stage) -> Iterator[Finding]:
    for session in Session.select().where(Session.state.in_([*LIVE_STATES, SessionState.ENDED])):
        yield Finding(NO_EXIT, f"session {session.session_no} is {session.state.value}")
    for row in LiveSession.select():
        yield Finding(NO_EXIT, f"connector {row.connector_id} is claimed for session {row.session_id}")
    is_dead = Command.expires_at.is_null() | (Command.expires_at < stage.now - OVERDUE)
    for command in Command.select().where(Command.state.in_(list(OPEN_STATES)) & is_dead):
        yield Finding(NO_EXIT, f"{command.kind.value} command {command.id} is {command.state.value} for ever")
    for timer in Timer.select().where(Timer.due_at < stage.now - OVERDUE):
        yield Finding(NO_EXIT, f"timer {timer.kind.value} of {timer.subject_no} is never done")


def _unheard(stage: Stage) -> Iterator[Finding]:
    """What the pile says at the very end is shown: nothing that it said before has made the product deaf to it."""
    for row in ConnectorState.select().where(
        ConnectorState.connector_id.in_([one.id for one in stage.world.known.connectors.values()])
    ):
        if row.status is not ConnectorStatus.UNAVAILABLE:
            yield Finding(NO_EXIT, f"connector {row.connector_id} is shown as {row.status.value} for ever")


def _unseen_quarantine() -> Iterator[Finding]:
    page = list_quarantine_for_staff(staff=STAFF, pile_no=None, is_closed=None, cursor=None, limit=100)
    shown = {row.quarantine_id for row in page.messages}
    rows = list(Quarantine.select())
    if len(rows) <= 100 and {row.id for row in rows} - shown:
        yield Finding(OTHER, "a quarantined message is not on its page")
    for row in rows:
        if row.reason == "internal_error":
            yield Finding(OTHER, f"{row.topic} ended in an internal error: {row.detail}")


def _decide(stage: Stage) -> Iterator[Finding]:
    """A person can end every review, to the true registers where somebody pays."""
    for session in Session.select().where(Session.state == SessionState.REVIEW):
        charge = next((one for one in stage.charges if one.session_no == session.session_no), None)
        evidence = get_session_evidence(staff=STAFF, session_no=session.session_no)
        verdict = Verdict(decision=Decision.BILL_NOTHING, reason="核对", seen=evidence.seen)
        if charge is not None and charge.energy_wh:
            verdict = Verdict(
                decision=Decision.BILL_REGISTER,
                reason="核对",
                seen=evidence.seen,
                register_start_wh=charge.points[0].register_wh,
                register_end_wh=charge.points[-1].register_wh,
            )
        try:
            decided = decide_session(
                staff=STAFF,
                session_no=session.session_no,
                verdict=verdict,
                idempotency_key=session.session_no,
                now=stage.now,
            )
        except DomainError as error:
            yield Finding(NO_EXIT, f"session {session.session_no} cannot be decided: {error.code} {error}")
            continue
        if charge is not None and decided.energy_wh != charge.energy_wh:
            yield Finding(
                BILLED_WRONG, f"session {session.session_no} was decided and bills {decided.energy_wh} Wh"
            )
