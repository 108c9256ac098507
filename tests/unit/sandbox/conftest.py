"""One sandbox process for all tests here, its switches off before each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stand_ins.sandbox.keys import make_keys
from tests.unit.sandbox.merchant import Merchant, NotifyAddress, notify_address, read_merchant
from tests.unit.sandbox.process import base_of, sandbox_process

NOTIFY_SPEED = 1000


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox") / "keys"
    make_keys(folder, "http://127.0.0.1:1", "http://127.0.0.1:2/notify/wechat")
    return folder


@pytest.fixture(scope="session")
def base(keys_folder: Path) -> Iterator[str]:
    log_path = keys_folder.parent / "sandbox.log"
    child = sandbox_process(keys_folder, log_path, "--notify-speed", str(NOTIFY_SPEED))
    child.start()
    yield base_of(log_path)
    child.stop()


@pytest.fixture
def merchant(keys_folder: Path, base: str) -> Iterator[Merchant]:
    merchant = read_merchant(keys_folder, base)
    assert merchant.control("faults", {}) == {}
    yield merchant
    merchant.control("faults", {})
    merchant.http.close()


@pytest.fixture
def address() -> Iterator[NotifyAddress]:
    with notify_address() as address:
        yield address
