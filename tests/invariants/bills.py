"""Invariants of bills: I10 what was billed, I11 billed once, I13 by the frozen tariff, I23 as the desk
sees it, I32 within what was agreed.

Prices are recomputed by the oracle of tests/unit/domain, which shares no code with the product's fee engine.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from backend.domain.decision import Decision
from backend.domain.ledger import AccountKind, EntryKind
from backend.domain.meter_trail import OVER_RATED_PERCENT, SLACK_WH
from backend.domain.order import OrderState
from backend.domain.payment import PaymentPurpose
from backend.domain.units import WH_E5_PER_FEN
from backend.models import Order, Session
from backend.services.ground.roll_ups import PLATFORM_ZONE
from tests.invariants.payments import CREDITED
from tests.invariants.prices import prices_of
from tests.invariants.rows import Rows, grouped
from tests.invariants.sessions import REPORT_INTERVAL_S, UNKNOWN_SESSION
from tests.unit.domain import oracle

BILLING = frozenset({EntryKind.SETTLE, EntryKind.CORRECTION})
INCOME = {AccountKind.ELECTRICITY_INCOME: "electricity", AccountKind.SERVICE_INCOME: "service"}


def bills_are_what_the_oracle_says(rows: Rows) -> Iterator[str]:
    """I10: energy is the registers' difference, and lines and sums are the oracle's for the kept segments."""
    for order in rows.orders:
        session = rows.session_by_id.get(order.session_id)
        if session is not None:
            name = f"order {order.id} ({order.order_no})"
            yield from (f"{name} {fault}" for fault in _bill_faults(rows, order, session))


def _bill_faults(rows: Rows, order: Order, session: Session) -> Iterator[str]:
    kept = [(row.from_at, row.to_at, row.energy_wh) for row in rows.segments_by_session[session.id]]
    expected = oracle.price(kept, prices_of(rows, session), ZoneInfo(session.time_zone))
    if (told := _lines(rows, order)) != expected:
        yield f"has the lines {told}, the oracle has {expected}"
    if (energy_wh := sum(part[2] for part in kept)) != order.energy_wh:
        yield f"bills {order.energy_wh} Wh, its segments have {energy_wh}"
    decided = rows.decisions_by_session.get(session.id, [])
    is_given = bool(decided) and decided[-1].decision is Decision.BILL_NOTHING
    if session.register_start_wh is not None and session.register_end_wh is not None and not is_given:
        difference = session.register_end_wh - session.register_start_wh
        if difference != order.energy_wh:
            yield f"bills {order.energy_wh} Wh, the registers differ by {difference}"
    for component, fen in (("electricity", order.electricity_fen), ("service", order.service_fen)):
        if (due := sum(fee for key, (_, fee) in expected.items() if key[2] == component)) != fen:
            yield f"asks {fen} fen for {component}, the oracle {due}"
    if order.total_fen != order.electricity_fen + order.service_fen:
        yield f"asks {order.total_fen} fen for {order.electricity_fen} + {order.service_fen}"
    yield from _payment_faults(order, session, is_decided=bool(decided))


def _payment_faults(order: Order, session: Session, *, is_decided: bool) -> Iterator[str]:
    is_open = order.state is OrderState.OPEN
    met_fen = order.captured_fen + order.debt_fen + order.written_off_fen
    if met_fen != (0 if is_open else order.total_fen):
        yield (
            f"of {order.total_fen} fen captured {order.captured_fen}, left {order.debt_fen} as debt, "
            f"wrote {order.written_off_fen} off"
        )
    if order.written_off_fen if session.payment_id is None else order.debt_fen:
        yield f"leaves {order.debt_fen} fen of debt and {order.written_off_fen} written off"
    # the hold of a session in review may have gone back before it was decided: then available pays
    is_held = order.held_fen > 0 or not is_decided
    if (
        order.state in {OrderState.PROVISIONAL, OrderState.SETTLED}
        and is_held
        and (order.held_fen != order.captured_fen + order.released_fen)
    ):
        yield f"of {order.held_fen} fen held captured {order.captured_fen}, released {order.released_fen}"


def _lines(rows: Rows, order: Order) -> oracle.Lines:
    """An order's lines and their corrections, added up as the oracle writes them."""
    sums: oracle.Lines = {}
    for row in rows.lines_by_order[order.id]:
        key = (row.local_date, row.start_slot, row.component.value)
        energy_wh, fee_fen = sums.get(key, (0, 0))
        sums[key] = (energy_wh + row.energy_wh, fee_fen + row.fee_fen)
    return {key: value for key, value in sums.items() if value != (0, 0)}


def records_are_billed_once(rows: Rows) -> Iterator[str]:
    """I11: a final record makes one order at most, and the ledger has each settled order once, as it says."""
    for (pile_id, reason, _), found in grouped(
        (row for row in rows.sessions if row.review_reason.startswith(UNKNOWN_SESSION)),
        key=lambda row: (row.pile_id, row.review_reason, row.record_digest),
    ).items():
        ids = [row.id for row in found]
        if len(ids) > 1:
            yield f"{reason} of pile {pile_id} is kept as the sessions {ids}"
        if any((row.pile_id, row.session_no) == (pile_id, reason.split()[1]) for row in rows.sessions):
            yield f"{reason} of pile {pile_id} is known, and kept again as session {ids[0]}"
    entries = grouped(
        (row for row in rows.entries if row.kind in BILLING),
        # the second correction of an order is named `order_no/2`
        key=lambda row: row.reference.partition("/")[0],
    )
    for order in rows.orders:
        own = entries.pop(order.order_no, [])
        settles = [row.id for row in own if row.kind is EntryKind.SETTLE]
        # without a hold in the wallet, a bill of nothing moves nothing
        session = rows.session_by_id.get(order.session_id)
        is_prepaid = session is not None and session.payment_id is not None
        fewest = order.state is not OrderState.OPEN and order.held_fen > 0 and not is_prepaid
        if not fewest <= len(settles) <= (order.state is not OrderState.OPEN):
            yield f"order {order.id} ({order.order_no}, {order.state.value}) has the settle entries {settles}"
        sums: Counter[AccountKind] = Counter()
        for posting in (posting for row in own for posting in rows.postings_by_entry[row.id]):
            sums[rows.account_by_id[posting.account_id].kind] += posting.amount_fen
        if sums[AccountKind.DEBT] != -order.debt_fen:
            yield f"order {order.id} left {order.debt_fen} fen of debt, the ledger has {sums[AccountKind.DEBT]}"
    for reference, found_entries in entries.items():
        yield f"entries {[row.id for row in found_entries]} bill {reference!r}, which is no order"


def sessions_keep_their_tariff(rows: Rows) -> Iterator[str]:
    """I13: a session has the version that was in force when it was created, and its lines have its prices."""
    for session in rows.sessions:
        if session.is_test:
            continue  # it has no tariff, and its lines cost nothing
        in_force = _version_in_force(rows, session)
        if session.tariff_version_id != in_force:
            yield (
                f"session {session.id} ({session.session_no}) has tariff version {session.tariff_version_id}, "
                f"{in_force} was in force"
            )
    for order in rows.orders:
        known = rows.session_by_id.get(order.session_id)
        tariff = prices_of(rows, known) if known else None
        for line in rows.lines_by_order[order.id]:
            if order.is_test and line.price_e5 == 0:
                continue
            priced = [] if tariff is None else oracle.rows_on(tariff, line.local_date)
            prices = {
                (start_slot, component): price
                for start_slot, _, electricity_e5, service_e5 in priced
                for component, price in (("electricity", electricity_e5), ("service", service_e5))
            }
            if prices.get((line.start_slot, line.component.value)) != line.price_e5:
                yield f"line {line.id} of order {order.id} has a price that its tariff version has not"


def _version_in_force(rows: Rows, session: Session) -> int | None:
    pile, station = rows.pile_by_id[session.pile_id], rows.station_by_id[session.station_id]
    published = [
        row
        for row in rows.versions
        if row.tariff_id == (pile.tariff_id or station.tariff_id)
        and row.published_at is not None
        and max(row.published_at, row.effective_from) <= session.created_at
    ]
    newest = max(published, key=lambda row: (row.effective_from, row.version), default=None)
    return None if newest is None else newest.id


def nobody_loses_more_than_agreed(rows: Rows) -> Iterator[str]:
    """I32: a bill that no person decided asks for the hold, and what flows in a report interval, at the most."""
    for order in rows.orders:
        session = rows.session_by_id.get(order.session_id)
        if session is None or session.driver_id is None or rows.decisions_by_session.get(session.id):
            continue
        periods = rows.periods_by_version[session.tariff_version_id or 0]
        dearest_e5 = max((row.electricity_e5 + row.service_e5 for row in periods), default=0)
        over_wh = session.rated_w * REPORT_INTERVAL_S * OVER_RATED_PERCENT // (3_600 * 100) + SLACK_WH
        most_fen = session.hold_fen + over_wh * dearest_e5 // WH_E5_PER_FEN + 2
        if order.total_fen > most_fen:
            yield f"order {order.id} ({order.order_no}) asks {order.total_fen} fen, agreed were {most_fen} at the most"


def roll_ups_are_the_ledger(rows: Rows) -> Iterator[str]:
    """I23: the desk's sums are those of the settled orders, and these are the operators' income to the fen."""
    hours: defaultdict[object, Counter[str]] = defaultdict(Counter)
    days: defaultdict[object, Counter[str]] = defaultdict(Counter)
    totals: defaultdict[object, Counter[str]] = defaultdict(Counter)
    income: Counter[tuple[str, str]] = Counter()
    for order in rows.orders:
        if order.state is OrderState.OPEN or order.is_test:
            continue
        sums = _order_sums(order)
        local = order.ended_at.astimezone(ZoneInfo(rows.session_by_id[order.session_id].time_zone))
        hours[order.station_id, local.date(), local.hour].update(sums)
        of_day = {name: sums[name] for name in _DAY}
        days[order.connector_id, local.date()].update(of_day)
        totals[order.station_id, order.operator_id].update(of_day)
        operator = rows.operator_by_id[order.operator_id].operator_no
        income.update(
            {(operator, "electricity"): order.electricity_fen, (operator, "service"): order.service_fen}
        )
    kept_hours = {
        (row.station_id, row.local_date, row.local_hour): _kept(row, _HOUR) for row in rows.station_hours
    }
    kept_days = {(row.connector_id, row.local_date): _kept(row, _DAY) for row in rows.connector_days}
    yield from _differences("station hour", hours, kept_hours)
    kept_totals = {(row.station_id, row.operator_id): _kept(row, _DAY) for row in rows.station_totals}
    yield from _differences("connector day", days, kept_days)
    yield from _differences("station total", totals, kept_totals)
    yield from _differences("income", {"all": income}, {"all": _income(rows)})
    yield from _differences("top-ups of", _top_ups(rows), _kept_top_ups(rows))


_DAY = ("orders", "energy_wh", "total_fen", "duration_s")
_HOUR = (*_DAY, "electricity_fen", "service_fen")


def _order_sums(order: Order) -> dict[str, int]:
    sums = {name: getattr(order, name) for name in _HOUR if hasattr(order, name)}
    return sums | {"orders": 1, "duration_s": int((order.ended_at - order.started_at).total_seconds())}


def _kept(row: object, names: tuple[str, ...]) -> Counter[str]:
    return Counter({name: getattr(row, name) for name in names})


def _income(rows: Rows) -> Counter[tuple[str, str]]:
    income: Counter[tuple[str, str]] = Counter()
    for posting in rows.postings:
        account = rows.account_by_id.get(posting.account_id)
        if account is not None and account.kind in INCOME:
            income[account.owner_key, INCOME[account.kind]] += posting.amount_fen
    return income


def _top_ups(rows: Rows) -> dict[object, Counter[str]]:
    days: defaultdict[object, Counter[str]] = defaultdict(Counter)
    for row in rows.payments:
        if row.purpose is not PaymentPurpose.TOP_UP:
            continue
        if row.state in CREDITED and row.paid_at is not None:
            day = row.paid_at.astimezone(PLATFORM_ZONE).date()
            days[day].update({"top_ups": 1, "top_up_fen": row.amount_fen})
    return dict(days)


def _kept_top_ups(rows: Rows) -> dict[object, Counter[str]]:
    return {row.local_date: _kept(row, ("top_ups", "top_up_fen")) for row in rows.platform_days}


def _differences(
    what: str, expected: Mapping[object, Counter[Any]], kept: Mapping[Any, Counter[Any]]
) -> Iterator[str]:
    """Counters compare zeros and absent names alike, and so do absent rows here."""
    for key in {*expected, *kept}:
        should, does = expected.get(key, Counter()), kept.get(key, Counter())
        if should != does:
            yield f"{what} {key} says {dict(does)}, it should say {dict(should)}"
