"""Every refusal has its status and a sentence for people, with and without data."""

import pkgutil
import re
from importlib import import_module

import pytest

import backend
from backend.api import openapi
from backend.api.http.answers import ANSWERS
from backend.api.http.errors import describe, describe_internal, message_for_code, message_of
from backend.api.http.sentences import yuan
from backend.api.routes import ROUTES
from backend.domain import errors
from backend.services.access.password_guesses import NETWORK_ATTEMPTS, NETWORK_WINDOW

DRIVER_ROUTES = [route for route in ROUTES if route.is_for_driver]
STAFF_WORDS = re.compile(
    r"[A-Za-z_]{4,}|参数|请求方法|地址|记账|渠道|凭证|防重复|标识|翻页|限额|充电记录|冻结|结算"
)
"""Words of programmers and bookkeepers, and names no page of a driver has."""


def _all_errors() -> list[type[errors.DomainError]]:
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if module.name.startswith(
            ("backend.domain", "backend.services", "backend.gateways", "backend.models")
        ):
            import_module(module.name)
    found: list[type[errors.DomainError]] = []
    waiting = list(errors.DomainError.__subclasses__())
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("backend.")]


def test_every_error_has_an_answer_and_every_answer_an_error() -> None:
    assert set(_all_errors()) == set(ANSWERS)


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in ANSWERS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.code)
def test_an_error_without_data_still_has_a_whole_chinese_sentence(kind: type[errors.DomainError]) -> None:
    text = message_of(kind())
    assert text.endswith("。")
    assert "None" not in text
    assert "{" not in text
    assert any("一" <= letter <= "鿿" for letter in text)


def test_a_driver_reads_no_word_of_programmers_and_bookkeepers() -> None:
    kinds = {kind for route in DRIVER_ROUTES for kind in openapi.errors_of(route)}
    for kind in kinds:
        text = message_of(kind(field="limit_fen", reason="x"), to_driver=True)
        assert text.endswith("。")
        assert not STAFF_WORDS.search(text), text


def test_a_driver_and_staff_read_of_one_error_what_each_can_use() -> None:
    error = errors.InvalidInput(field="state", reason="没有这个值")
    assert message_of(error) == "状态没有这个值，请修改后再试。"
    assert describe(error, "R1", to_driver=True)[1].error.message.startswith("提交的内容有误")


@pytest.mark.parametrize("kind", ANSWERS, ids=lambda kind: kind.code)
def test_a_refusal_is_a_client_error_or_says_that_we_cannot(kind: type[errors.DomainError]) -> None:
    assert 400 <= ANSWERS[kind].status <= 504


def test_a_low_balance_names_what_is_missing() -> None:
    error = errors.BalanceTooLow(available_fen=180, required_fen=500)
    assert message_of(error) == "余额不足：还需 ¥3.20 才能启动，请先充值。"


def test_wrong_credentials_name_the_rule_of_the_lock() -> None:
    minutes = int(NETWORK_WINDOW.total_seconds() // 60)
    assert f"{NETWORK_ATTEMPTS} 次" in message_of(errors.WrongCredentials())
    assert f"{minutes} 分钟" in message_of(errors.WrongCredentials())


def test_only_the_named_fields_leave_the_server() -> None:
    status, reply = describe(errors.ServiceUnavailable(reason="database"), "R1")
    assert status == 503
    assert reply.error.data == {}
    _, busy = describe(errors.DriverBusy(session_no="S1", secret="x"), "R1")
    assert busy.error.data == {"session_no": "S1"}


def test_a_bug_tells_nothing_but_the_request_id() -> None:
    reply = describe_internal("R1")
    assert (reply.error.code, reply.error.data, reply.error.request_id) == ("internal_error", {}, "R1")


def test_a_code_alone_gives_the_same_sentence() -> None:
    assert message_for_code("connector_busy") == message_of(errors.ConnectorBusy())


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0.00"), (5, "¥0.05"), (320, "¥3.20"), (-150, "-¥1.50"), (12_345_678, "¥123,456.78")],
)
def test_money_is_written_in_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text
