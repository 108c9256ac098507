"""The shape of every answer: request ids, errors, headers, limits of body and rate, scopes, keys."""

import socket
import threading
from collections.abc import Iterator
from typing import Annotated

import msgspec
import pytest
import requests

from backend.api.http import exchange as handler
from backend.api.http.call import Call
from backend.api.http.route import Limit, Reply, Route, RouteError, Scope, by_path
from backend.domain import errors
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from tests.api_server import ApiClient, running_api
from tests.builders import a_driver, a_staff, a_token, an_operator
from tests.waiting import LIMIT_S

gate = threading.Event()


class Echo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=70_000)]


class Who(msgspec.Struct, frozen=True):
    no: str


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: Annotated[int, msgspec.Meta(ge=1)] = 20


async def echo(call: Call[Echo, None]) -> Echo:
    return call.body


async def page(call: Call[None, Page]) -> Page:
    return call.query


async def who(call: Call[None, None]) -> Who:
    return Who(call.actor.no)


async def key(call: Call[None, None]) -> Who:
    return Who(call.key)


async def named(call: Call[None, None]) -> Who:
    return Who(call.path["name"])


async def refuse(call: Call[None, None]) -> Who:
    raise errors.DriverBusy(session_no="S1")


async def break_down(call: Call[None, None]) -> Who:
    raise RuntimeError("secret detail")


async def nothing(call: Call[None, None]) -> None:
    return None


async def raw(call: Call[bytes, None]) -> Reply:
    return Reply(body=call.body)


async def reject(call: Call[bytes, None]) -> Reply:
    raise errors.NotifyRejected(reason="signature")


async def hang(call: Call[None, None]) -> Who:
    await call.transact(gate.wait)
    return Who("done")


def _route(method: str, path: str, handle: object, scope: object = Scope.PUBLIC, **more: object) -> Route:
    return Route(method=method, path=path, scope=scope, handle=handle, summary="测试", tag="t", **more)  # type: ignore[arg-type] # the point of some tests


ROUTES = (
    _route("POST", "/echo", echo),
    _route("GET", "/page", page),
    _route("GET", "/driver", who, Scope.DRIVER),
    _route("GET", "/staff", who, Scope.STAFF),
    _route("GET", "/orders", who, Permission.ORDER_READ),
    _route("POST", "/key", key, Scope.DRIVER, needs_key=True, status=201),
    _route("GET", "/named/{name}", named),
    _route("GET", "/named/first", nothing),
    _route("GET", "/refuse", refuse),
    _route("GET", "/break", break_down),
    _route("POST", "/raw", raw),
    _route("POST", "/notify", reject, Scope.CHANNEL),
    _route("GET", "/limited", nothing, limit=Limit("t", 2, 60, "ip", is_shared=False)),
    _route("GET", "/hang", hang),
)


@pytest.fixture
def api(database: str) -> Iterator[ApiClient]:
    gate.clear()
    with running_api(ROUTES) as client:
        yield client
        gate.set()


# the handler is the same whatever the database: one kind is enough
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _error(response: requests.Response) -> str:
    body = response.json()["error"]
    assert set(body) == {"code", "message", "data", "request_id"}
    assert body["request_id"] == response.headers["X-Request-Id"]
    code = body["code"]
    assert isinstance(code, str)
    return code


def test_every_answer_has_an_id_and_the_headers_that_protect_it(api: ApiClient) -> None:
    for path, status in (("/page", 200), ("/refuse", 409), ("/nowhere", 404), ("/break", 500)):
        response = api.get(path)
        assert response.status_code == status
        assert len(response.headers["X-Request-Id"]) == 26
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "Server" not in response.headers


def test_a_refusal_tells_code_sentence_and_data(api: ApiClient) -> None:
    response = api.get("/refuse")
    assert _error(response) == "driver_busy"
    assert response.json()["error"]["data"] == {"session_no": "S1"}


def test_a_bug_is_a_500_that_tells_nothing(api: ApiClient) -> None:
    response = api.get("/break")
    assert _error(response) == "internal_error"
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_an_unknown_address_and_a_wrong_method_have_the_same_shape(api: ApiClient) -> None:
    assert _error(api.get("/nowhere")) == "not_found"
    response = api.delete("/echo")
    assert (response.status_code, _error(response), response.headers["Allow"]) == (
        405,
        "method_not_allowed",
        "POST",
    )
    assert api.request("BREW", "/echo").status_code == 405


@pytest.mark.parametrize(
    "path", ["/named/%ff", "/named/%FE%00", "/%2e%2e/%2e%2e/etc/passwd", "/page?limit=%ff"]
)
def test_a_path_that_is_no_text_is_refused_without_a_500(api: ApiClient, path: str) -> None:
    response = api.get(path)
    assert response.status_code in {400, 404}
    assert _error(response) in {"invalid_input", "not_found"}


def test_a_fixed_word_wins_over_a_parameter_in_its_place(api: ApiClient) -> None:
    assert api.get("/named/first").status_code == 204
    assert api.get("/named/second").json() == {"no": "second"}


@pytest.mark.parametrize(
    ("body", "content_type", "field"),
    [
        (b'{"text":"a","price":1}', "application/json", "price"),
        (b"{}", "application/json", "text"),
        (b"text=a", "application/x-www-form-urlencoded", "Content-Type"),
        (b'{"text":"a"}', "text/plain", "Content-Type"),
        (b"{", "application/json", ""),
    ],
)
def test_a_wrong_body_is_refused_with_its_field(
    api: ApiClient, body: bytes, content_type: str, field: str
) -> None:
    response = api.post("/echo", data=body, headers={"Content-Type": content_type})
    assert response.status_code == 400
    assert _error(response) == "invalid_input"
    assert response.json()["error"]["data"]["field"] == field


def test_a_body_where_none_belongs_is_refused(api: ApiClient) -> None:
    assert _error(api.get("/page", data=b"x")) == "invalid_input"


@pytest.mark.parametrize("coding", ["length", "chunked"])
@pytest.mark.parametrize("size", [64 * 1024 + 1, 1_000_000])
def test_a_body_beyond_64_kib_is_refused(api: ApiClient, size: int, coding: str) -> None:
    def pieces() -> Iterator[bytes]:
        for start in range(0, size, 10_000):
            yield b"x" * min(10_000, size - start)

    response = api.post("/raw", data=pieces() if coding == "chunked" else b"x" * size)
    assert response.status_code == 413
    assert _error(response) == "payload_too_large"


def test_a_body_of_64_kib_is_taken_also_in_pieces(api: ApiClient) -> None:
    body = b"x" * 64 * 1024
    assert api.post("/raw", data=body).content == body
    assert api.post("/raw", data=iter([body[:40_000], body[40_000:]])).content == body


def test_nonsense_on_the_wire_does_not_stop_the_server(api: ApiClient) -> None:
    port = int(api.base_url.rpartition(":")[2])
    for junk in (
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -5\r\nHost: x\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
    ):
        assert b"500" not in _send(port, junk)[:20]
    assert api.get("/page").status_code == 200


def test_a_promise_of_gigabytes_is_refused_before_they_come(api: ApiClient) -> None:
    port = int(api.base_url.rpartition(":")[2])
    answer = _send(port, b"POST /raw HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000000\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"Connection: close" in answer


def test_a_body_that_does_not_come_costs_its_connection_and_nothing_else(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "BODY_TIMEOUT_S", 0.05)
    port = int(api.base_url.rpartition(":")[2])
    for head in (b"Content-Length: 9", b"Transfer-Encoding: chunked"):
        assert _send(port, b"POST /raw HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n") == b""
    assert api.post("/raw", data=b"whole").content == b"whole"


def test_head_and_methods_nobody_serves_are_told_which_are(api: ApiClient) -> None:
    for method in ("HEAD", "TRACE", "BREW"):
        response = api.request(method, "/page")
        assert (response.status_code, response.headers["Allow"]) == (405, "GET")
        assert int(response.headers["Content-Length"]) > 0
        assert bool(response.content) is (method != "HEAD")
    assert api.get("/page").status_code == 200


def _send(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S) as connection:
        connection.sendall(request)
        return connection.recv(4_000)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer nobody", "Bearer " + "x" * 500]
)
def test_no_valid_token_is_a_401(api: ApiClient, header: str) -> None:
    response = api.get("/driver", headers={"Authorization": header} if header else {})
    assert (response.status_code, _error(response)) == (401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_scopes_keep_drivers_and_staff_apart(api: ApiClient) -> None:
    now = utc_now()
    operator = an_operator(now=now)
    driver = a_driver(now=now)
    reader = a_staff(operator=operator, now=now, permissions=[Permission.ORDER_READ])
    other = a_staff(operator=operator, now=now, permissions=[])
    tokens = {
        name: a_token(owner=owner, now=now) for name, owner in (("d", driver), ("r", reader), ("o", other))
    }
    statuses = {
        (name, path): api.as_owner_of(token).get(path).status_code
        for name, token in tokens.items()
        for path in ("/driver", "/staff", "/orders")
    }
    assert statuses == {
        ("d", "/driver"): 200,
        ("d", "/staff"): 403,
        ("d", "/orders"): 403,
        ("r", "/driver"): 403,
        ("r", "/staff"): 200,
        ("r", "/orders"): 200,
        ("o", "/driver"): 403,
        ("o", "/staff"): 200,
        ("o", "/orders"): 403,
    }


@pytest.mark.parametrize("given", [None, "", "a b", "钥匙".encode().decode("latin-1"), "x" * 81])
def test_a_post_that_needs_a_key_is_refused_without_a_sane_one(api: ApiClient, given: str | None) -> None:
    now = utc_now()
    owner = api.as_owner_of(a_token(owner=a_driver(now=now), now=now))
    response = owner.post("/key", headers={} if given is None else {"Idempotency-Key": given})
    assert (response.status_code, _error(response)) == (400, "idempotency_key_missing")


def test_a_key_reaches_the_handler(api: ApiClient) -> None:
    now = utc_now()
    owner = api.as_owner_of(a_token(owner=a_driver(now=now), now=now))
    response = owner.post("/key", headers={"Idempotency-Key": "k" * 80})
    assert (response.status_code, response.json()) == (201, {"no": "k" * 80})


def test_too_many_requests_are_told_how_long_to_wait(api: ApiClient) -> None:
    assert [api.get("/limited").status_code for _ in range(3)] == [204, 204, 429]
    response = api.get("/limited")
    assert _error(response) == "rate_limited"
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert response.json()["error"]["data"]["retry_after_s"] >= 1


def test_a_refused_notify_tells_a_stranger_nothing(api: ApiClient) -> None:
    response = api.post("/notify", data=b"junk")
    assert (response.status_code, _error(response)) == (400, "notify_rejected")
    assert "signature" not in response.text


def test_transactions_that_wait_do_not_keep_other_requests_waiting(api: ApiClient) -> None:
    waiting = [threading.Thread(target=api.as_owner_of("").get, args=("/hang",)) for _ in range(6)]
    for thread in waiting:
        thread.start()
    assert api.get("/page").status_code == 200
    gate.set()
    for thread in waiting:
        thread.join(LIMIT_S)
        assert not thread.is_alive()


def test_a_route_without_scope_strict_input_or_types_refuses_to_exist(database: str) -> None:
    class Loose(msgspec.Struct):
        text: str

    async def loose(call: Call[Loose, None]) -> Who:
        return Who(call.body.text)

    async def untyped(call):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - the point
        return None

    def blocking(call: Call[None, None]) -> Who:
        return Who("")

    with pytest.raises(RouteError, match="no scope"):
        _route("GET", "/x", who, scope=None)
    for handle in (loose, untyped, blocking):
        with pytest.raises(RouteError):
            _route("POST", "/x", handle)


def test_the_same_address_twice_refuses_to_start(database: str) -> None:
    with pytest.raises(RouteError, match="twice"):
        by_path([ROUTES[0], ROUTES[0]])
