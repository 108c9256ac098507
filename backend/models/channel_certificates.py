"""Certificates of a payment channel that prove its words, as they were downloaded for one merchant."""

from peewee import CharField, TextField

from backend.models.engine.database import Row
from backend.models.engine.fields import utc_time, utc_time_or_none


class ChannelCertificates(Row):
    # whose they are: the channel, and the number of the channel account where it is not the platform's
    account_key = CharField(max_length=64, primary_key=True)
    # PEM, one after the other; empty until the first download
    certificates = TextField()
    # the last download that was begun, so that strangers cannot have us download at will
    claimed_at = utc_time_or_none()
    kept_at = utc_time_or_none()
    next_download_at = utc_time(index=True)
