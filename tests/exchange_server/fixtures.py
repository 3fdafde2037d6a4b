"""The Exchange server of the tests, a new one for each; what it found against the schemas fails the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.exchange_server.server import ExchangeServer


@pytest.fixture
def exchange() -> Iterator[ExchangeServer]:
    with ExchangeServer() as server:
        yield server
    assert server.violations == []
