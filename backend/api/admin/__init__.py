"""Handlers of the operators' desk; ROUTES joins the tables of its modules."""

from backend.api.admin import (
    account,
    agreements,
    audit,
    begin,
    dashboard,
    divisions,
    holidays,
    log_ins,
    login,
    operators,
    orders,
    pile_edits,
    pile_import,
    pile_labels,
    pile_secrets,
    piles,
    policy,
    quarantine,
    roles,
    sessions,
    staff,
    stations,
    tariff_changes,
    tariffs,
)
from backend.api.admin import dashboard, login, orders, piles, quarantine, refunds, sessions, stations
from backend.api.http.route import Route
from backend.api.http.transfers import Transfer

ROUTES: tuple[Route, ...] = (
    *begin.ROUTES,
    *login.ROUTES,
    *account.ROUTES,
    *dashboard.ROUTES,
    *stations.ROUTES,
    *divisions.ROUTES,
    *piles.ROUTES,
    *pile_edits.ROUTES,
    *pile_secrets.ROUTES,
    *pile_labels.ROUTES,
    *pile_import.ROUTES,
    *sessions.ROUTES,
    *orders.ROUTES,
    *quarantine.ROUTES,
    *staff.ROUTES,
    *roles.ROUTES,
    *tariffs.ROUTES,
    *tariff_changes.ROUTES,
    *holidays.ROUTES,
    *operators.ROUTES,
    *policy.ROUTES,
    *agreements.ROUTES,
    *audit.ROUTES,
    *log_ins.ROUTES,
    *refunds.ROUTES,
)

TRANSFERS: tuple[Transfer, ...] = (*stations.TRANSFERS, *pile_import.TRANSFERS)
