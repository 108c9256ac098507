"""What a driver scanned or typed is hostile until it fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import BadQrLink
from backend.services.views.driver.resolve_connector import ConnectorKey, read_scanned_text

PUBLIC_URL = "https://charge.example.cn"


def read(text: str) -> ConnectorKey:
    return read_scanned_text(text, public_url=PUBLIC_URL)


def test_our_own_link_gives_its_token() -> None:
    assert read("https://charge.example.cn/p/K7M2QZ9XPA") == ConnectorKey(qr_token="K7M2QZ9XPA")


@pytest.mark.parametrize(
    "typed", ["CP00000101", " cp 0000 0101 ", "CP-000001-01", "ＣＰ００００－０１０１", "cp00000101\n"]
)
def test_a_typed_number_may_have_spaces_hyphens_small_and_wide_letters(typed: str) -> None:
    assert read(typed) == ConnectorKey(connector_no="CP00000101")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "12",
        "http://charge.example.cn/p/K7M2QZ9XPA",
        "https://charge.example.cn.evil.com/p/K7M2QZ9XPA",
        "https://evil.com/p/K7M2QZ9XPA",
        "https://charge.example.cn@evil.com/p/K7M2QZ9XPA",
        "https://charge.example.cn/p/K7M2QZ9XPA/../x",
        "https://charge.example.cn/p/K7M2QZ9XPA?q=1",
        "https://charge.example.cn/p/' OR 1=1",
        "javascript:alert(1)",
        "'; DROP TABLE driver",
        "CP0001%00",
        "编号一二三",
        "A" * 201,
        "1" * 33,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadQrLink):
        read(text)


@given(st.text(max_size=300))
def test_no_text_gives_anything_but_a_clean_key_or_a_refusal(text: str) -> None:
    try:
        key = read(text)
    except BadQrLink:
        return
    assert (key.qr_token + key.connector_no).isalnum()
    assert (key.qr_token + key.connector_no).isascii()
