"""The self-check: what a program must not start with in production, told all at once, and what should be better.

Only entry points call this: each program asks what it will use itself, `scripts/self_check` asks everything.
A server that is away is told, not waited for: the programs wait for servers by themselves.
"""

from collections.abc import Callable, Iterable
from typing import Final, Literal

import structlog

from backend.config import ConfigError, Settings
from backend.self_check.broker import check_broker
from backend.self_check.database_server import check_database_server
from backend.self_check.finding import Finding, Level
from backend.self_check.redis_server import check_redis_server
from backend.self_check.settings import (
    check_channels,
    check_database_url,
    check_files,
    check_mqtt,
    check_process,
    check_redis_url,
    check_second_factor,
    check_web,
)

Program = Literal["api", "bridge", "jobs"]
Check = Callable[[Settings], Iterable[Finding]]

_STORES: Final[tuple[Check, ...]] = (
    check_database_url,
    check_database_server,
    check_redis_url,
    check_redis_server,
)
CHECKS: Final[dict[Program, tuple[Check, ...]]] = {
    "api": (check_process, check_web, check_channels, check_files, check_second_factor, *_STORES),
    "bridge": (check_process, *_STORES, check_mqtt, check_broker),
    "jobs": (check_process, check_channels, check_files, *_STORES),
}
ALL_CHECKS: Final = tuple(dict.fromkeys(check for checks in CHECKS.values() for check in checks))

_log = structlog.get_logger(__name__)


def find_all(settings: Settings, checks: Iterable[Check] = ALL_CHECKS) -> list[Finding]:
    """What these checks find, whatever the mode. Opens connections of its own and closes them."""
    return [finding for check in checks for finding in check(settings)]


def require_safe(settings: Settings, program: Program) -> None:
    """Log what should be better; in production raise ConfigError with a line for each unsafe setting.

    Call it before the program connects to anything: it uses and closes the same connections.
    """
    if settings.mode != "production":
        return
    findings = find_all(settings, CHECKS[program])
    for finding in findings:
        if finding.level in (Level.ADVICE, Level.UNKNOWN):
            _log.warning("self_check", key=finding.key, level=finding.level.value, said=finding.said)
    if refused := [finding for finding in findings if finding.level is Level.UNSAFE]:
        raise ConfigError("\n✗ ".join(f"{finding.key}：{finding.said}" for finding in refused))
