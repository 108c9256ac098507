"""Services that commit and are no case of their own, by why that shows no less."""

from collections.abc import Mapping
from typing import Final

WITHOUT_CASE: Final[Mapping[str, frozenset[str]]] = {
    "parts of other services, whose transaction they join: what that leaves is seen there": frozenset(
        {
            "add_piles.write_piles",
            "audit.write_audit",
            "broker_accounts.note_account_change",
            "idempotency.once",
            "issue_token.issue_token",
            "login_records.write_login_record",
            "name_administrator.name_administrator",
            "open_wallet.open_wallet",
            "plan_rows.write_forms",
            "plan_rows.write_plans",
            "queue.queue_command",
            "register_driver.register_driver",
            "register_operator.register_operator",
            "register_pile.add_gun",
            "register_pile.register_pile",
            "roll_ups.bump_new_driver",
            "roll_ups.bump_top_up",
            "second_factors.take_code",
            "send_stop.send_stop",
            "stop_session.ask_stop",
            "stop_session.stop_as",
            "timers.clear_timer",
            "timers.set_timer",
            "wallets.lock_wallet",
        }
    ),
    "killed while a crowd charges (test_kill_sweep.SLICE), where their repeats come from outside": frozenset(
        {
            "application.apply_items",
            "post_entry.post_entry",
            "queue.claim_commands",
            "start_session.start_session",
            "stop_session.stop_session",
        }
    ),
    "parts of the bridge's batch, application.apply_items": frozenset(
        {
            "mark_charging.mark_charging",
            "quarantine_message.quarantine_messages",
            "queue.requeue_for_piles",
            "record_boot.record_boots",
            "record_meters.record_meters",
            "record_reply.record_reply",
            "record_session_started.record_session_started",
            "record_status.record_statuses",
            "remember_messages.remember_messages",
            "touch_piles.tell_connections",
            "touch_piles.touch_piles",
        }
    ),
    "claims of jobs, which run out by themselves (scripts/prove faults kills them)": frozenset(
        {"timers.claim_timers", "timers.finish_timer"}
    ),
    "one write that the next call does over, or that may be lost": frozenset(
        {
            "authenticate._write_seen",
            "delete_old_meter_values.delete_old_meter_values",
            "delete_old_rows.delete_old_rows",
            "hearing.note_hearing",
            "try_write.try_write",
        }
    ),
    "locks what it reads, and writes nothing": frozenset({"get_begin_offer.get_begin_offer"}),
}
"""Why → the services, by the names of their crash points."""
