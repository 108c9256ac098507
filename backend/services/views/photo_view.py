"""Photos as pages load them: addresses of this API, by the digest of what is there, good for ever."""

from collections.abc import Iterable
from typing import Final

import msgspec

from backend.models import StationPhoto

PHOTO_PATH: Final = "/api/v1/driver/photos/"


class PhotoView(msgspec.Struct, frozen=True, kw_only=True):
    """`url` and `thumb_url` are paths at the API's own address; `photo` and `thumb` the digests a form sends back."""

    photo: str
    thumb: str
    url: str
    thumb_url: str


def photo_url(sha256: str) -> str:
    """The path of one picture; empty for none."""
    return f"{PHOTO_PATH}{sha256}" if sha256 else ""


def list_photos(station_id: int) -> tuple[PhotoView, ...]:
    """A station's photos in their order."""
    rows: Iterable[StationPhoto] = (
        StationPhoto.select().where(StationPhoto.station_id == station_id).order_by(StationPhoto.place)
    )
    return tuple(
        PhotoView(
            photo=row.sha256,
            thumb=row.thumb_sha256,
            url=photo_url(row.sha256),
            thumb_url=photo_url(row.thumb_sha256),
        )
        for row in rows
    )
