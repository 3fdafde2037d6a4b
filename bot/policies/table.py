"""What tables of the configuration have in common."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict


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
