"""One range of bytes of a Range header (RFC 9110, 14.2). Several at once, other units and nonsense are read as none."""

import re
from typing import Final

_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Unsatisfiable(Exception):  # noqa: N818 - named as the status
    """The range begins beyond the end (416)."""


def read_range(header: str, size_bytes: int) -> tuple[int, int] | None:
    """First and last byte, both included; None for the whole file. Raises Unsatisfiable."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        count = min(int(last), size_bytes)
        if count == 0:
            raise Unsatisfiable
        return size_bytes - count, size_bytes - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size_bytes:
        raise Unsatisfiable
    return int(first), min(int(last or size_bytes), size_bytes - 1)
