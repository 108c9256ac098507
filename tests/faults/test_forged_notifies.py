"""M21: a notify that is forged, altered or of another payment credits nothing, whatever its bytes: 4xx, never 5xx."""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.faults.notify_door import AMOUNT_FEN, NotifyDoor, new_channel, open_door
from tests.invariants import check_invariants
from tests.pay_channel import HandMadeChannel
from tests.unit.gateways import wechat_side as side

SEED: Final = 20_261_123
MUTANTS: Final = 2_000
MOST_BITS: Final = 3
WINDOW_S: Final = 300


@pytest.fixture(scope="module")
def channel() -> HandMadeChannel:
    return new_channel()


@pytest.fixture
def door(database: str, channel: HandMadeChannel, monkeypatch: pytest.MonkeyPatch) -> Iterator[NotifyDoor]:
    with open_door(channel, monkeypatch) as door:
        yield door
        check_invariants()


def expect_only_the_true_one_credits(door: NotifyDoor) -> None:
    """Nothing was credited until now, and the payment is not spoilt for the true notify."""
    assert (door.credits(), door.balance_fen()) == (0, 0)
    assert door.tell(door.trade()) == 204
    assert (door.credits(), door.balance_fen()) == (1, AMOUNT_FEN)


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_notify_with_any_bits_flipped_credits_nothing(door: NotifyDoor) -> None:
    body = side.notify_body(json.dumps(door.trade()).encode())
    headers = {name: value.encode() for name, value in door.signed(body).items()}
    chance = random.Random(SEED)
    statuses = {_post_flipped(door, headers, body, chance) for _ in range(MUTANTS)}
    assert statuses == {400}
    expect_only_the_true_one_credits(door)


def _post_flipped(door: NotifyDoor, headers: dict[str, bytes], body: bytes, chance: random.Random) -> int:
    """One to three different bits of the body and the header values, together one string, are the other way."""
    parts = [*headers.values(), body]
    whole = bytearray(b"".join(parts))
    for bit in chance.sample(range(8 * len(whole)), chance.randint(1, MOST_BITS)):
        whole[bit // 8] ^= 1 << bit % 8
    ends = [sum(map(len, parts[:count])) for count in range(len(parts) + 1)]
    cut = [bytes(whole[start:end]) for start, end in itertools.pairwise(ends)]
    return door.post(dict(zip(headers, cut, strict=False)), cut[-1])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_notify_cut_short_or_continued_credits_nothing(door: NotifyDoor) -> None:
    body = side.notify_body(json.dumps(door.trade()).encode())
    headers = door.signed(body)
    altered = [body[:length] for length in range(0, len(body), 7)] + [body + b" ", body * 2, body[::-1]]
    assert {door.post(headers, one) for one in altered} == {400}
    expect_only_the_true_one_credits(door)


PROOFS: dict[str, dict[str, str]] = {
    "no signature": {"Wechatpay-Signature": ""},
    "a probe's signature": {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"},
    "a signature that is no base64": {"Wechatpay-Signature": "????"},
    "another serial": {"Wechatpay-Serial": "PUB_KEY_ID_0000000000000000000000000000000000"},
    "a serial that is no text": {"Wechatpay-Serial": "\x00\x01"},
    "another nonce": {"Wechatpay-Nonce": "0123456789abcdef"},
    "no nonce": {"Wechatpay-Nonce": ""},
    "another kind of signature": {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"},
    "a time that is no number": {"Wechatpay-Timestamp": "soon"},
    "digits of another script": {"Wechatpay-Timestamp": "１７６３８９２０１０"},
    "an endless time": {"Wechatpay-Timestamp": "9" * 400},
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_notify_with_one_header_wrong_credits_nothing(door: NotifyDoor) -> None:
    body = side.notify_body(json.dumps(door.trade()).encode())
    statuses = {case: door.post(door.signed(body) | wrong, body) for case, wrong in PROOFS.items()}
    assert statuses == dict.fromkeys(PROOFS, 400)
    expect_only_the_true_one_credits(door)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_genuine_notify_from_another_time_credits_nothing(door: NotifyDoor) -> None:
    body = side.notify_body(json.dumps(door.trade()).encode())
    ages_s = (WINDOW_S + 5, -WINDOW_S - 5, 86_400, 10**9)
    assert [door.post(door.signed(body, age_s=age_s), body) for age_s in ages_s] == [400] * len(ages_s)
    expect_only_the_true_one_credits(door)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_notify_within_the_window_is_genuine(door: NotifyDoor) -> None:
    body = side.notify_body(json.dumps(door.trade()).encode())
    assert door.post(door.signed(body, age_s=WINDOW_S - 30), body) == 204
    assert door.balance_fen() == AMOUNT_FEN


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_notify_signed_or_sealed_by_another_credits_nothing(door: NotifyDoor) -> None:
    content = json.dumps(door.trade()).encode()
    body = side.notify_body(content)
    assert door.post(door.signed(body, key=door.channel.other_key), body) == 400
    strange = side.notify_body(content, key="x" * 32)
    assert door.post(door.signed(strange), strange) == 400
    for field, value in (("associated_data", "refund"), ("nonce", "fdasflkja485"), ("algorithm", "none")):
        opened = json.loads(body)
        opened["resource"][field] = value
        swapped = json.dumps(opened).encode()
        assert door.post(door.signed(swapped), swapped) == 400
    expect_only_the_true_one_credits(door)


# Signed and sealed as WeChat Pay does, so that only the content is wrong: what each field may not be.
WRONG: dict[str, tuple[object, ...]] = {
    "mchid": (None, "", "1900000110", 1_900_000_109, ["1900000109"]),
    "appid": (None, "", "wx9999999999999999", {}),
    "out_trade_no": (None, "", "P2026NOBODYS0001", "车" * 64, "x" * 65, 7),
    "transaction_id": (None, "", 4_200, "x" * 65),
    "trade_state": (None, "", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR", "success"),
    "success_time": (None, "", "yesterday", "2026-11-23T18:00:05", 1_763_892_005),
    "amount": (
        None,
        [],
        5_000,
        *(
            {"total": total, "currency": "CNY"}
            for total in (4_999, 5_001, 0, -5_000, 5_000.5, "5000", 10**30)
        ),
        *({"total": 5_000, "currency": currency} for currency in (None, "", "USD", "cny", 156)),
    ),
}


@pytest.mark.parametrize("field", WRONG)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_signed_notify_with_one_field_wrong_credits_nothing(door: NotifyDoor, field: str) -> None:
    for value in WRONG[field]:
        trade: dict[str, Any] = door.trade(**{field: value})
        if value is None:
            del trade[field]
        assert door.tell(trade) == 400, f"{field} = {value!r}"
    expect_only_the_true_one_credits(door)
