"""Texts as a workbook can hold them: it is XML, which has no way to write some characters."""

import re
from typing import Final

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNWRITABLE: Final = "\ufffd"


def as_sheet_text(text: str) -> str:
    """The text with each character that no workbook can hold shown as one that says so."""
    return _NOT_XML.sub(UNWRITABLE, text)
