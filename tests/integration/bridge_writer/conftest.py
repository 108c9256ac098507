"""The writer on both databases."""

import pytest

from tests.integration.bridge_writer.kit import Kit


@pytest.fixture
def kit(database: str) -> Kit:
    return Kit()
