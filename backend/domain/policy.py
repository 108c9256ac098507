"""Charging policy (充电策略): the numbers of charging that are business, with their units, ranges and defaults.

An operator may set its own where a row says so; what it does not set is the platform's, and what the platform does not
set is the default here. A session keeps the `Terms` that it started with. What piles and protocols need to work (how
long a start command lives, when a pile counts as silent) is no policy and stands with its rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.domain.errors import PolicyOutOfRange
from backend.domain.hold import HoldPolicy
from backend.domain.units import Fen

_DAY_S: Final = 86_400
_HOUR_S: Final = 3_600


class PolicyName(StrEnum):
    MIN_HOLD_FEN = "min_hold_fen"
    HOLD_CAP_FEN = "hold_cap_fen"
    START_DEADLINE_S = "start_deadline_s"
    PROVISIONAL_AFTER_S = "provisional_after_s"
    NO_ENERGY_AFTER_S = "no_energy_after_s"
    LONGEST_SESSION_S = "longest_session_s"
    PLUG_CLAIM_S = "plug_claim_s"
    REVIEW_RELEASE_S = "review_release_s"
    SMALLEST_TOP_UP_FEN = "smallest_top_up_fen"
    LARGEST_TOP_UP_FEN = "largest_top_up_fen"


class PolicyUnit(StrEnum):
    FEN = "fen"
    SECONDS = "seconds"


class PolicySource(StrEnum):
    """Where the value in force comes from."""

    DEFAULT = "default"
    PLATFORM = "platform"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """What a value may be; `step` is what it is counted in. `is_overridable`: an operator may set its own."""

    unit: PolicyUnit
    low: int
    high: int
    default: int
    step: int
    is_overridable: bool


_FEN, _S = PolicyUnit.FEN, PolicyUnit.SECONDS
# The ranges of a smallest and a largest value meet and do not cross, so that no two settings can contradict each other.
RULES: Final[Mapping[PolicyName, PolicyRule]] = {
    # what a driver risks at this operator's piles is between the two of them
    PolicyName.MIN_HOLD_FEN: PolicyRule(_FEN, 100, 5_000, 500, 100, is_overridable=True),
    PolicyName.HOLD_CAP_FEN: PolicyRule(_FEN, 5_000, 100_000, 20_000, 100, is_overridable=True),
    # slow piles and old cars need longer; a start command itself lives 30 s
    PolicyName.START_DEADLINE_S: PolicyRule(_S, 60, 300, 90, 5, is_overridable=True),
    # an operator knows how good the network in its garages is; below ten minutes a reconnect is no silence
    PolicyName.PROVISIONAL_AFTER_S: PolicyRule(_S, 600, 7_200, 1_800, 60, is_overridable=True),
    PolicyName.NO_ENERGY_AFTER_S: PolicyRule(_S, 300, _HOUR_S, 600, 60, is_overridable=True),
    # a final record of more than a day is not believed, so nobody may charge for longer
    PolicyName.LONGEST_SESSION_S: PolicyRule(_S, _HOUR_S, _DAY_S, _DAY_S, _HOUR_S, is_overridable=True),
    PolicyName.PLUG_CLAIM_S: PolicyRule(_S, 300, 7_200, 1_800, 60, is_overridable=True),
    # the wallet is the platform's, and so is what it promises of it
    PolicyName.REVIEW_RELEASE_S: PolicyRule(_S, _HOUR_S, _DAY_S, _DAY_S, _HOUR_S, is_overridable=False),
    PolicyName.SMALLEST_TOP_UP_FEN: PolicyRule(_FEN, 1, 10_000, 100, 1, is_overridable=False),
    PolicyName.LARGEST_TOP_UP_FEN: PolicyRule(_FEN, 10_000, 1_000_000, 500_000, 100, is_overridable=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a session keeps from its start on, however the policy changes meanwhile."""

    start_deadline_s: int = RULES[PolicyName.START_DEADLINE_S].default
    provisional_after_s: int = RULES[PolicyName.PROVISIONAL_AFTER_S].default
    no_energy_after_s: int = RULES[PolicyName.NO_ENERGY_AFTER_S].default
    longest_session_s: int = RULES[PolicyName.LONGEST_SESSION_S].default
    plug_claim_s: int = RULES[PolicyName.PLUG_CLAIM_S].default
    review_release_s: int = RULES[PolicyName.REVIEW_RELEASE_S].default


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All values in force for one operator."""

    hold: HoldPolicy
    terms: Terms
    smallest_top_up_fen: Fen
    largest_top_up_fen: Fen


Values = Mapping[PolicyName, int]
"""What somebody has set; a name that is not in it was left to whoever is asked next."""


def resolve(platform: Values, own: Values) -> Policy:
    """The policy of an operator that has set `own`, on a platform that has set `platform`."""
    value = {name: find_value(name, platform, own)[0] for name in PolicyName}
    return Policy(
        hold=HoldPolicy(Fen(value[PolicyName.MIN_HOLD_FEN]), Fen(value[PolicyName.HOLD_CAP_FEN])),
        terms=Terms(
            start_deadline_s=value[PolicyName.START_DEADLINE_S],
            provisional_after_s=value[PolicyName.PROVISIONAL_AFTER_S],
            no_energy_after_s=value[PolicyName.NO_ENERGY_AFTER_S],
            longest_session_s=value[PolicyName.LONGEST_SESSION_S],
            plug_claim_s=value[PolicyName.PLUG_CLAIM_S],
            review_release_s=value[PolicyName.REVIEW_RELEASE_S],
        ),
        smallest_top_up_fen=Fen(value[PolicyName.SMALLEST_TOP_UP_FEN]),
        largest_top_up_fen=Fen(value[PolicyName.LARGEST_TOP_UP_FEN]),
    )


def find_value(name: PolicyName, platform: Values, own: Values) -> tuple[int, PolicySource]:
    """The value in force and where it comes from."""
    if RULES[name].is_overridable and name in own:
        return own[name], PolicySource.OPERATOR
    if name in platform:
        return platform[name], PolicySource.PLATFORM
    return RULES[name].default, PolicySource.DEFAULT


def check_values(values: Values, *, is_platform: bool) -> None:
    """Return for values that may be set so. Raises PolicyOutOfRange for the first that may not."""
    for name, value in values.items():
        rule = RULES[name]
        is_sound = rule.low <= value <= rule.high and value % rule.step == 0
        if not is_sound or not (is_platform or rule.is_overridable):
            raise PolicyOutOfRange(
                name=name.value, unit=rule.unit.value, low=rule.low, high=rule.high, step=rule.step
            )


DEFAULTS: Final = resolve({}, {})
