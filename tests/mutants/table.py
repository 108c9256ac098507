"""The mutants: by invariant, what a defect would leave behind. Each changes one fact past the services.

A mutant that fires a second invariant is a bad mutant, or there is an invariant too many.
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, TypeAlias

from backend.domain.adjustment import AdjustmentState
from backend.domain.command import CommandKind, CommandState
from backend.domain.driver_message import MessageKind, MessageState
from backend.domain.event import (
    Detail,
    EventKind,
    OrderSettled,
    PaymentPaid,
    SessionFailed,
    SessionPutInReview,
)
from backend.domain.idle_fee import StayState
from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.domain.payment import Channel, PaymentState
from backend.domain.session import FailureReason, SessionState, StopReason
from backend.domain.tariff import every_day
from backend.domain.timer import TimerKind
from backend.models import (
    Adjustment,
    AuditLink,
    AuditRow,
    AuthToken,
    Command,
    ConnectorState,
    Driver,
    DriverIdentity,
    Event,
    FeeLine,
    IdempotencyKey,
    IdleSpell,
    IdleStay,
    LiveSession,
    MessageCredit,
    MeterValue,
    Payment,
    PileMessage,
    PlatformDay,
    PlugSense,
    Refund,
    Session,
    SessionDecision,
    SessionProgress,
    SessionSegment,
    StationHour,
    StationTotal,
    Timer,
)
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.charging.stop_session import stop_session
from backend.services.ground.audit_chain import link_audit_rows
from backend.services.ground.events import write_event
from backend.services.ground.roll_ups import bump_top_up
from backend.services.ground.timers import set_timer
from backend.services.tariffs.publish_tariff import publish_tariff
from tests.mutants import facts
from tests.mutants.world import TOP_UP_FEN, HealthyWorld, add_copy, change
from tests.scenario import PERIODS

CHANNEL_KEY: Final = Channel.WECHAT.value


def more_is_asked_back_than_was_paid(world: HealthyWorld) -> None:
    world.refund(300, TOP_UP_FEN - 299)


def a_payment_forgets_what_went_back(world: HealthyWorld) -> None:
    world.refund()
    Payment.update(refunded_fen=0, state=PaymentState.PAID).execute()


def a_refund_is_not_its_parts(world: HealthyWorld) -> None:
    world.refund()
    Refund.update(amount_fen=Refund.amount_fen + 1).execute()


def pending_money_is_nobodys(world: HealthyWorld) -> None:
    world.post(
        EntryKind.RELEASE,
        "test-pending",
        (AccountKind.AVAILABLE, world.driver.no, -1),
        (AccountKind.REFUND_PENDING, world.driver.no, 1),
    )


def a_part_goes_back_twice(world: HealthyWorld) -> None:
    done, _ = world.refund()
    world.post(
        EntryKind.REFUND,
        f"{done.part_no}/2",
        (AccountKind.AVAILABLE, world.driver.no, -done.amount_fen),
        (AccountKind.CLEARING, CHANNEL_KEY, done.amount_fen),
    )


def a_part_ends_without_its_money(world: HealthyWorld) -> None:
    done, _ = world.refund()
    LedgerEntry.update(kind=EntryKind.RELEASE).where(LedgerEntry.reference == done.part_no).execute()


def a_refund_is_held_twice(world: HealthyWorld) -> None:
    world.refund()
    world.post(
        EntryKind.REFUND_HOLD,
        "another-name",
        (AccountKind.AVAILABLE, world.driver.no, -1),
        (AccountKind.CLEARING, CHANNEL_KEY, 1),
    )


def a_prepaid_rest_is_forgotten(world: HealthyWorld) -> None:
    change(world.prepay(), rest_due_at=None)


def prepaid_money_is_nobodys(world: HealthyWorld) -> None:
    world.prepay()
    world.post(
        EntryKind.RELEASE,
        "test-prepaid",
        (AccountKind.AVAILABLE, world.driver.no, -1),
        (AccountKind.PREPAID_HELD, world.driver.no, 1),
    )


def a_part_is_forgotten(world: HealthyWorld) -> None:
    _, going = world.refund()
    change(going, next_step_at=None)


def a_part_that_ended_goes_on(world: HealthyWorld) -> None:
    done, _ = world.refund()
    change(done, next_step_at=world.now)


def a_payment_is_at_another_operators_account(world: HealthyWorld) -> None:
    account = world.own_account()
    world.prepay()
    change(account, operator_id=account.operator_id + 1)


def money_goes_back_out_of_another_account(world: HealthyWorld) -> None:
    done, _ = world.refund()
    entry = LedgerEntry.get(LedgerEntry.reference == done.part_no)
    clearing = LedgerAccount.get(LedgerAccount.kind == AccountKind.CLEARING)
    other = LedgerAccount.create(
        kind=AccountKind.OPERATOR_CLEARING,
        owner_kind=OwnerKind.OPERATOR,
        owner_key="MA1TEST01",
        created_at=world.now,
    )
    LedgerPosting.update(account_id=other.id).where(
        (LedgerPosting.entry_id == entry.id) & (LedgerPosting.account_id == clearing.id)
    ).execute()


def a_secret_lies_open(world: HealthyWorld) -> None:
    change(world.own_account(), api_key="k" * 32)


def two_accounts_take_one_channels_money(world: HealthyWorld) -> None:
    add_copy(world.own_account(), account_no="C-another")


def an_adjustment_has_no_row(world: HealthyWorld) -> None:
    world.adjust()
    Adjustment.delete().execute()


def an_adjustment_moves_another_amount(world: HealthyWorld) -> None:
    world.adjust()
    Adjustment.update(amount_fen=Adjustment.amount_fen + 1).execute()


def an_adjustment_moves_money_before_it_is_decided(world: HealthyWorld) -> None:
    world.adjust()
    Adjustment.update(state=AdjustmentState.ASKED, decided_by_id=None).execute()


def who_asked_for_an_adjustment_decides_it(world: HealthyWorld) -> None:
    world.adjust()
    Adjustment.update(decided_by_id=Adjustment.asked_by_id).execute()


def a_balance_drifts(world: HealthyWorld) -> None:
    LedgerAccount.update(balance_fen=LedgerAccount.balance_fen + 1).where(
        (LedgerAccount.owner_key == world.driver.no) & (LedgerAccount.kind == AccountKind.AVAILABLE)
    ).execute()


def an_entry_is_one_fen_off(_: HealthyWorld) -> None:
    given = LedgerPosting.select().order_by(LedgerPosting.id).where(LedgerPosting.amount_fen < 0).get()
    LedgerPosting.update(amount_fen=given.amount_fen + 1).where(LedgerPosting.id == given.id).execute()
    assert LedgerAccount.get_by_id(given.account_id).kind is AccountKind.CLEARING


def a_correction_moves_nothing(world: HealthyWorld) -> None:
    world.post(EntryKind.CORRECTION, world.order.order_no)


def a_wallet_was_overdrawn_for_a_moment(world: HealthyWorld) -> None:
    for name, fen in (("overdrawn", 1_000_000), ("put back", -1_000_000)):
        world.post(
            EntryKind.RELEASE,
            name,
            (AccountKind.AVAILABLE, world.driver.no, -fen),
            (AccountKind.REFUND_PENDING, world.driver.no, fen),
        )


def a_payment_is_credited_by_notify_and_by_query(world: HealthyWorld) -> None:
    credit(world, world.payment.payment_no)


def a_credit_names_no_payment(world: HealthyWorld) -> None:
    credit(world, "4299999999999")


def a_credit_is_of_an_unpaid_payment(_: HealthyWorld) -> None:
    Payment.update(state=PaymentState.CLOSED, channel_transaction_no=None).execute()
    Payment.update(payment_no="4200000000001").execute()
    PlatformDay.update(top_ups=0, top_up_fen=0).execute()
    forget_event(EventKind.PAYMENT_PAID)


def credit(world: HealthyWorld, reference: str) -> None:
    world.post(
        EntryKind.TOP_UP,
        reference,
        (AccountKind.CLEARING, CHANNEL_KEY, -TOP_UP_FEN),
        (AccountKind.AVAILABLE, world.driver.no, TOP_UP_FEN),
    )


def a_paid_payment_is_never_credited(world: HealthyWorld) -> None:
    add_copy(world.payment, payment_no="P-lost", channel_transaction_no="4200000000002")
    bump_top_up(amount_fen=TOP_UP_FEN, paid_at=world.now)
    tell(world, PaymentPaid(driver_no=world.driver.no, amount_fen=TOP_UP_FEN), "P-lost")


def a_live_session_loses_its_claim(world: HealthyWorld) -> None:
    LiveSession.delete().where(LiveSession.session_id == world.session(world.charging).id).execute()


def a_claim_outlives_its_session(world: HealthyWorld) -> None:
    settled = world.session(world.settled)
    LiveSession.insert(
        connector_id=settled.connector_id, driver_id=settled.driver_id, session_id=settled.id
    ).execute()


def one_start_is_sent_as_two_commands(_: HealthyWorld) -> None:
    start = Command.get(Command.kind == CommandKind.START)
    add_copy(start, command_no="a-second-start")


def two_keys_answer_one_session(world: HealthyWorld) -> None:
    add_copy(IdempotencyKey.get(IdempotencyKey.actor_id == world.driver.id), key="another-key")


def a_stop_is_forgotten(world: HealthyWorld) -> None:
    change(world.session(world.charging), stop_asked_reason=StopReason.PLATFORM)


def a_failed_session_has_no_reason(world: HealthyWorld) -> None:
    change(world.session(world.failed), failure_reason=None)


def a_settled_session_has_no_time_of_it(world: HealthyWorld) -> None:
    change(world.session(world.settled), settled_at=None)


def a_line_is_one_fen_too_much(world: HealthyWorld) -> None:
    FeeLine.update(fee_fen=FeeLine.fee_fen + 1).where(FeeLine.order_id == world.order.id).execute()


def a_segment_loses_energy(world: HealthyWorld) -> None:
    SessionSegment.update(energy_wh=SessionSegment.energy_wh - 1).where(
        SessionSegment.session_id == world.session(world.settled).id
    ).execute()


def the_register_went_on_after_the_bill(world: HealthyWorld) -> None:
    session = world.session(world.settled)
    change(session, register_end_wh=(session.register_end_wh or 0) + 1)


def a_capture_is_not_what_was_held(world: HealthyWorld) -> None:
    change(world.order, released_fen=world.order.released_fen + 1)


def one_unknown_record_is_kept_twice(world: HealthyWorld) -> None:
    add_copy(Session.get(Session.state == SessionState.REVIEW), session_no="S-again")
    tell(world, SessionPutInReview(reason="again"), "S-again")


def a_bill_names_no_order(world: HealthyWorld) -> None:
    world.post(
        EntryKind.SETTLE,
        "O-nobody",
        (AccountKind.AVAILABLE, world.driver.no, -1),
        (AccountKind.GIFT_AVAILABLE, world.driver.no, 1),
    )


def a_connector_shows_an_old_reading(world: HealthyWorld) -> None:
    connector = world.session(world.charging).connector_id
    ConnectorState.update(meter_seq=ConnectorState.meter_seq - 1).where(
        ConnectorState.connector_id == connector
    ).execute()


def progress_is_rewound(world: HealthyWorld) -> None:
    SessionProgress.update(register_wh=SessionProgress.register_wh - 1).where(
        SessionProgress.session_id == world.session(world.charging).id
    ).execute()


def a_session_takes_over_a_newer_tariff(world: HealthyWorld) -> None:
    newer = publish_tariff(
        tariff=world.scenario.tariff, plans=every_day(PERIODS), effective_from=world.now, now=world.now
    )
    change(world.session(world.settled), tariff_version_id=newer.id)


def a_line_has_a_price_of_nobody(world: HealthyWorld) -> None:
    FeeLine.update(price_e5=FeeLine.price_e5 + 1).where(FeeLine.order_id == world.order.id).execute()


def a_dead_start_is_sent(_: HealthyWorld) -> None:
    start = Command.get(Command.kind == CommandKind.START)
    change(start, sent_at=start.expires_at)


def a_stop_grows_old(world: HealthyWorld) -> None:
    change(Command.get(Command.kind == CommandKind.STOP), expires_at=world.now)


def a_session_runs_past_its_limit(world: HealthyWorld) -> None:
    change(world.session(world.settled), limit_wh=100)


def money_is_held_for_nobody(world: HealthyWorld) -> None:
    hold(world, "S-nobody")


def a_settled_session_still_holds(world: HealthyWorld) -> None:
    hold(world, world.order.order_no)


def hold(world: HealthyWorld, reference: str) -> None:
    world.post(
        EntryKind.HOLD,
        reference,
        (AccountKind.AVAILABLE, world.driver.no, -100),
        (AccountKind.HELD, world.driver.no, 100),
    )


def a_review_has_no_timer(world: HealthyWorld) -> None:
    world.end_implausibly()
    Timer.delete().execute()


def a_start_is_not_audited(world: HealthyWorld) -> None:
    AuditRow.delete().where(
        (AuditRow.action == "session.start") & (AuditRow.object_no == world.charging)
    ).execute()


def a_drivers_stop_is_not_audited(world: HealthyWorld) -> None:
    AuditRow.delete().where(
        (AuditRow.action == "session.stop") & (AuditRow.object_no == world.settled)
    ).execute()


def a_meter_is_lost(_: HealthyWorld) -> None:
    first = MeterValue.select().order_by(MeterValue.seq).get()
    MeterValue.delete().where(MeterValue.seq == first.seq).execute()


def a_final_record_is_forgotten(world: HealthyWorld) -> None:
    (record, *_) = [message for message in world.said if message.name == "session_ended"]
    PileMessage.delete().where(PileMessage.message_id == record.id).execute()


def a_final_record_is_taken_for_another(world: HealthyWorld) -> None:
    (record, *_) = [message for message in world.said if message.name == "session_ended"]
    PileMessage.update(digest="0" * 32).where(PileMessage.message_id == record.id).execute()


def a_meter_is_made_up(world: HealthyWorld) -> None:
    world.said.remove(next(message for message in world.said if message.name == "meter"))


def ids_are_made_up(world: HealthyWorld) -> None:
    for number in range(2):
        PileMessage.insert(
            pile_id=world.scenario.pile.id, message_id=f"never-sent-{number}", received_at=world.now
        ).execute()


def a_status_is_lost(_: HealthyWorld) -> None:
    ConnectorState.update(seq=ConnectorState.seq - 1).execute()


def an_hour_has_one_wh_too_much(_: HealthyWorld) -> None:
    StationHour.update(energy_wh=StationHour.energy_wh + 1).execute()


def a_station_has_one_order_too_few(_: HealthyWorld) -> None:
    StationTotal.update(orders=StationTotal.orders - 1).execute()


def a_day_has_one_fen_too_little(_: HealthyWorld) -> None:
    PlatformDay.update(top_up_fen=PlatformDay.top_up_fen - 1).execute()


def income_is_more_than_the_orders(world: HealthyWorld) -> None:
    world.post(
        EntryKind.RELEASE,
        "a gift of nobody",
        (AccountKind.AVAILABLE, world.driver.no, -1),
        (AccountKind.SERVICE_INCOME, "MA1TEST01", 1),
    )


def tell(world: HealthyWorld, detail: Detail, object_no: str) -> None:
    write_event(detail=detail, object_no=object_no, operator_id=world.order.operator_id, now=world.now)


def forget_event(kind: EventKind) -> None:
    assert Event.delete().where(Event.kind == kind).execute() == 1


def a_settled_order_is_told_to_nobody(_: HealthyWorld) -> None:
    forget_event(EventKind.ORDER_SETTLED)


def a_failed_session_is_told_to_nobody(_: HealthyWorld) -> None:
    forget_event(EventKind.SESSION_FAILED)


def a_paid_payment_is_told_to_nobody(_: HealthyWorld) -> None:
    forget_event(EventKind.PAYMENT_PAID)


def an_order_of_nobody_is_told(world: HealthyWorld) -> None:
    detail = OrderSettled(session_no=world.settled, total_fen=1, debt_fen=0, is_provisional=False)
    tell(world, detail, "O-nobody")


def a_charging_session_is_told_to_have_failed(world: HealthyWorld) -> None:
    tell(world, SessionFailed(reason=FailureReason.FAULT), world.charging)


def a_silent_charge_is_stopped(world: HealthyWorld) -> None:
    change(
        world.session(world.charging),
        state=SessionState.STOPPING,
        stopping_at=world.now + timedelta(minutes=10),
        stop_asked_reason=StopReason.PLATFORM,
    )
    set_timer(kind=TimerKind.STOP_REPEAT, subject_no=world.charging, due_at=world.now)


def a_stop_is_on_its_way_twice(_: HealthyWorld) -> None:
    stop = Command.get(Command.kind == CommandKind.STOP)
    for number in range(2):
        add_copy(stop, command_no=f"stop-{number}", state=CommandState.SENT)


def nobody_repeats_a_stop(world: HealthyWorld) -> None:
    stop_session(driver=world.charger, session_no=world.charging, now=world.now)
    Timer.delete().where(Timer.kind == TimerKind.STOP_REPEAT).execute()


def a_start_counts_on_the_cheapest_price(_: HealthyWorld) -> None:
    start = Command.get(Command.kind == CommandKind.START)
    told = json.loads(start.params)
    change(start, params=json.dumps(told | {"limit_wh": told["limit_fen"] * 1_000_000 // 70_000}))


def a_decision_is_not_audited(world: HealthyWorld) -> None:
    world.decide()
    AuditRow.delete().where(AuditRow.action == "session.decide").execute()


def a_decision_was_never_numbered(world: HealthyWorld) -> None:
    world.decide()
    SessionDecision.update(number=2).execute()


def a_decided_bill_says_otherwise(world: HealthyWorld) -> None:
    world.decide()
    SessionDecision.update(total_fen=SessionDecision.total_fen + 1).execute()


def a_charge_goes_on_past_its_limit(world: HealthyWorld) -> None:
    change(world.session(world.charging), limit_wh=100)


def a_charge_goes_on_for_days(world: HealthyWorld) -> None:
    session = world.session(world.charging)
    MeterValue.update(received_at=world.now + timedelta(days=2)).where(
        MeterValue.session_no == session.session_no
    ).execute()


def a_bill_is_far_above_its_hold(world: HealthyWorld) -> None:
    change(world.session(world.settled), hold_fen=1)


def a_receipted_record_is_of_nobody(_: HealthyWorld) -> None:
    change(Session.get(Session.state == SessionState.REVIEW), review_reason="unknown_session another")


def an_audit_row_was_edited(world: HealthyWorld) -> None:
    link_audit_rows(now=world.now)
    row = AuditRow.select().where(AuditRow.action == "payment.create").first() or AuditRow.get()
    AuditRow.update(ip="10.0.0.1").where(AuditRow.id == row.id).execute()


def an_audit_link_is_gone(world: HealthyWorld) -> None:
    link_audit_rows(now=world.now)
    AuditLink.delete().where(AuditLink.number == 1).execute()


def an_idle_fee_is_one_fen_too_much(world: HealthyWorld) -> None:
    order = world.stay()
    change(order, total_fen=order.total_fen + 1)


def a_car_was_heard_for_longer_than_it_paid(world: HealthyWorld) -> None:
    order = world.stay()
    IdleSpell.update(from_at=order.started_at - timedelta(minutes=1)).execute()
    change(IdleStay.get(), began_at=order.started_at - timedelta(minutes=1))


def an_idle_fee_has_no_stay(world: HealthyWorld) -> None:
    world.stay()
    IdleStay.update(order_id=None, state=StayState.FREE).execute()


def a_gun_that_senses_nothing_bills_a_car(world: HealthyWorld) -> None:
    world.stay()
    PlugSense.delete().execute()


def a_message_is_sent_and_still_due(world: HealthyWorld) -> None:
    world.message(MessageState.SENT, due_at=world.now)


def more_messages_went_out_than_were_allowed(world: HealthyWorld) -> None:
    MessageCredit.insert(driver_id=world.driver.id, kind=MessageKind.CHARGE_BILLED, credits=-1).execute()


def a_deleted_driver_can_still_log_in(world: HealthyWorld) -> None:
    Driver.create(
        driver_no="D-gone",
        mini_program_key="openid-gone",
        is_enabled=False,
        created_at=world.now,
        deleted_at=world.now,
    )


def a_driver_with_money_is_deleted(world: HealthyWorld) -> None:
    own = world.driver.id
    Driver.update(
        deleted_at=world.now, is_enabled=False, nickname="", phone=None, mini_program_key=None
    ).where(Driver.id == own).execute()
    DriverIdentity.delete().where(DriverIdentity.driver_id == own).execute()
    Payment.update(payer_key=None).where(Payment.driver_id == own).execute()
    AuthToken.update(revoked_at=world.now).where(AuthToken.actor_id == own).execute()


Mutant: TypeAlias = Callable[[HealthyWorld], None]

MUTANTS: Final[Mapping[str, tuple[Mutant, ...]]] = {
    "I1": (a_balance_drifts, an_entry_is_one_fen_off, a_correction_moves_nothing),
    "I2": (a_wallet_was_overdrawn_for_a_moment,),
    "I3": (a_payment_is_credited_by_notify_and_by_query,),
    "I4": (a_paid_payment_is_never_credited,),
    "I5": (a_credit_names_no_payment, a_credit_is_of_an_unpaid_payment),
    "I6": (more_is_asked_back_than_was_paid, a_payment_forgets_what_went_back),
    "I7": (a_live_session_loses_its_claim, a_claim_outlives_its_session),
    "I8": (one_start_is_sent_as_two_commands, two_keys_answer_one_session),
    "I9": (a_stop_is_forgotten, a_failed_session_has_no_reason, a_settled_session_has_no_time_of_it),
    "I10": (
        a_line_is_one_fen_too_much,
        a_segment_loses_energy,
        the_register_went_on_after_the_bill,
        a_capture_is_not_what_was_held,
    ),
    "I11": (one_unknown_record_is_kept_twice, a_bill_names_no_order),
    "I12": (a_connector_shows_an_old_reading, progress_is_rewound),
    "I13": (a_session_takes_over_a_newer_tariff, a_line_has_a_price_of_nobody),
    "I14": (a_dead_start_is_sent, a_stop_grows_old),
    "I15": (a_session_runs_past_its_limit,),
    "I16": (money_is_held_for_nobody, a_settled_session_still_holds, a_review_has_no_timer),
    "I17": (a_start_is_not_audited, a_drivers_stop_is_not_audited),
    "I21": (
        a_meter_is_lost,
        a_final_record_is_forgotten,
        a_final_record_is_taken_for_another,
        a_status_is_lost,
        a_meter_is_made_up,
        ids_are_made_up,
    ),
    "I23": (
        an_hour_has_one_wh_too_much,
        a_day_has_one_fen_too_little,
        a_station_has_one_order_too_few,
        income_is_more_than_the_orders,
    ),
    "I24": (
        a_settled_order_is_told_to_nobody,
        a_failed_session_is_told_to_nobody,
        a_paid_payment_is_told_to_nobody,
    ),
    "I25": (an_order_of_nobody_is_told, a_charging_session_is_told_to_have_failed),
    "I26": (a_silent_charge_is_stopped,),
    "I27": (a_stop_is_on_its_way_twice, nobody_repeats_a_stop),
    "I28": (a_start_counts_on_the_cheapest_price,),
    "I30": (a_decision_is_not_audited, a_decision_was_never_numbered, a_decided_bill_says_otherwise),
    "I31": (a_charge_goes_on_past_its_limit, a_charge_goes_on_for_days),
    "I32": (a_bill_is_far_above_its_hold,),
    "I33": (a_receipted_record_is_of_nobody,),
    "I34": (an_audit_row_was_edited, an_audit_link_is_gone),
    "I41": (a_refund_is_not_its_parts, pending_money_is_nobodys),
    "I42": (a_part_goes_back_twice, a_part_ends_without_its_money, a_refund_is_held_twice),
    "I43": (a_part_is_forgotten, a_part_that_ended_goes_on),
    "I44": (a_prepaid_rest_is_forgotten, prepaid_money_is_nobodys),
    "I51": (
        an_adjustment_has_no_row,
        an_adjustment_moves_another_amount,
        an_adjustment_moves_money_before_it_is_decided,
        who_asked_for_an_adjustment_decides_it,
    ),
    "I52": (
        an_idle_fee_is_one_fen_too_much,
        a_car_was_heard_for_longer_than_it_paid,
        an_idle_fee_has_no_stay,
    ),
    "I53": (a_gun_that_senses_nothing_bills_a_car,),
    "I55": (a_payment_is_at_another_operators_account,),
    "I56": (money_goes_back_out_of_another_account,),
    "I57": (a_secret_lies_open, two_accounts_take_one_channels_money),
    "I54": (a_message_is_sent_and_still_due, more_messages_went_out_than_were_allowed),
    "I58": (facts.a_charge_is_counted_that_nobody_made,),
    "I59": (facts.a_month_is_more_than_its_days,),
    "I60": (facts.an_area_is_less_than_its_stations,),
    "I61": (a_deleted_driver_can_still_log_in,),
    "I62": (a_driver_with_money_is_deleted,),
}
