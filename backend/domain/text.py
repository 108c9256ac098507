"""Text that people enter in one line: trimmed, bounded, and free of what cannot be seen but does something."""

import unicodedata
from typing import Final

from backend.domain.errors import InvalidInput

_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BARRED: Final = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
PLAIN_LINE: Final = rf"^[^{_BARRED}]*$"
"""The pattern of what `clean_line` takes, as a contract says it."""
FILLED_LINE: Final = rf"^[^{_BARRED}]*[^\s{_BARRED}][^{_BARRED}]*$"
"""The same where something has to be there."""
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make text read in another order than it is kept."""


def clean_line(text: str, *, field: str, most: int, is_required: bool = False) -> str:
    """The text as it is kept. Raises InvalidInput, naming `field`; `most` counts characters."""
    line = text.strip()
    if is_required and not line:
        raise InvalidInput(field=field, reason="不能为空")
    if len(line) > most:
        raise InvalidInput(field=field, reason=f"不能超过 {most} 个字")
    if any(unicodedata.category(letter) in _UNSEEN or letter in _TURNING for letter in line):
        raise InvalidInput(field=field, reason="含有换行或不可见的控制字符")
    return line
