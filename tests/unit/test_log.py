"""What the log keeps to itself."""

import io
import logging

import pytest
import requests

from backend.log import configure_log

CANARY = "canary-0123456789abcdef"


def test_a_line_that_cannot_be_written_tells_nothing_of_the_error_being_handled(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    gone = io.StringIO()
    with monkeypatch.context() as while_starting:
        while_starting.setattr("sys.stderr", gone)
        monkeypatch.setattr(logging, "raiseExceptions", True)
        configure_log(level="info", style="text")
    gone.close()
    url_without_scheme = f"channel/?secret={CANARY}"
    try:
        requests.get(url_without_scheme, timeout=1)
    except requests.RequestException:
        logging.getLogger("tests.log").warning("channel_unreachable")
    assert CANARY not in "".join(capfd.readouterr())
