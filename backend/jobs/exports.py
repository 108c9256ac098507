"""Exports are written in a thread of their own, one at a time in each process: a long one holds no deadline up."""

import contextlib
import threading
from types import TracebackType
from typing import Final, Self

import structlog

from backend.crash_points import CrashPoint
from backend.domain.errors import DomainError, ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.models.engine import database
from backend.services.exports.claims import ClaimedExport, ClaimLost, claim_export, release_export
from backend.services.exports.write_export import write_export

REST_S: Final = 2.0
_BEFORE_WRITE: Final = CrashPoint("exports.before_write")
_log = structlog.get_logger(__name__)


class ExportLane:
    """A context: inside it a thread writes what is asked for; at its end the part under way is finished first."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs-exports", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """What is under way is left: its claim runs out, and another process goes on with it."""
        self._ending.set()
        self._thread.join(timeout=REST_S)

    def _run(self) -> None:
        while not self._ending.is_set():
            worked = False
            try:
                worked = run_next_export()
            except ServiceUnavailable:
                pass  # the loop of the jobs says so
            except Exception:  # noqa: BLE001 - the thread outlives whatever a turn meets
                _log.exception("exports_turn_failed")
                database.close()
            if not worked:
                self._ending.wait(REST_S)
        database.close()


def run_next_export() -> bool:
    """Write the oldest export that waits; False where none does. Raises ServiceUnavailable."""
    claimed = claim_export(now=utc_now())
    if claimed is None:
        return False
    _BEFORE_WRITE()
    try:
        write_export(claimed=claimed, clock=utc_now)
    except ClaimLost:
        _log.info("export_left", export_no=claimed.export_no)
    except Exception as error:  # noqa: BLE001 - tried again, and given up after some times
        _put_off(claimed, error)
    return True


def _put_off(claimed: ClaimedExport, error: Exception) -> None:
    if not isinstance(error, DomainError):
        database.close()  # whatever it was, the next transaction starts on a fresh connection
    _log.warning("export_put_off", export_no=claimed.export_no, exc_info=error)
    with contextlib.suppress(ClaimLost):
        release_export(claimed=claimed, now=utc_now())
