"""Handlers of the driver's phone; ROUTES joins the tables of its modules."""

from backend.api.driver import (
    agreements,
    bills,
    connectors,
    login,
    messages,
    orders,
    pay_password,
    payments,
    photos,
    prepayments,
    profile,
    refunds,
    service_phone,
    sessions,
    stations,
    wallet,
)
from backend.api.http.route import Route
from backend.api.http.transfers import Transfer

ROUTES: tuple[Route, ...] = (
    *login.ROUTES,
    *agreements.ROUTES,
    *service_phone.ROUTES,
    *stations.ROUTES,
    *connectors.ROUTES,
    *sessions.ROUTES,
    *orders.ROUTES,
    *wallet.ROUTES,
    *bills.ROUTES,
    *payments.ROUTES,
    *prepayments.ROUTES,
    *refunds.ROUTES,
    *pay_password.ROUTES,
    *profile.ROUTES,
    *messages.ROUTES,
)

TRANSFERS: tuple[Transfer, ...] = (*photos.TRANSFERS, *profile.TRANSFERS)
