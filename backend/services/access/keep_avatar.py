"""A driver's uploaded picture, made anew and small; shown from now on to themselves and beside their name."""

from datetime import datetime

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.stored_file import FilePurpose
from backend.gateways.files.store import IncomingFile
from backend.gateways.pictures import MEDIA_TYPE, remade
from backend.services.access.choose_avatar import choose_avatar
from backend.services.ground.stored_files import store_file

LARGEST_MADE_BYTES = 4_000_000


def keep_avatar(*, driver: Actor, file: IncomingFile, caller: Caller, now: datetime) -> None:
    """The same upload again changes nothing. Raises Forbidden for a guest, InvalidInput, ServiceUnavailable."""
    files = gateways.get_files()
    with remade(file.path, receive=lambda: files.receive(max_bytes=LARGEST_MADE_BYTES)) as (_, small):
        file_id = store_file(file=small, media_type=MEDIA_TYPE, purpose=FilePurpose.PHOTO, now=now)
        choose_avatar(driver=driver, avatar=small.sha256, file_id=file_id, caller=caller, now=now)
