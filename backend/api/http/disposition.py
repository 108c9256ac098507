"""Under which name a browser saves an answer (RFC 6266): in full by RFC 5987, and plain ASCII for who knows no more."""

import re
from typing import Final
from urllib.parse import quote

MOST_CHARS: Final = 120
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
"""What some file system refuses in a name."""
_PRINTABLE: Final = re.compile(r"[ !#-\[\]-~]+")


def name_file(*parts: str, suffix: str) -> str:
    """Telling parts joined to a name that every file system takes; empty ones are left out."""
    fit = (_UNFIT.sub("_", part).strip(" .") for part in parts)
    return "-".join(part for part in fit if part)[:MOST_CHARS] + f".{suffix}"


def disposition(name: str, *, is_inline: bool = False) -> str:
    """The value of Content-Disposition: to be saved, unless it is to be shown."""
    kind = "inline" if is_inline else "attachment"
    plain = name if _PRINTABLE.fullmatch(name) else "file"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
