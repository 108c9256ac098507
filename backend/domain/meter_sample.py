"""What a meter shows at an instant: the one list from which wire message, columns, live value and views derive.

The ranges are what a message may claim; whether a value is true is `meter.py`'s question.
"""

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

Register: TypeAlias = Annotated[int, Meta(ge=0, le=10**13)]
Power: TypeAlias = Annotated[int, Meta(ge=-10_000_000, le=10_000_000)]  # below 0: energy back to the grid
Voltage: TypeAlias = Annotated[int, Meta(ge=0, le=100_000_000)]
Current: TypeAlias = Annotated[int, Meta(ge=-100_000_000, le=100_000_000)]
Percent: TypeAlias = Annotated[int, Meta(ge=0, le=100)]
Temperature: TypeAlias = Annotated[int, Meta(ge=-100, le=1_000)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class MeterSample(msgspec.Struct, frozen=True, gc=False):
    """None is what a pile does not tell. A new value is a line here and a column in the tables that keep it."""

    register_wh: Register
    power_w: Power
    voltage_mv: Voltage
    current_ma: Current
    soc_percent: Percent | None
    temperature_c: Temperature | None
    remaining_s: Count | None


SAMPLE_NAMES: Final = MeterSample.__struct_fields__
SAMPLE_KEPT: Final = tuple(name for name in SAMPLE_NAMES if name != "remaining_s")
"""What is kept of every reading; the remaining time passes with its moment."""
