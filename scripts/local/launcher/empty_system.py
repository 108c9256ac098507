"""What `scripts/run --empty` tells of a system without demo data: how to begin, and what is printed on its piles.

The product is imported when it is asked: the launcher itself stays on the standard library until everything runs.
"""

from __future__ import annotations

from scripts.local.launcher.configuration import Addresses
from scripts.local.launcher.run_folder import RunFolder, write_json


def find_begin_url(folder: RunFolder, addresses: Addresses) -> str:
    """A new link on which the first administrator is made; "" where there is a super administrator."""
    from backend.domain.errors import AlreadyBegun
    from backend.gateways.clock import utc_now
    from backend.models.engine import database
    from backend.services.staff.offer_begin_link import offer_begin_link
    from scripts.operations.first_admin import begin_url

    database.connect(folder.database_url)
    try:
        return begin_url(addresses.public_url, offer_begin_link(now=utc_now()))
    except AlreadyBegun:
        return ""
    finally:
        database.close()


def write_stickers(folder: RunFolder) -> None:
    """The QR codes of this system's own piles, for the phone in the browser."""
    from backend.models.engine import database
    from scripts.local.demo.seed import list_stickers

    database.connect(folder.database_url)
    try:
        write_json(folder.stickers, list_stickers())
    finally:
        database.close()
