"""An uploaded photo, made anew and kept: two files, which a station must name within a day."""

from datetime import datetime

import msgspec

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.errors import Forbidden
from backend.domain.permission import Permission
from backend.domain.stored_file import FilePurpose
from backend.gateways.files.store import IncomingFile
from backend.gateways.pictures import MEDIA_TYPE, remade
from backend.services.ground.stored_files import store_file

LARGEST_MADE_BYTES = 4_000_000


class KeptPhoto(msgspec.Struct, frozen=True, kw_only=True):
    """The digests of the large and the small picture, as a station names them."""

    photo: str
    thumb: str


def keep_photo(*, staff: Actor, file: IncomingFile, now: datetime) -> KeptPhoto:
    """Remake and store it; the same upload again is the same two files. Raises Forbidden, InvalidInput, ServiceUnavailable."""
    if Permission.STATION_EDIT not in staff.permissions:
        raise Forbidden
    files = gateways.get_files()
    with remade(file.path, receive=lambda: files.receive(max_bytes=LARGEST_MADE_BYTES)) as (large, small):
        for made in (large, small):
            store_file(file=made, media_type=MEDIA_TYPE, purpose=FilePurpose.PHOTO, now=now)
        return KeptPhoto(photo=large.sha256, thumb=small.sha256)
