"""What a person sets for themselves: how the page looks, and by which clock it tells the time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.errors import RuleViolationError
from bot.steps.choose_looks import choose_looks
from bot.web import moments
from bot.web.access import Signed, TheDesk
from bot.web.pages import render, see

router = APIRouter()

# Where credit departments and their customers mostly are; every other zone of the tz database follows by region.
_COMMON = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Manila",
)
_REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@router.get("/settings")
def show_settings(request: Request, desk: TheDesk, session: Signed) -> Response:
    return _page(request, desk, session.user.name)


@router.post("/settings")
def save_settings(
    request: Request,
    desk: TheDesk,
    session: Signed,
    theme: Annotated[str, Form()] = "",
    time_zone: Annotated[str, Form()] = "",
) -> Response:
    try:
        choose_looks(session.user.name, theme, time_zone, store=desk.store, clock=desk.clock)
    except RuleViolationError as error:
        return _page(request, desk, session.user.name, status=422, refusal=f"Not saved: {error}")
    return see("/settings", done="settings_saved")


def _page(request: Request, desk: TheDesk, person: str, *, status: int = 200, refusal: str = "") -> Response:
    with desk.store.look() as uow:
        preferences = uow.preferences.get(person)
    values = {
        "preferences": preferences,
        "company_zone": moments.place(desk.settings.company.time_zone),
        "zones": _zones(),
    }
    return render(request, "settings.html", values, status=status, refusal=refusal)


@cache
def _zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Region, and its zones by name and place. Names without a region are doubles of others."""
    known = available_timezones()
    others = sorted(known.difference(_COMMON))
    often = ("Often used", _named(name for name in _COMMON if name in known))
    return (often, *((region, _named(name for name in others if name.startswith(f"{region}/"))) for region in _REGIONS))


def _named(zones: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name.partition("/")[2].replace("_", " ").replace("/", ", ")) for name in zones)
