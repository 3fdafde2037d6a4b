"""What tables of the configuration have in common."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict

MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[A-Za-z0-9.-]+")
Tls = Literal["none", "starttls", "implicit"]


class Table(BaseModel):
    """One table of a file. A misspelt key must not be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone; use a name such as America/New_York") from None
    return value


ZoneName = Annotated[str, AfterValidator(_zone)]


_UNITS = {"s": 1, "m": 60, "h": 3600}


def _duration(value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,6}[smh]", value) or int(value[:-1]) == 0:
        raise ValueError("write it as 60s, 5m or 1h")
    return value


Duration = Annotated[str, AfterValidator(_duration)]


def seconds(duration: str) -> timedelta:
    """The span behind 60s, 5m or 1h."""
    return timedelta(seconds=int(duration[:-1]) * _UNITS[duration[-1]])


def is_this_machine(host: str) -> bool:
    """Where nobody listens on the wire."""
    return host == "localhost" or host == "::1" or host.startswith("127.")
