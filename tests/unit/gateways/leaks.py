"""Finds a canary secret wherever an error or a log could have carried it."""

import logging
import traceback
from collections.abc import Callable

import pytest

SEEN_LOGGERS = ("", "urllib3", "urllib3.connectionpool", "urllib3.util.retry", "requests", "wechatpy")


def text_left_behind(
    call: Callable[[], object], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> str:
    """Run a call that fails, with every logger at DEBUG, and return all text that came of it."""
    for name in SEEN_LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    texts: list[str] = []
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it must be discreet
        texts += traceback.format_exception(error)
        texts += _chain(error)
    for record in caplog.records:
        texts += [record.getMessage(), repr(record.args), str(record.exc_info)]
    out, err = capfd.readouterr()
    return "\n".join([*texts, out, err])


def _chain(error: BaseException | None) -> list[str]:
    """Every error behind this one, also where `from None` hides it from a traceback."""
    texts: list[str] = []
    while error is not None:
        texts += [str(error), repr(error), repr(error.args), repr(getattr(error, "data", None))]
        error = error.__cause__ or error.__context__
    return texts
