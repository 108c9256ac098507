"""Exports (导出) of lists to files: what can be exported, in which form, and the states one goes through."""

from enum import StrEnum
from typing import Final


class ExportKind(StrEnum):
    """The list that is exported."""

    MOVEMENTS = "movements"
    ORDERS = "orders"
    PAYMENTS = "payments"
    REFUNDS = "refunds"
    DRIVERS = "drivers"
    DRIVER_DATA = "driver_data"


class ExportFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


class ExportState(StrEnum):
    """Queued, it waits for a worker; running, its claim is held by one or has run out and another takes over."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN: Final = frozenset({ExportState.QUEUED, ExportState.RUNNING})
TRIED_AGAIN: Final = frozenset({ExportState.FAILED, ExportState.CANCELLED})
"""From here somebody may have it go on where it stopped."""


class ExportFault(StrEnum):
    """Why one failed."""

    NO_RIGHT = "no_right"
    TOO_LARGE = "too_large"
    TROUBLE = "trouble"
