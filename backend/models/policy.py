"""Charging policy (充电策略) as people set it: one row for the platform, one for each operator that differs from it."""

from peewee import IntegerField

from backend.models.engine.database import Row
from backend.models.engine.fields import big_int_or_none, row_ref, utc_time


class ChargingPolicy(Row):
    """A column for each `PolicyName`; NULL leaves it to the platform, or to the default.

    `operator_id` 0 is the platform's own row.
    """

    operator_id = row_ref(primary_key=True)
    row_version = IntegerField(default=0)
    changed_at = utc_time()
    min_hold_fen = big_int_or_none()
    hold_cap_fen = big_int_or_none()
    start_deadline_s = big_int_or_none()
    provisional_after_s = big_int_or_none()
    no_energy_after_s = big_int_or_none()
    longest_session_s = big_int_or_none()
    plug_claim_s = big_int_or_none()
    review_release_s = big_int_or_none()
    smallest_top_up_fen = big_int_or_none()
    largest_top_up_fen = big_int_or_none()
