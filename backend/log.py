"""Structured logs of every process: one event a line with its key-values, on standard error.

INFO is a business fact once, WARNING wants someone to look. Values under a secret's name never get out.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, Literal

import structlog

SECRET_WORDS: Final = (
    "token",
    "secret",
    "password",
    "authorization",
    "session_key",
    "api_v3_key",
    "phone",
    "openid",
)
HIDDEN: Final = "***"
# these write URLs with secrets, or whole bodies, at DEBUG
NOISY_LIBRARIES: Final = ("urllib3", "requests", "wechatpy", "wechatpayv3", "peewee", "tornado.access")


def configure_log(*, level: str, style: Literal["json", "text"]) -> None:
    """Send structlog and the standard library's loggers to standard error in one style.

    A line that cannot be written is lost without a word: the stack that `logging` would print instead carries whatever
    error is being handled, and with it the URL and the secret that our own lines leave out.
    """
    logging.raiseExceptions = False
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    renderer: structlog.typing.Processor
    if style == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        # plain: the rich ones print local variables, and secrets with them
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in NOISY_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def hide_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every key that is named like a secret."""
    for key in event:
        if any(word in key.lower() for word in SECRET_WORDS) and event[key]:
            event[key] = HIDDEN
    return event
