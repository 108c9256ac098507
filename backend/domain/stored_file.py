"""Stored files (文件): what they are for, which stage each is in, and what its first bytes say it is."""

from enum import StrEnum
from typing import Final

OCTETS: Final = "application/octet-stream"
LONGEST_MAGIC: Final = 12
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"


class FilePurpose(StrEnum):
    PHOTO = "photo"
    FIRMWARE = "firmware"
    EXPORT = "export"


class FileState(StrEnum):
    """A row is written before its file and outlives it, so that no file is ever without a row."""

    ARRIVING = "arriving"
    STORED = "stored"
    DELETING = "deleting"


def sniff_media_type(head: bytes) -> str:
    """The media type by the first `LONGEST_MAGIC` bytes: png, jpeg, webp, else `OCTETS`. A claim of the sender counts nothing."""
    if head.startswith(_PNG):
        return "image/png"
    if head.startswith(_JPEG):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return OCTETS
