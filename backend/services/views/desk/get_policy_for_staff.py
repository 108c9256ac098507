"""The charging policy as the desk shows it: each value with its unit, range, default and where it comes from."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.policy import RULES, PolicyName, PolicySource, PolicyUnit, find_value
from backend.models import ChargingPolicy
from backend.models.engine.database import reading
from backend.services.access.operator_scope import check_is_platform, get_visible_operator
from backend.services.ground.operator_book import PLATFORM, values_of


class PolicyValue(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is in force, `own` what this page's owner has set, None where it is left to others.

    `inherited` is what holds without it. `is_editable`: this page's owner may set it.
    """

    name: PolicyName
    unit: PolicyUnit
    low: int
    high: int
    step: int
    default: int
    value: int
    source: PolicySource
    own: int | None
    inherited: int
    is_editable: bool


class StaffPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """`operator_no` and `operator_name` are None for the platform's own."""

    operator_no: str | None
    operator_name: str | None
    values: tuple[PolicyValue, ...]
    changed_at: datetime | None
    row_version: int


@reading
def get_policy_for_staff(*, staff: Actor, operator_no: str | None) -> StaffPolicy:
    """The policy of an operator, None for the platform's. Raises OperatorNotFound, Forbidden."""
    platform_row = ChargingPolicy.get_or_none(ChargingPolicy.operator_id == PLATFORM)
    platform = values_of(platform_row)
    if operator_no is None:
        check_is_platform(staff)
        row, own, name = platform_row, platform, None
    else:
        operator = get_visible_operator(staff, operator_no)
        name = operator.name
        row = ChargingPolicy.get_or_none(ChargingPolicy.operator_id == operator.id)
        own = values_of(row)
    views = []
    for policy, rule in RULES.items():
        is_platform = operator_no is None
        value, source = find_value(policy, platform, {} if is_platform else own)
        inherited = rule.default if is_platform else find_value(policy, platform, {})[0]
        views.append(
            PolicyValue(
                name=policy,
                unit=rule.unit,
                low=rule.low,
                high=rule.high,
                step=rule.step,
                default=rule.default,
                value=value,
                source=source,
                own=own.get(policy),
                inherited=inherited,
                is_editable=is_platform or rule.is_overridable,
            )
        )
    return StaffPolicy(
        operator_no=operator_no,
        operator_name=name,
        values=tuple(views),
        changed_at=None if row is None else row.changed_at,
        row_version=0 if row is None else row.row_version,
    )
