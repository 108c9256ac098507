"""What makes two final records one and the same: everything the pile says of the end, whatever envelope it comes in."""

import hashlib
from collections.abc import Iterator

from backend.domain.meter import FinalRecord

DIGEST_LENGTH = 32


def record_digest(
    record: FinalRecord,
    *,
    session_no: str,
    gun: int,
    stop_reason: str,
    raw_stop_code: str,
    reported_fen_e4: int | None,
) -> str:
    """A short name of the content; times are by the pile's clock, as it told them."""
    parts = [session_no, gun, stop_reason, raw_stop_code, reported_fen_e4, *_parts(record)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:DIGEST_LENGTH]


def _parts(record: FinalRecord) -> Iterator[object]:
    yield from (record.started_at.isoformat(), record.ended_at.isoformat())
    yield from (record.register_start_wh, record.register_end_wh)
    for segment in record.segments:
        yield from (segment.from_at.isoformat(), segment.to_at.isoformat(), segment.energy_wh)
