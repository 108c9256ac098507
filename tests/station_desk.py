"""What the desk sends of a station, and pictures to send: for tests that build stations over HTTP."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def station_facts(**more: Any) -> dict[str, Any]:
    """A whole station in Hangzhou, open on weekdays."""
    weekdays = [{"weekday": day, "opens_minute": 480, "closes_minute": 1_320} for day in range(1, 6)]
    return {
        "name": "城西银泰充电站",
        "division_code": "330106",
        "address": "丰潭路 380 号 B2 层",
        "lat_e6": 30_294_150,
        "lng_e6": 120_105_150,
        "station_type": "public",
        "construction": "large_building",
        "opening_spans": weekdays,
        "parking_fee": "充电免费停 2 小时",
        "parking_spaces": 24,
        "service_phone": "0571-8888 6666",
        "amenities": ["shop", "toilet"],
        **more,
    }


def open_always() -> dict[str, Any]:
    """A station at which a charge may begin whatever the hour of the test."""
    return station_facts(is_open_always=True, opening_spans=[])


def a_jpeg(*, size: tuple[int, int] = (800, 600), exif: bytes = b"") -> bytes:
    """A picture whose left half is red; `exif` as a camera writes it."""
    picture = Image.new("RGB", size, (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, size[0] // 2, size[1]))
    made = io.BytesIO()
    picture.save(made, "JPEG", **({"exif": exif} if exif else {}), comment=b"made by a phone")
    return made.getvalue()


def a_png(*, width: int, height: int, rows: int) -> bytes:
    """A PNG that claims a size and holds so many empty rows, packed as tightly as can be: a bomb in a few kilobytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes((1 + (width + 7) // 8) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
