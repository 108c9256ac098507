"""`python -m backend.jobs`: timers and sweeps. Any number of these processes may run beside one another."""

import signal
import sys
import threading
from typing import Final, NoReturn

import structlog

from backend import live
from backend.config import ConfigError, load
from backend.connect_gateways import connect_files, connect_gateways
from backend.jobs.loop import run_until
from backend.log import configure_log
from backend.models.engine import database
from backend.self_check import require_safe

EXIT_CONFIG: Final = 2
_log = structlog.get_logger(__name__)


def main() -> NoReturn:
    """Work until SIGTERM or SIGINT; exit status 0, or 2 with one sentence when the settings are wrong."""
    try:
        settings = load()
        configure_log(level=settings.log.level, style=settings.log.format)
        require_safe(settings, "jobs")
        database.connect(settings.database_url)
        live.connect(settings.redis.url or None)
        connect_gateways(settings)
        connect_files(settings)
    except (ConfigError, ValueError) as error:
        print(f"✗ {error}", file=sys.stderr)  # noqa: T201 - for the person at the terminal
        sys.exit(EXIT_CONFIG)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    _log.info("jobs_ready")
    run_until(
        stopping,
        meter_values_kept_days=settings.jobs.meter_values_kept_days,
        guests_kept_days=settings.jobs.guests_kept_days,
    )
    live.close()
    _log.info("jobs_stopped")
    sys.exit(0)


if __name__ == "__main__":
    main()
