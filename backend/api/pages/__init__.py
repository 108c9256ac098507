"""What people open in a browser, and what machines probe: the desk's files, the pile's page, the docs, health."""

from backend.api.http.route import Route
from backend.api.pages import health, pay_done_page, pile_page

ROUTES: tuple[Route, ...] = (*pile_page.ROUTES, *pay_done_page.ROUTES, *health.ROUTES)
