import socket

import pytest

from backend.gateways.outbound_session import OutboundSession, TransportError
from tests.unit.gateways import wechat_side as side


def _closed_base() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_a_request_that_never_left_says_so_and_nothing_of_its_url() -> None:
    with OutboundSession() as session, pytest.raises(TransportError) as caught:
        session.get(f"{_closed_base()}/?secret=canary")
    assert not caught.value.sent
    assert caught.value.__context__ is None  # `from None` would only hide it
    assert "canary" not in repr(caught.value)


def test_a_request_that_was_read_may_have_been_acted_upon(channel: side.Channel) -> None:
    channel.answer = lambda _request: None
    with OutboundSession() as session, pytest.raises(TransportError) as caught:
        session.get(f"{channel.base}/?secret=canary")
    assert caught.value.sent
    assert caught.value.__context__ is None
    assert "canary" not in repr(caught.value)


def test_an_answer_is_read_whole_and_only_once(channel: side.Channel) -> None:
    body = bytes(range(256)) * 512  # several pieces
    channel.answer = lambda _request: side.Answer(200, body)
    with OutboundSession() as session:
        answer = session.get(channel.base)
        assert answer.content == body
        assert answer.content == body
