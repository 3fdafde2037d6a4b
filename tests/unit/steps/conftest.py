"""Fixtures for the steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desks.step_desk import StepDesk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[StepDesk]:
    made = StepDesk(tmp_path)
    yield made
    made.close()
