"""Handlers of what payment channels tell; ROUTES joins the tables of its modules."""

from backend.api.http.route import Route
from backend.api.notify import alipay, wechat

ROUTES: tuple[Route, ...] = (*wechat.ROUTES, *alipay.ROUTES)
