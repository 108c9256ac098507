"""Names behind a code of GB/T 2260, and which codes are whole."""

import pytest

from backend.gateways.divisions import find_division, list_divisions


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("330106", ("浙江省", "杭州市", "西湖区")),
        ("110105", ("北京市", "北京市", "朝阳区")),
        ("500229", ("重庆市", "重庆市", "城口县")),
        ("441900", ("广东省", "东莞市", "")),
        ("429004", ("湖北省", "仙桃市", "")),
        ("659001", ("新疆维吾尔自治区", "石河子市", "")),
        ("810000", ("香港特别行政区", "香港特别行政区", "")),
    ],
)
def test_a_whole_code_tells_province_city_and_district(code: str, names: tuple[str, str, str]) -> None:
    division = find_division(code)
    assert division is not None
    assert (division.province, division.city, division.district) == names


@pytest.mark.parametrize("code", ["330000", "330100", "110000", "999999", "", "33010６", "330106 "])
def test_what_is_no_whole_code_is_none(code: str) -> None:
    assert find_division(code) is None


def test_every_code_without_parts_is_whole() -> None:
    whole = [code for code, _ in list_divisions() if find_division(code) is not None]
    assert len(whole) > 2_800
    assert all(find_division(code).city for code in whole)  # type: ignore[union-attr]
