"""The fee engine, the cutter and the estimate never differ from an exact biller that shares no code."""

from datetime import datetime, timedelta, tzinfo

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.estimate import MAX_LIMIT_WH, estimate_energy, safe_limit
from backend.domain.fees import Bill, Segment, check_segments, cut_at_half_hours, price_segments
from backend.domain.tariff import TariffVersion, floor_half_hour, next_change, period_at
from backend.domain.units import Fen, Watt, Wh

from . import oracle
from .strategies import RandomSession, instants, sessions, tariffs, zones

Tariff = tuple[TariffVersion, oracle.Prices]


def as_oracle_lines(bill: Bill) -> oracle.Lines:
    lines = {
        (line.local_date, line.start_slot, line.component.value): (line.energy_wh, line.fee_fen)
        for line in bill.lines
    }
    assert len(lines) == len(bill.lines)
    return {key: (int(energy), int(fee)) for key, (energy, fee) in lines.items()}


def cut(session: RandomSession) -> tuple[Segment, ...]:
    return cut_at_half_hours(
        session.started_at,
        session.ended_at,
        Wh(session.start_wh),
        Wh(session.end_wh),
        [(at, Wh(register)) for at, register in session.readings],
    )


@given(session=sessions(), tariff=tariffs(), zone=zones, written_in=zones)
@settings(max_examples=1_200, deadline=None)
def test_cut_and_priced_sessions_equal_the_oracle(
    session: RandomSession, tariff: Tariff, zone: tzinfo, written_in: tzinfo
) -> None:
    version, prices = tariff
    expected = oracle.cut(
        session.started_at, session.ended_at, session.start_wh, session.end_wh, session.readings
    )
    local = RandomSession(
        session.started_at.astimezone(written_in),
        session.ended_at.astimezone(written_in),
        session.start_wh,
        session.end_wh,
        [(at.astimezone(written_in), register) for at, register in session.readings],
    )
    segments = cut(local)
    assert [(segment.from_at, segment.to_at, segment.energy_wh) for segment in segments] == expected
    written = [
        Segment(part.from_at.astimezone(written_in), part.to_at.astimezone(written_in), part.energy_wh)
        for part in segments
    ]
    bill = price_segments(written, version, zone)
    lines = oracle.price(expected, prices, zone)
    assert as_oracle_lines(bill) == lines
    assert bill.total_fen == oracle.total(lines) == bill.electricity_fen + bill.service_fen
    assert bill.energy_wh == session.end_wh - session.start_wh


@given(
    first=instants(),
    parts=st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 1_799), st.integers(0, 1_799), st.integers(0, 200_000)),
        max_size=40,
    ),
    tariff=tariffs(),
    zone=zones,
)
@settings(max_examples=500, deadline=None)
def test_segments_a_pile_cut_are_priced_as_the_oracle_does(
    first: datetime, parts: list[tuple[int, int, int, int]], tariff: Tariff, zone: tzinfo
) -> None:
    version, prices = tariff
    half_hour = first.replace(minute=first.minute // 30 * 30, second=0)
    segments = []
    for skipped, second_a, second_b, energy in parts:
        half_hour += timedelta(minutes=30) * (1 + skipped)
        from_s, to_s = sorted((second_a, second_b))
        segments.append(
            Segment(half_hour + timedelta(seconds=from_s), half_hour + timedelta(seconds=to_s), Wh(energy))
        )
    check_segments(segments)
    raw = [(segment.from_at, segment.to_at, int(segment.energy_wh)) for segment in segments]
    assert as_oracle_lines(price_segments(segments, version, zone)) == oracle.price(raw, prices, zone)


@given(
    budget=st.one_of(st.integers(0, 20), st.integers(0, 50_000)),
    power=st.one_of(st.integers(0, 100), st.integers(1_000, 480_000)),
    start=instants(),
    tariff=tariffs(),
    zone=zones,
    written_in=zones,
    max_s=st.integers(0, 86_400),
    later=st.integers(1, 86_400),
)
@settings(max_examples=400, deadline=None)
def test_an_estimate_is_the_longest_charge_the_budget_buys(
    budget: int,
    power: int,
    start: datetime,
    tariff: Tariff,
    zone: tzinfo,
    written_in: tzinfo,
    max_s: int,
    later: int,
) -> None:
    version, prices = tariff
    found = estimate_energy(Fen(budget), Watt(power), start.astimezone(written_in), version, zone, max_s)

    def total_after(duration_s: int) -> int:
        return oracle.constant_power_total(power, start, duration_s, prices, zone)

    assert found.total_fen == total_after(found.duration_s) <= budget
    assert found.energy_wh == power * found.duration_s // 3600
    assert 0 <= found.duration_s <= max_s
    if found.duration_s < max_s:
        assert total_after(found.duration_s + 1) > budget
        assert total_after(found.duration_s + later) > budget


@given(
    budget=st.integers(500, 50_000),
    tariff=tariffs(),
    at=instants(),
    zone=zones,
    shares=st.lists(st.integers(0, 1_000), min_size=1, max_size=48),
)
@settings(max_examples=300, deadline=None)
def test_no_way_of_taking_the_safe_limit_within_a_day_costs_more_than_the_budget(
    budget: int, tariff: Tariff, at: datetime, zone: tzinfo, shares: list[int]
) -> None:
    version, prices = tariff
    limit_wh = safe_limit(Fen(budget), version, at, zone)
    border = floor_half_hour(at)
    whole = sum(shares) or 1
    pieces = [
        (
            border + timedelta(minutes=30 * place),
            border + timedelta(minutes=30 * (place + 1)),
            limit_wh * share // whole,
        )
        for place, share in enumerate(shares)
    ]
    assert limit_wh == MAX_LIMIT_WH or oracle.total(oracle.price(pieces, prices, zone)) <= budget


@given(at=instants(), tariff=tariffs(), zone=zones)
@settings(max_examples=200, deadline=None)
def test_the_next_change_is_the_first_minute_with_another_price(
    at: datetime, tariff: Tariff, zone: tzinfo
) -> None:
    version, prices = tariff

    def row_at(minute: datetime) -> oracle.Row:
        local = minute.astimezone(zone)
        return oracle.row_of(oracle.rows_on(prices, local.date()), local)

    now = row_at(at)
    here = period_at(version, at, zone)
    assert (here.start_slot, here.end_slot, here.electricity_e5, here.service_e5) == now
    found = next_change(version, at, zone)
    minute, until = at.replace(second=0), at + timedelta(days=2, hours=2)
    while minute < until:
        minute += timedelta(minutes=1)
        row = row_at(minute)
        if row[2:] != now[2:]:
            assert found is not None
            assert (found[0], found[1].start_slot) == (minute, row[0])
            return
    # further on it is looked for by half-hours, in which no zone here changes a date
    half_hour = floor_half_hour(minute)
    until = at + timedelta(days=3) if found is None else found[0]
    while half_hour < until:
        assert row_at(half_hour)[2:] == now[2:]
        half_hour += timedelta(minutes=30)
    if found is not None:
        assert (found[1].start_slot, row_at(found[0])[2:] == now[2:]) == (row_at(found[0])[0], False)
