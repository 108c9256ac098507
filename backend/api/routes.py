"""The URL tables of the whole API: every side's routes, and beside them the uploads and downloads. A handler module ends with its `ROUTES`; its side joins them."""

from typing import Final

from backend.api import admin, driver, notify, pages
from backend.api.http.route import Route
from backend.api.http.transfers import Transfer

ROUTES: Final[tuple[Route, ...]] = (*driver.ROUTES, *admin.ROUTES, *notify.ROUTES, *pages.ROUTES)

TRANSFERS: Final[tuple[Transfer, ...]] = (*driver.TRANSFERS, *admin.TRANSFERS)
