"""Agreements (协议) in versions, and which driver accepted which. A published row is never edited."""

from peewee import BigAutoField, CharField, CompositeKey, IntegerField, TextField

from backend.domain.agreement import NOTE_CHARS, TITLE_CHARS, AgreementKind
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    enum,
    number,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class Agreement(Row):
    id = BigAutoField()
    agreement_no = number(unique=True)
    operator_id = row_ref()
    kind = enum(AgreementKind)
    # counted when it is published; NULL: a draft
    version = IntegerField(null=True)
    title = CharField(max_length=TITLE_CHARS)
    # lines of plain text; `# ` opens a heading, `- ` an item
    text = TextField()
    # what is new, for drivers who accepted the version before
    note = CharField(max_length=NOTE_CHARS, default="")
    row_version = IntegerField(default=0)
    created_at = utc_time()
    published_at = utc_time_or_none()
    published_by_id = row_ref_or_none()

    class Meta:
        indexes = ((("operator_id", "kind", "version"), True),)


class AgreementAcceptance(Row):
    """A driver has accepted this version; its kind and number stand in the agreement, which never changes."""

    driver_id = row_ref()
    agreement_id = row_ref(index=True)
    accepted_at = utc_time()

    class Meta:
        primary_key = CompositeKey("driver_id", "agreement_id")
