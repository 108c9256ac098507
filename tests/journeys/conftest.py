"""One world and one browser per file: Playwright's event loop must end before another file's tests need one."""

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from scripts.front_ends.manual import find_chromium
from tests.journeys.desk_page import Desk
from tests.journeys.driver_phone import DriverPhone
from tests.journeys.screen import FAILED, WAIT_MS
from tests.journeys.world import World, running_world
from tests.real_parts import Redis
from tests.whole_charge import Phone, soon

WINDOW = {"width": 1440, "height": 1300}
TOP_UP_FEN = 10_000
PHONE_WINDOW = {"width": 1280, "height": 940}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a fixture know, while it ends, that a picture of the last state is wanted."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, redis_server: Redis) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("world"), redis_server.url) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; nothing is downloaded."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def phone(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[DriverPhone]:
    context = browser.new_context(viewport=PHONE_WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    name = request.node.name.removeprefix("test_")[:40]
    held = DriverPhone(
        context.new_page(), f"driver/{name}", preview_url=world.preview_url, stickers=world.stickers
    )
    yield held
    if request.node.stash.get(FAILED, False):
        held.screen.picture("at-the-end")
    context.close()
    assert held.screen.complaints == []


@pytest.fixture
def desk(request: pytest.FixtureRequest, browser: Browser, world: World) -> Iterator[Desk]:
    context = browser.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    name = request.node.name.removeprefix("test_")[:40]
    sitting = Desk(context.new_page(), f"operator/{name}", account=world.account)
    yield sitting
    if request.node.stash.get(FAILED, False):
        sitting.screen.picture("at-the-end")
    context.close()
    assert sitting.screen.complaints == []
    assert sitting.faults == [], "\n".join(sitting.faults)


@pytest.fixture
def driver(world: World) -> Iterator[Phone]:
    with Phone(world.stack) as held:
        held.log_in()
        held.pay(held.ask_top_up(TOP_UP_FEN))
        soon(lambda: held.get("wallet")["available_fen"] == TOP_UP_FEN, "the top-up is credited")
        yield held
