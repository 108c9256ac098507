"""What is known of all operators, from memory: their policies, which are disabled, which texts they have published.

Starts, top-ups and messages of piles ask for it all the time and cost no statement: it is read anew every few seconds
at most, and at once in the process that changed something. So a change holds everywhere `KEPT_S` later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.domain.agreement import PLATFORM_KINDS, AgreementKind
from backend.domain.policy import DEFAULTS, Policy, PolicyName, Values, resolve
from backend.gateways.clock import monotonic_s
from backend.models import Agreement, ChargingPolicy, Operator, Station
from backend.models.engine.database import forget_with_database, reading

KEPT_S: Final = 3.0
PLATFORM: Final = 0
"""The platform's own row among the policies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedText:
    """The newest published version of one text."""

    agreement_id: int
    operator_id: int
    kind: AgreementKind
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """Whom a driver may call, and when somebody answers; "" where nobody said."""

    phone: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorBook:
    """One reading of it. An operator without a policy of its own has the platform's."""

    read_at_s: float
    platform_policy: Policy
    own_policies: Mapping[int, Policy]
    disabled_ids: frozenset[int]
    help_lines: Mapping[int, HelpLine]
    platform_help: HelpLine
    platform_texts: tuple[PublishedText, ...]
    own_texts: Mapping[int, tuple[PublishedText, ...]]

    def policy_of(self, operator_id: int) -> Policy:
        return self.own_policies.get(operator_id, self.platform_policy)

    def help_of(self, operator_id: int, station_phone: str) -> HelpLine:
        """The station's phone, else its operator's, else the platform's, with the hours of whose it is."""
        own = self.help_lines.get(operator_id, self.platform_help)
        if station_phone:
            return HelpLine(phone=station_phone, hours=own.hours if own.phone == station_phone else "")
        return own if own.phone else self.platform_help

    def texts_for(self, operator_id: int | None) -> tuple[PublishedText, ...]:
        """What drivers accept of the platform, and of an operator before they charge there."""
        return self.platform_texts + (() if operator_id is None else self.own_texts.get(operator_id, ()))


class _Kept:
    book: OperatorBook | None = None


def read_operators() -> OperatorBook:
    """The book, at most `KEPT_S` old. Raises ServiceUnavailable."""
    book = _Kept.book
    if book is None or monotonic_s() - book.read_at_s >= KEPT_S:
        book = _Kept.book = _load()
    return book


def forget_operators() -> None:
    """Read it anew at the next question; an `after_commit` of whoever changes what is in it."""
    _Kept.book = None


def values_of(row: ChargingPolicy | None) -> Values:
    """What a row sets."""
    if row is None:
        return {}
    told = {name: getattr(row, name.value) for name in PolicyName}
    return {name: value for name, value in told.items() if value is not None}


def shown_to_drivers() -> Any:
    """SQL: a station of an operator that is not disabled."""
    return Station.operator_id.not_in(sorted(read_operators().disabled_ids))


forget_with_database(forget_operators)


@reading
def _load() -> OperatorBook:
    now_s = monotonic_s()
    rows = {row.operator_id: values_of(row) for row in ChargingPolicy.select()}
    platform = rows.pop(PLATFORM, {})
    operators = list(Operator.select())
    lines = {row.id: HelpLine(phone=row.service_phone, hours=row.service_hours) for row in operators}
    platforms = [lines[row.id] for row in operators if row.is_platform]
    platform_texts, own_texts = _load_texts()
    return OperatorBook(
        read_at_s=now_s,
        platform_policy=resolve(platform, {}) if platform else DEFAULTS,
        own_policies={operator_id: resolve(platform, own) for operator_id, own in rows.items()},
        disabled_ids=frozenset(row.id for row in operators if not row.is_enabled),
        help_lines=lines,
        platform_help=platforms[0] if platforms else HelpLine(phone="", hours=""),
        platform_texts=platform_texts,
        own_texts=own_texts,
    )


def _load_texts() -> tuple[tuple[PublishedText, ...], dict[int, tuple[PublishedText, ...]]]:
    newest: dict[tuple[int, AgreementKind], PublishedText] = {}
    published = Agreement.select(
        Agreement.id, Agreement.operator_id, Agreement.kind, Agreement.version
    ).where(Agreement.version.is_null(is_null=False))
    for row in published.order_by(Agreement.version):
        newest[row.operator_id, row.kind] = PublishedText(
            agreement_id=row.id, operator_id=row.operator_id, kind=row.kind, version=row.version or 0
        )
    platform = tuple(text for text in newest.values() if text.kind in PLATFORM_KINDS)
    own: dict[int, tuple[PublishedText, ...]] = {}
    for text in newest.values():
        if text.kind not in PLATFORM_KINDS:
            own[text.operator_id] = (*own.get(text.operator_id, ()), text)
    return platform, own
