"""Every decoder that strangers feed, with seeded mutations of sound input: only its declared error comes out."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.api.app import URL_TABLE
from backend.api.feed.topics import parse_topic
from backend.api.http.decode import decode_body, decode_query
from backend.domain.errors import BadQrLink, InvalidInput, NotifyRejected
from backend.gateways.alipay.pay import AlipayGateway, AlipaySettings
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from backend.services.views.driver.resolve_connector import read_scanned_text
from mqtt_bridge import messages, topics
from mqtt_bridge.item import content_digest
from tests.hostile_texts import TEXTS
from tests.security.hostile import JSON_VALUES, WHOLE_BODIES, mutate, mutate_bytes
from tests.security.tally import SCALE, SEED, nothing_through
from tests.unit.gateways import alipay_side
from tests.unit.gateways import wechat_side as side

WIRE: Final = Path(__file__).resolve().parents[1] / "wire" / "up"
GOLDEN: Final = {path.stem: path.read_bytes() for path in sorted(WIRE.iterdir())}
PUBLIC_URL: Final = "https://charge.example.cn"
NOW: Final = datetime(2026, 11, 23, 10, 0, 6, tzinfo=UTC)
ROUNDS: Final = 50_000 * SCALE
NOTIFIES: Final = 2_000 * SCALE
# What the decoders of the API are fed; each is sound for one of them and nonsense for the others.
BODIES: Final = (
    b'{"code":"wx-code"}',
    b'{"text":"CP00000101"}',
    b'{"connector_no":"CP00000101","limit_fen":5000}',
    b'{"amount_fen":5000,"channel":"wechat"}',
    b'{"account":"zhang.san","password":"secret"}',
    b'{"reason":"test"}',
)


def escapes(declared: type[Exception], decode: Callable[..., object], *given: object) -> list[str]:
    """What came out of `decode(*given)` besides a value and the declared error."""
    try:
        decode(*given)
    except declared:
        return []
    except Exception as error:  # noqa: BLE001 - finding these is the point
        return [repr(error)]
    return []


def test_a_piles_payload_is_taken_or_refused_by_a_decode_error_whatever_its_bytes() -> None:
    rng = random.Random(SEED)
    through: list[str] = []
    corpus = [*WHOLE_BODIES, *(text.encode() for text in JSON_VALUES)]
    inputs = [(kind, payload) for kind in GOLDEN for payload in corpus]
    inputs += [(kind, mutate(rng, GOLDEN[kind])) for kind in rng.choices(list(GOLDEN), k=ROUNDS)]
    for kind, payload in inputs:
        topic = topics.up("CP1", kind)
        through += escapes(messages.DecodeError, messages.decode, topic, payload)
        through += escapes(messages.DecodeError, messages.find_id, payload)
        through += escapes(messages.DecodeError, content_digest, payload)
    nothing_through("fuzz: messages of piles", tried=len(inputs), through=through)


def test_what_is_taken_of_a_mutated_payload_is_within_the_protocols_ranges() -> None:
    """A reader that is right after mutation, too: nothing comes out that the struct's own limits forbid."""
    rng = random.Random(SEED)
    taken = 0
    through: list[str] = []
    for kind in rng.choices(list(GOLDEN), k=ROUNDS // 4):
        payload = mutate(rng, GOLDEN[kind])
        topic = topics.up("CP1", kind)
        try:
            message = messages.decode(topic, payload)
        except messages.DecodeError:
            continue
        taken += 1
        try:
            messages.decode(topic, msgspec.json.encode(message))
        except messages.DecodeError as refusal:
            through.append(f"{payload!r}: {refusal}")
    nothing_through("fuzz: messages taken and read again", tried=taken, through=through)


def test_topics_of_strangers_are_parsed_or_refused() -> None:
    rng = random.Random(SEED)
    parts = ("cp", "v1", "CP1", "up", "down", "meter", "", "+", "#", "$SYS", "..", "\x00", "😀", "x" * 300)
    made = ["/".join(rng.choices(parts, k=rng.randrange(1, 8))) for _ in range(ROUNDS // 4)]
    through = [one for topic in made for one in escapes(messages.DecodeError, messages.decode, topic, b"{}")]
    through += [one for topic in made for one in escapes(InvalidInput, parse_topic, topic)]
    nothing_through("fuzz: topics", tried=2 * len(made), through=through)


@given(st.binary(max_size=2_000), st.sampled_from(sorted(GOLDEN)))
@settings(max_examples=200)
def test_no_bytes_at_all_escape_the_reader_of_piles(payload: bytes, kind: str) -> None:
    assert escapes(messages.DecodeError, messages.decode, topics.up("CP1", kind), payload) == []


def test_a_scanned_text_is_a_clean_key_or_refused() -> None:
    rng = random.Random(SEED)
    link = f"{PUBLIC_URL}/p/K7M2QZ9XPA"
    made = [*TEXTS, *(f"{link}{text}" for text in TEXTS), *(f"{PUBLIC_URL}/p/{text}" for text in TEXTS)]
    for _ in range(ROUNDS // 4):
        letters = list(rng.choice([link, "CP00000101", "CP-0000 0101"]))
        letters[rng.randrange(len(letters))] = chr(rng.choice([rng.randrange(0x80), rng.randrange(0x10FFFF)]))
        made.append("".join(letters))
    through: list[str] = []
    for text in made:
        try:
            key = read_scanned_text(text, public_url=PUBLIC_URL)
        except BadQrLink:
            continue
        except Exception as error:  # noqa: BLE001 - finding these is the point
            through.append(repr(error))
            continue
        if not ((key.qr_token + key.connector_no).isalnum() and (key.qr_token + key.connector_no).isascii()):
            through.append(text)
    nothing_through("fuzz: scanned texts", tried=len(made), through=through)


def test_bodies_and_queries_of_every_operation_are_taken_or_refused_as_invalid_input() -> None:
    rng = random.Random(SEED)
    bodies = [route for route in URL_TABLE if route.decoder is not None]
    queries = [
        route.query_type
        for route in URL_TABLE
        if isinstance(route.query_type, type) and route.query_type.__name__.endswith("Query")
    ]
    made = [*WHOLE_BODIES, *(mutate(rng, rng.choice(BODIES)) for _ in range(ROUNDS // 8))]
    through = [
        one
        for route in bodies
        for body in made
        for one in escapes(InvalidInput, decode_body, body, route.decoder)
    ]
    names = (
        "lat",
        "lng",
        "limit",
        "cursor",
        "q",
        "state",
        "station_no",
        "from_date",
        "limit_fen",
        "radius_m",
        "no",
    )
    asked: list[dict[str, list[bytes]]] = []
    for _ in range(ROUNDS // 40):
        picked = rng.sample(names, k=3)
        asked.append(
            {
                name: [rng.choice(TEXTS).encode("utf-8", "surrogatepass")] * rng.randrange(1, 3)
                for name in picked
            }
        )
    asked += [{"limit": [b"\xff"]}, {"\xed\xa0\x80": [b"1"]}, {"": [b""]}]
    through += [
        one
        for wanted in queries
        for arguments in asked
        for one in escapes(InvalidInput, decode_query, arguments, wanted)
    ]
    assert bodies
    assert queries
    nothing_through(
        "fuzz: HTTP input", tried=len(bodies) * len(made) + len(queries) * len(asked), through=through
    )


@pytest.fixture(scope="module")
def platform_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def pay(platform_key: rsa.RSAPrivateKey) -> WechatPayGateway:
    """A gateway with the production address, which a notify must never make it call."""
    merchant = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return WechatPayGateway(
        WechatPaySettings(
            mchid=side.MCHID,
            appid=side.APPID,
            merchant_private_key_pem=side.pem_of(merchant),
            merchant_serial=side.MERCHANT_SERIAL,
            api_v3_key=side.API_V3_KEY,
            platform_public_key_pem=side.public_pem_of(platform_key),
            platform_public_key_id=side.PLATFORM_KEY_ID,
            notify_url="https://charge.example.com/notify/wechat",
        )
    )


def test_no_mutation_of_a_true_notify_is_believed(
    pay: WechatPayGateway, platform_key: rsa.RSAPrivateKey
) -> None:
    body = side.notify_body(msgspec.json.encode(side.trade()))
    headers = side.signed_headers(platform_key, body, int(NOW.timestamp()))
    assert pay.verify_notify(headers, body, NOW).trade is not None
    rng = random.Random(SEED)
    through: list[str] = []
    for _ in range(NOTIFIES):
        changed, sent = dict(headers), body
        if rng.randrange(2):
            sent = mutate(rng, body)
        else:
            name = rng.choice(list(headers))
            changed[name] = _changed(rng, headers[name])
        if (changed, sent) == (headers, body):
            continue
        through += _believed(pay, changed, sent)
    nothing_through("forged notifies", tried=NOTIFIES, through=through)


def test_no_mutation_of_a_true_form_of_alipay_is_believed(platform_key: rsa.RSAPrivateKey) -> None:
    own_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    alipay = AlipayGateway(
        AlipaySettings(
            app_id=alipay_side.APP_ID,
            seller_id=alipay_side.SELLER_ID,
            private_key=side.pem_of(own_key),
            alipay_public_key=side.public_pem_of(platform_key),
            notify_url=alipay_side.NOTIFY_URL,
            return_url=alipay_side.RETURN_URL,
        )
    )
    body = alipay_side.form(platform_key, alipay_side.notify_fields())
    true = alipay.verify_notify({}, body, NOW)
    rng = random.Random(SEED)
    through: list[str] = []
    for _ in range(NOTIFIES):
        sent = mutate_bytes(rng, body)
        try:
            told = alipay.verify_notify({}, sent, NOW)
        except NotifyRejected:
            continue
        if told != true:  # another spelling of the same form, such as %2b for %2B, is the same notify
            through.append(f"believed: {sent!r}")
    for text in WHOLE_BODIES:
        nonsense = alipay_side.form(platform_key, {"notify_type": text.decode("utf-8", "replace")})
        through += escapes(NotifyRejected, alipay.verify_notify, {}, nonsense, NOW)
    assert true.trade is not None
    nothing_through("forged notifies of Alipay", tried=NOTIFIES, through=through)


def test_signed_nonsense_is_refused_as_well(pay: WechatPayGateway, platform_key: rsa.RSAPrivateKey) -> None:
    rng = random.Random(SEED)
    content = msgspec.json.encode(side.trade())
    made = [side.notify_body(payload) for payload in WHOLE_BODIES]
    made += [mutate(rng, side.notify_body(content)) for _ in range(NOTIFIES // 20)]
    through: list[str] = []
    for body in made:
        headers = side.signed_headers(platform_key, body, int(NOW.timestamp()))
        through += escapes(NotifyRejected, pay.verify_notify, headers, body, NOW)
    nothing_through("fuzz: signed notifies", tried=len(made), through=through)


def _changed(rng: random.Random, value: str) -> str:
    at = rng.randrange(len(value))
    return value[:at] + chr(rng.randrange(32, 127)) + value[at + rng.randrange(2) :]


def _believed(pay: WechatPayGateway, headers: dict[str, Any], body: bytes) -> list[str]:
    """The forgery, where it was not refused by NotifyRejected."""
    try:
        pay.verify_notify(headers, body, NOW)
    except NotifyRejected:
        return []
    except Exception as error:  # noqa: BLE001 - finding these is the point
        return [repr(error)]
    return [f"believed: {headers} {body!r}"]
