"""The hot look-ups, each behind a Loader: however many ask at once, one thread answers them, most by one query."""

from collections.abc import Sequence
from typing import Final

from backend.api.http.lanes import Lane, Loader
from backend.domain.actor import Actor
from backend.domain.errors import DomainError
from backend.gateways.clock import utc_now
from backend.live.nearby import Search
from backend.services.views.driver.find_live_sessions import find_live_sessions
from backend.services.views.driver.get_wallet import WalletView
from backend.services.views.driver.list_nearby_stations import NearbyStations, list_nearby_many
from backend.services.views.driver.list_orders import OrderPage, OrderQuery, list_order_pages
from backend.services.views.driver.list_wallets import list_wallets
from backend.services.views.driver.resolve_connector import (
    ConnectorKey,
    ResolvedConnector,
    resolve_connectors,
)
from backend.services.views.driver.station_cards import CardBook
from backend.services.views.session_view import SessionView

PAGES_AT_ONCE: Final = 16


class Reads:
    """Loaders of one process; all of them share the lane of reads."""

    def __init__(self, lane: Lane) -> None:
        self.connectors: Loader[ConnectorKey, ResolvedConnector] = Loader(lane, _resolve)
        self.live_sessions: Loader[Actor, SessionView] = Loader(lane, _find_live_sessions)
        book = CardBook()  # the loader asks one batch after the other
        self.nearby: Loader[Search, NearbyStations] = Loader(
            lane, lambda searches: list_nearby_many(searches, book=book, now=utc_now())
        )
        # a query for each page, but on one thread: four of them get in each other's way
        self.orders: Loader[OrderQuery, OrderPage] = Loader(lane, list_order_pages, batch_cap=PAGES_AT_ONCE)
        self.wallets: Loader[Actor, WalletView] = Loader(lane, _list_wallets)


def _resolve(keys: Sequence[ConnectorKey]) -> dict[ConnectorKey, ResolvedConnector | DomainError]:
    return resolve_connectors(keys, now=utc_now())


def _list_wallets(drivers: Sequence[Actor]) -> dict[Actor, WalletView]:
    return list_wallets(drivers=drivers, now=utc_now())


def _find_live_sessions(drivers: Sequence[Actor]) -> dict[Actor, SessionView]:
    return find_live_sessions(drivers=drivers, now=utc_now())
