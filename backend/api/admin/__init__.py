"""Handlers of the operators' desk; ROUTES joins the tables of its modules."""

from backend.api.admin import dashboard, login, orders, piles, quarantine, sessions, stations
from backend.api.http.route import Route

ROUTES: tuple[Route, ...] = (
    *login.ROUTES,
    *dashboard.ROUTES,
    *stations.ROUTES,
    *piles.ROUTES,
    *sessions.ROUTES,
    *orders.ROUTES,
    *quarantine.ROUTES,
)
