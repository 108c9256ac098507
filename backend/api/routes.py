"""The URL table of the whole API: every side's routes. A handler module ends with its `ROUTES`; its side joins them."""

from typing import Final

from backend.api import admin, driver, notify, pages
from backend.api.http.route import Route

ROUTES: Final[tuple[Route, ...]] = (*driver.ROUTES, *admin.ROUTES, *notify.ROUTES, *pages.ROUTES)
