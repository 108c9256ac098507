"""Photos by the digest of their content: for phones, and for the desk's pages. Who knows the digest may see the photo."""

import re
from typing import Final

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Scope
from backend.api.http.transfers import Download, Sending, Transfer
from backend.domain.errors import NotFound
from backend.services.ground.stored_files import find_photo

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


async def send(call: Call[None, None]) -> Download:
    """One picture, which never changes."""
    sha256 = call.path["photo"]
    row = await call.transact(find_photo, sha256=sha256) if _DIGEST.fullmatch(sha256) else None
    if row is None:
        raise NotFound
    return Download(
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        file_name="photo.jpg",
        is_inline=True,
        is_forever=True,
    )


TRANSFERS: tuple[Transfer, ...] = (
    Sending(
        path="/api/v1/driver/photos/{photo}",
        scope=Scope.PUBLIC,
        summary="充电站照片",
        handle=send,
        limit=limits.PHOTO,
    ),
)
