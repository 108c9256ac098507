"""The types that the lists of the desk have in common in their queries."""

from typing import Annotated, Final

import msgspec

Cursor = Annotated[
    str,
    msgspec.Meta(min_length=3, max_length=64, description="`next_cursor` or `prev_cursor` of another page."),
]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
SearchText = Annotated[str, msgspec.Meta(min_length=1, max_length=50)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]

# of controls only the ends of lines
_CONTROLS: Final = r"\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f"
LINES: Final = rf"^[^\S{_CONTROLS}]*[^\s{_CONTROLS}][^{_CONTROLS}]*$"
"""Lines of text with something to read in them: blanks, the first that is none, the rest."""
LINES_OR_NOTHING: Final = rf"^[^{_CONTROLS}]*$"
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINES)]
OptionalReason = Annotated[str, msgspec.Meta(max_length=200, pattern=LINES_OR_NOTHING)]
RowVersion = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]

DEFAULT_LIMIT: Final = 20


def line() -> str:
    """The pattern of one line of text with something to read in it."""
    return r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*[^\s\x00-\x1f\x7f-\x9f\u2028\u2029][^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"


def no_controls() -> str:
    """The pattern of one line of text that may be empty."""
    return r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
