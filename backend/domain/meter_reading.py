"""One reading of a pile's meter, with its place among the pile's messages and both clocks' times."""

from datetime import datetime

import msgspec

from backend.domain.meter_sample import MeterSample


class MeterReading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One `meter` message; `at` is its time in ours, `reported_at` by the pile's clock. (boot, seq) is its place."""

    pile_id: int
    connector_id: int
    gun: int
    session_no: str
    boot: int
    seq: int
    reported_at: datetime
    at: datetime
    received_at: datetime
    is_replayed: bool
    sample: MeterSample

    @property
    def order(self) -> tuple[int, int]:
        """The reading's place among all messages of its pile."""
        return self.boot, self.seq
