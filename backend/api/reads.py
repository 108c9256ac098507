"""The hot look-ups, each behind a Loader: however many ask at once, one query answers them."""

from collections.abc import Sequence

from backend.api.lanes import Lane, Loader
from backend.domain.errors import DomainError
from backend.gateways.clock import utc_now
from backend.services.authenticate import Actor
from backend.services.get_session import SessionView, find_live_session
from backend.services.get_wallet import WalletView
from backend.services.list_drivers_with_session import list_drivers_with_session
from backend.services.list_wallets import list_wallets
from backend.services.resolve_connector import ConnectorKey, ResolvedConnector, resolve_connectors


class Reads:
    """Loaders of one process; all of them share the lane of reads."""

    def __init__(self, lane: Lane) -> None:
        self.connectors: Loader[ConnectorKey, ResolvedConnector] = Loader(lane, _resolve)
        self.live_sessions: Loader[Actor, SessionView] = Loader(lane, _find_live_sessions)
        self.wallets: Loader[Actor, WalletView] = Loader(lane, _list_wallets)


def _resolve(keys: Sequence[ConnectorKey]) -> dict[ConnectorKey, ResolvedConnector | DomainError]:
    return resolve_connectors(keys, now=utc_now())


def _list_wallets(drivers: Sequence[Actor]) -> dict[Actor, WalletView]:
    return list_wallets(drivers=drivers, now=utc_now())


def _find_live_sessions(drivers: Sequence[Actor]) -> dict[Actor, SessionView]:
    """One query finds who has a session; each of these is then viewed in turn on the same thread."""
    now = utc_now()
    views = {
        driver: find_live_session(driver=driver, now=now)
        for driver in list_drivers_with_session(drivers=drivers)
    }
    return {driver: view for driver, view in views.items() if view is not None}
