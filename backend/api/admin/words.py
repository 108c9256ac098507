"""The types that what people type has in common: bounded, and without characters that cannot be seen."""

from typing import Annotated, Final

import msgspec

_VISIBLE: Final = r"^[^\x00-\x1f\x7f\u2028\u2029]*\S[^\x00-\x1f\x7f\u2028\u2029]*$"

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=_VISIBLE)]
LongName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=_VISIBLE)]
Account = Annotated[
    str,
    msgspec.Meta(
        min_length=2,
        max_length=50,
        pattern=r"^[a-z0-9][a-z0-9._@-]*$",
        description="Small letters, digits and . _ @ -; never changed.",
    ),
]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Code = Annotated[
    str,
    msgspec.Meta(min_length=6, max_length=20, description="Of the authenticator app, or a backup code."),
]
RowId = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Version = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1, description="`row_version` as it was read.")]

LONGEST_ID: Final = 15


def row_id(text: str) -> int:
    """A row id of a path; 0, which no row has, for everything else."""
    is_sound = text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
    return int(text) if is_sound else 0
