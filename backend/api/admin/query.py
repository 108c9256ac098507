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

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
RowVersion = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]

DEFAULT_LIMIT: Final = 20
