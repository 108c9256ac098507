"""Handlers of the driver's phone; ROUTES joins the tables of its modules."""

from backend.api.driver import connectors, login, orders, payments, sessions, stations, wallet
from backend.api.http.route import Route

ROUTES: tuple[Route, ...] = (
    *login.ROUTES,
    *stations.ROUTES,
    *connectors.ROUTES,
    *sessions.ROUTES,
    *orders.ROUTES,
    *wallet.ROUTES,
    *payments.ROUTES,
)
