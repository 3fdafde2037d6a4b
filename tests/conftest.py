"""Fixtures for all tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Nothing here may hang on how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = [
    "tests.mailserver.fixtures",
    "tests.databases.fixtures",
    "tests.exchange_server.fixtures",
    "tests.microsoft.fixtures",
]
