"""Lives of codes and tokens, with a time of our own."""

import pytest

from scripts.stand_ins.sandbox.errors import PayError, WechatError
from scripts.stand_ins.sandbox.people import AccessTokens, OneUseCodes, person, phone_number

NOW_S = 1_800_000_000.0


def _errcode(codes: OneUseCodes[str], code: str, now_s: float) -> int:
    with pytest.raises(WechatError) as refused:
        codes.redeem(code, now_s)
    return refused.value.errcode


def test_code_is_good_once_and_for_five_minutes() -> None:
    codes: OneUseCodes[str] = OneUseCodes()
    used, old = codes.mint("a", NOW_S), codes.mint("b", NOW_S)
    assert codes.redeem(used, NOW_S + 300) == "a"
    assert _errcode(codes, used, NOW_S + 300) == 40163
    assert _errcode(codes, old, NOW_S + 301) == 40029
    assert _errcode(codes, "not minted here", NOW_S) == 40029


def test_token_is_renewed_five_minutes_early_and_the_old_one_lives_on() -> None:
    tokens = AccessTokens()
    first, left_s = tokens.stable(force=False, now_s=NOW_S)
    assert left_s == 7200
    assert tokens.stable(force=False, now_s=NOW_S + 100) == (first, 7100)
    second, left_s = tokens.stable(force=False, now_s=NOW_S + 6900)
    assert second != first
    assert left_s == 7200
    tokens.require(first, NOW_S + 7199)
    with pytest.raises(WechatError) as refused:
        tokens.require(first, NOW_S + 7200)
    assert refused.value.errcode == 42001
    tokens.require(second, NOW_S + 7200)


def test_forced_refresh_ends_the_old_token_at_once() -> None:
    tokens = AccessTokens()
    first, _ = tokens.stable(force=False, now_s=NOW_S)
    second, _ = tokens.stable(force=True, now_s=NOW_S)
    with pytest.raises(WechatError) as refused:
        tokens.require(first, NOW_S)
    assert refused.value.errcode == 40001
    tokens.require(second, NOW_S)


def test_forced_refresh_is_limited_to_one_in_thirty_seconds_and_twenty_a_day() -> None:
    tokens = AccessTokens()
    tokens.stable(force=True, now_s=NOW_S)
    with pytest.raises(WechatError) as too_soon:
        tokens.stable(force=True, now_s=NOW_S + 29)
    assert too_soon.value.errcode == 45011
    for count in range(1, 20):
        tokens.stable(force=True, now_s=NOW_S + 30 * count)
    with pytest.raises(WechatError) as too_many:
        tokens.stable(force=True, now_s=NOW_S + 86_399)
    assert too_many.value.errcode == 45009
    tokens.stable(force=True, now_s=NOW_S + 86_400)


@pytest.mark.parametrize("openid", ["", "空", "a" * 129, "a b"])
def test_refuses_an_openid_that_wechat_cannot_have_made(openid: str) -> None:
    with pytest.raises(PayError):
        person(openid, None)


def test_refuses_a_phone_number_of_another_form() -> None:
    assert phone_number(None) == "13800138000"
    with pytest.raises(PayError):
        phone_number("+8613800138000")
