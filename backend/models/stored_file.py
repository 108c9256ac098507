"""Files in the store (local folder or S3), by the digest of their content: the same content is one row and one file.

A row belongs to no operator: who may read a file is decided by the row that names it.
"""

from peewee import BigAutoField, CharField

from backend.domain.stored_file import FilePurpose, FileState
from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, enum, utc_time


class StoredFile(Row):
    id = BigAutoField()
    sha256 = CharField(max_length=64, unique=True)
    size_bytes = big_int()
    media_type = CharField(max_length=100)
    purpose = enum(FilePurpose)
    state = enum(FileState)
    created_at = utc_time()
    # when somebody last stored this content: it is not deleted for a while, though no row may name it yet
    wanted_at = utc_time(index=True)
