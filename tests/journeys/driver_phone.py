"""A driver's hands on the phone of the preview: tap what is seen, scan by a click on a code beside the phone."""

import contextlib
import re
from collections.abc import Iterator, Sequence

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.journeys.screen import Screen

CUT_CODE = 1012  # "service restart"


class Sockets:
    """The page's WebSockets on their way to the server: they can be cut, kept from coming back, and struck dumb."""

    def __init__(self, page: Page) -> None:
        self.opened = 0
        self.is_dumb = False
        """They stay open, and nothing comes through any more: a network that forgot them."""
        self._is_cut = False
        self._open: list[WebSocketRoute] = []
        page.context.route_web_socket(re.compile(r"/ws$"), self._route)

    def cut(self) -> None:
        """Close all of them; new ones are closed at once."""
        self._is_cut = True
        for socket in self._open:
            with contextlib.suppress(Exception):  # it may have been closed by the page meanwhile
                socket.close(code=CUT_CODE)
        self._open.clear()

    def mend(self) -> None:
        """Let new ones through again."""
        self._is_cut = False

    def _route(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close(code=CUT_CODE)
            return
        self.opened += 1
        self._open.append(socket)
        server = socket.connect_to_server()
        socket.on_message(lambda frame: None if self.is_dumb else server.send(frame))
        server.on_message(lambda frame: None if self.is_dumb else socket.send(frame))


class DriverPhone:
    """The page around the phone, and the app in it."""

    def __init__(
        self, page: Page, name: str, *, preview_url: str, stickers: Sequence[dict[str, str]] = ()
    ) -> None:
        self.screen = Screen(page, name)
        self.sockets = Sockets(page)
        self._page = page
        self._preview_url = preview_url
        self._stickers = stickers
        self.app = page.frame_locator("#app")

    def open(self) -> None:
        self._page.goto(self._preview_url)

    @property
    def top(self) -> Locator:
        """The page of the app that is on top; the ones below it stay in the document."""
        return self.app.locator(".mp-page:visible")

    def text(self, text: str | re.Pattern[str]) -> Locator:
        """The first place of the top page with this text."""
        return self.top.get_by_text(text).filter(visible=True).first

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until it is shown."""
        expect(self.text(text)).to_be_visible()

    def tap(self, text: str | re.Pattern[str]) -> None:
        self.text(text).click()

    def press(self, button: str) -> None:
        """Press a button of the top page."""
        self.top.get_by_role("button", name=button, exact=True).click()

    def answer(self, button: str) -> None:
        """Press a button of the dialog or sheet over the page."""
        self.app.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()

    def switch_tab(self, name: str) -> None:
        self.app.locator(".mp-tabs").get_by_role("button", name=name).click()

    def go_back(self) -> None:
        """The arrow in the bar over the page."""
        self.top.get_by_role("button", name="返回", exact=True).click()

    @property
    def energy(self) -> Locator:
        """The energy in the middle of the ring."""
        return self.top.locator("[class*=core] [class*=energy]")

    def scan(self, connector_no: str) -> None:
        """Hold the code of this connector before the camera."""
        self._choose_station(connector_no)
        self._page.get_by_role("button", name=f"扫描枪 {connector_no} 的二维码").click()

    def plug(self, connector_no: str) -> None:
        """Put the plug of this connector into the car."""
        self._choose_station(connector_no)
        card = self._page.locator("article", has=self._page.get_by_label(f"扫描枪 {connector_no} 的二维码"))
        card.get_by_role("button", name="插枪").click()

    def set_switch(self, legend: str, choice: str) -> None:
        """One of the switches beside the phone: 网络, 定位."""
        self._page.get_by_role("group", name=legend).get_by_text(choice, exact=True).click()

    def slow_down(self, latency_ms: int) -> None:
        """Every answer comes this much later from now on; 0 ends it."""
        network = self._page.context.new_cdp_session(self._page)
        network.send("Network.enable")
        limits = {"offline": False, "latency": latency_ms, "downloadThroughput": -1, "uploadThroughput": -1}
        network.send("Network.emulateNetworkConditions", limits)

    @contextlib.contextmanager
    def lost(self, address: str) -> Iterator[None]:
        """What is asked there gets no answer."""
        self._page.route(address, lambda route: route.abort())
        yield
        self._page.unroute(address)

    def reopen(self) -> None:
        """Close the app and open it again: its memory is gone."""
        self._page.get_by_role("button", name="关闭并重开").click()
        expect(self._page.locator("#curtain")).to_be_visible()
        expect(self._page.locator("#curtain")).to_be_hidden()

    def _choose_station(self, connector_no: str) -> None:
        (station,) = (one["station"] for one in self._stickers if one["connector_no"] == connector_no)
        self._page.get_by_label("选择充电站").select_option(station)
