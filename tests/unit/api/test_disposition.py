"""Names of downloaded files: telling, taken by every file system, and no way out of their header."""

import pytest

from backend.api.http.disposition import MOST_CHARS, disposition, name_file


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("二维码标签", "观前街站", "A4"), "二维码标签-观前街站-A4.pdf"),
        (("../../etc/passwd", 'a"b:c*?'), "_.._etc_passwd-a_b_c_.pdf"),
        (("站\r\nSet-Cookie: x", "", " . "), "站_Set-Cookie_ x.pdf"),
        (("站" * 500,), "站" * MOST_CHARS + ".pdf"),
    ],
)
def test_a_name_keeps_what_tells_and_loses_what_a_file_system_refuses(
    parts: tuple[str, ...], name: str
) -> None:
    assert name_file(*parts, suffix="pdf") == name


def test_a_header_holds_the_whole_name_encoded_and_a_plain_one_beside_it() -> None:
    assert disposition("P-1.pdf") == "attachment; filename=\"P-1.pdf\"; filename*=UTF-8''P-1.pdf"
    told = disposition('站";\r\nx', is_inline=True)
    assert told == "inline; filename=\"file\"; filename*=UTF-8''%E7%AB%99%22%3B%0D%0Ax"
