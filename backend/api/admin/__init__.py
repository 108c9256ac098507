"""Handlers of the operators' desk; ROUTES joins the tables of its modules."""

from backend.api.admin import (
    account,
    begin,
    dashboard,
    login,
    orders,
    piles,
    quarantine,
    roles,
    sessions,
    staff,
    stations,
)
from backend.api.http.route import Route

ROUTES: tuple[Route, ...] = (
    *begin.ROUTES,
    *login.ROUTES,
    *account.ROUTES,
    *dashboard.ROUTES,
    *stations.ROUTES,
    *piles.ROUTES,
    *sessions.ROUTES,
    *orders.ROUTES,
    *quarantine.ROUTES,
    *staff.ROUTES,
    *roles.ROUTES,
)
