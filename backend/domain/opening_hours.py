"""Opening hours 营业时间: whether a station is open, until when, and how that is read; kept as one short text.

A station that never said its hours is not judged by them. Spans belong to the weekday they begin on and may run past
midnight. Holidays are not known here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from backend.domain.errors import UnfitInput

DAYS: Final = 7
DAY_MINUTES: Final = 24 * 60
WEEK_MINUTES: Final = DAYS * DAY_MINUTES
SPANS_A_DAY: Final = 4
ALWAYS_TEXT: Final = "always"
LONGEST_TEXT: Final = 400
LONGEST_WORDS: Final = 100
_NAMES: Final = "一二三四五六日"
_FIELD: Final = "opening_spans"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from `opens_minute` of a weekday (1 Monday … 7 Sunday) to `closes_minute`, past 1440 on the day after."""

    weekday: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`is_always`, or the spans of a week in order; with neither the hours are not known."""

    is_always: bool = False
    spans: tuple[Span, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.is_always or bool(self.spans)


@dataclass(frozen=True, slots=True)
class OpenNow:
    """`changes_at`: when it closes, or opens again; None where that is never or not known."""

    is_open: bool
    changes_at: datetime | None


UNKNOWN: Final = OpeningHours()
ALWAYS: Final = OpeningHours(is_always=True)


def make_hours(*, is_always: bool, spans: Iterable[Span]) -> OpeningHours:
    """Checked hours. Raises UnfitInput for spans that overlap, are empty, longer than a day, or too many."""
    ordered = tuple(sorted(spans))
    if is_always:
        if ordered:
            raise UnfitInput(field=_FIELD, reason="全天营业时不能再填时段")
        return ALWAYS
    for span in ordered:
        _check_span(span)
    for weekday, own in groupby(ordered, key=lambda span: span.weekday):
        if len(list(own)) > SPANS_A_DAY:
            raise UnfitInput(field=_FIELD, reason=f"周{_NAMES[weekday - 1]}最多 {SPANS_A_DAY} 个时段")
    week = [_in_week(span) for span in ordered]
    for (_, ends), (begins, _) in zip(week, [*week[1:], *_first_again(week)], strict=True):
        if begins < ends:
            raise UnfitInput(field=_FIELD, reason="时段不能重叠，跨夜的时段请看第二天")
    return OpeningHours(spans=ordered)


def is_open_at(hours: OpeningHours, *, now: datetime, time_zone: str) -> bool:
    """Whether a station with these hours is open; one whose hours are not known counts as open."""
    return look_at(hours, now=now, time_zone=time_zone).is_open


def look_at(hours: OpeningHours, *, now: datetime, time_zone: str) -> OpenNow:
    """Whether it is open, and when that changes."""
    if not hours.spans:
        return OpenNow(is_open=True, changes_at=None)
    local = now.astimezone(ZoneInfo(time_zone))
    at = (local.isoweekday() - 1) * DAY_MINUTES + local.hour * 60 + local.minute
    joined = _joined(hours.spans)
    if joined == [(0, WEEK_MINUTES)]:
        return OpenNow(is_open=True, changes_at=None)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    for begins, ends in joined:
        for shift in (0, -WEEK_MINUTES):
            if begins + shift <= at < ends + shift:
                return OpenNow(is_open=True, changes_at=_moment(midnight, at, ends + shift))
    next_begin = min((begins - at) % WEEK_MINUTES for begins, _ in joined)
    return OpenNow(is_open=False, changes_at=_moment(midnight, at, at + next_begin))


def to_text(hours: OpeningHours) -> str | None:
    """`always`, `1=480-1320,1380-1560;2=…` in minutes of each weekday, or None where nothing is known."""
    if not hours.is_known:
        return None
    if hours.is_always:
        return ALWAYS_TEXT
    days = groupby(hours.spans, key=lambda span: span.weekday)
    return ";".join(
        f"{weekday}=" + ",".join(f"{span.opens_minute}-{span.closes_minute}" for span in own)
        for weekday, own in days
    )


def from_text(text: str | None) -> OpeningHours:
    """What `to_text` wrote."""
    if not text:
        return UNKNOWN
    if text == ALWAYS_TEXT:
        return ALWAYS
    spans = []
    for day in text.split(";"):
        weekday, _, own = day.partition("=")
        for part in own.split(","):
            opens, _, closes = part.partition("-")
            spans.append(Span(int(weekday), int(opens), int(closes)))
    return OpeningHours(spans=tuple(spans))


def describe(hours: OpeningHours) -> str:
    """As people read it, at most `LONGEST_WORDS` characters: `周一至周五 08:00–22:00，周六、周日 09:00–次日02:00`."""
    if not hours.is_known:
        return ""
    if hours.is_always:
        return "全天营业"
    days = [_day_words([span for span in hours.spans if span.weekday == day]) for day in range(1, DAYS + 1)]
    if len(set(days)) == 1:
        return f"每天 {days[0]}"
    parts = [f"{_names(own)} {words}" for words, own in _grouped(days)]
    text = "，".join(parts)
    return text if len(text) <= LONGEST_WORDS else "每天的营业时间不同，请看具体时段"


def _check_span(span: Span) -> None:
    is_day = 1 <= span.weekday <= DAYS
    is_begin = 0 <= span.opens_minute < DAY_MINUTES
    if not is_day or not is_begin or not 0 < span.closes_minute - span.opens_minute <= DAY_MINUTES:
        raise UnfitInput(field=_FIELD, reason="时段要先开后关，最长 24 小时")


def _in_week(span: Span) -> tuple[int, int]:
    day = (span.weekday - 1) * DAY_MINUTES
    return day + span.opens_minute, day + span.closes_minute


def _first_again(week: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(week[0][0] + WEEK_MINUTES, week[0][1] + WEEK_MINUTES)] if week else []


def _joined(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Minutes of the week, spans that touch as one; the last may run into the week after."""
    joined: list[tuple[int, int]] = []
    for begins, ends in map(_in_week, spans):
        if joined and joined[-1][1] == begins:
            joined[-1] = (joined[-1][0], ends)
        else:
            joined.append((begins, ends))
    if len(joined) > 1 and joined[-1][1] == joined[0][0] + WEEK_MINUTES:
        first = joined.pop(0)
        joined[-1] = (joined[-1][0], first[1] + WEEK_MINUTES)
    return joined if joined[0][1] - joined[0][0] < WEEK_MINUTES else [(0, WEEK_MINUTES)]


def _moment(midnight: datetime, at: int, then: int) -> datetime:
    """The instant of a minute of the week, by the clock on the wall."""
    into_day = at % DAY_MINUTES
    return (midnight + timedelta(minutes=into_day + then - at)).astimezone(ZoneInfo("UTC"))


def _day_words(spans: Sequence[Span]) -> str:
    if not spans:
        return "休息"
    return "、".join(f"{_clock(span.opens_minute)}–{_clock(span.closes_minute)}" for span in spans)


def _clock(minute: int) -> str:
    day = "次日" if minute > DAY_MINUTES else ""
    within = minute - DAY_MINUTES if day else minute
    return f"{day}{within // 60:02d}:{within % 60:02d}"


def _grouped(days: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Days of the same words together, by their first."""
    found: dict[str, list[int]] = {}
    for day, words in enumerate(days):
        found.setdefault(words, []).append(day)
    return list(found.items())


def _names(days: Sequence[int]) -> str:
    """`周一至周五`, or each by name where they are not in a row."""
    is_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1  # noqa: PLR2004 - two days are named
    if is_row:
        return f"周{_NAMES[days[0]]}至周{_NAMES[days[-1]]}"
    return "、".join(f"周{_NAMES[day]}" for day in days)
