"""The photos of a station: rows in order, each naming two files that are there and stay while it names them."""

from collections.abc import Sequence
from datetime import datetime

from backend.domain.errors import UnfitInput
from backend.domain.stored_file import FilePurpose, FileState
from backend.models import Station, StationPhoto, StoredFile
from backend.models.engine.database import locked
from backend.services.stations.facts import PhotoFiles


def name_photos(station: Station, photos: Sequence[PhotoFiles], *, now: datetime) -> list[int] | None:
    """Make these the station's photos, in this order; returns [before, after] in number where anything changed.

    The station's row is locked by the caller. Raises UnfitInput where a file is gone: it was named by nobody for a day.
    """
    before = list(
        StationPhoto.select().where(StationPhoto.station_id == station.id).order_by(StationPhoto.place)
    )
    wanted = list(dict.fromkeys((one.photo, one.thumb) for one in photos))
    if [(row.sha256, row.thumb_sha256) for row in before] == wanted:
        return None
    ids = _take_files({digest for pair in wanted for digest in pair}, now)
    StationPhoto.delete().where(StationPhoto.station_id == station.id).execute()
    for place, (photo, thumb) in enumerate(wanted):
        StationPhoto.create(
            station_id=station.id,
            place=place,
            sha256=photo,
            thumb_sha256=thumb,
            file_id=ids[photo],
            thumb_file_id=ids[thumb],
        )
    station.cover = wanted[0][1] if wanted else ""
    return [len(before), len(wanted)]


def _take_files(digests: set[str], now: datetime) -> dict[str, int]:
    """Their row ids; taking them up anew keeps the clean-up away until this has committed."""
    if not digests:
        return {}
    rows = list(
        locked(
            StoredFile.select()
            .where(
                StoredFile.sha256.in_(sorted(digests))
                & (StoredFile.state == FileState.STORED)
                & (StoredFile.purpose == FilePurpose.PHOTO)
            )
            .order_by(StoredFile.id)
        )
    )
    if len(rows) < len(digests):
        raise UnfitInput(field="photos", reason="有几张已经过期，请移除后重新上传")
    StoredFile.update(wanted_at=now).where(StoredFile.id.in_([row.id for row in rows])).execute()
    return {row.sha256: row.id for row in rows}
