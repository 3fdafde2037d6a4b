"""Undo of what was just done, as the message at the top of a page offers it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.work_item import WorkItem
from bot.errors import RuleViolationError
from bot.steps.bring_back import bring_back
from bot.steps.take_back import take_back_change, take_back_decision
from bot.store.drafts_page import shown_draft
from bot.web.access import Signed, TheDesk
from bot.web.listing import known_origin, listing_of
from bot.web.pages import see

router = APIRouter()

_DRAFT = re.compile(r"draft:(\d{1,15})")
_KEPT = re.compile(r"(filter|text):\d{1,15}")
_ITEMS = re.compile(r"items:(CD-\d{1,12}(?:,CD-\d{1,12}){0,199})")


@router.post("/undo")
def undo(request: Request, desk: TheDesk, session: Signed, what: Annotated[str, Form()] = "") -> Response:
    """Take back a decision on a draft, or a change of items. The person stays in the list that they work through."""
    person = session.user.name
    came_from = known_origin(request.state.came_from)
    if found := _DRAFT.fullmatch(what):
        draft_id = int(found[1])
        take_back_decision(draft_id, person, store=desk.store, clock=desk.clock)
        shown = shown_draft(desk.store.engine, draft_id, within=session.user.queues)
        path = f"/items/{shown.items[0].number}" if shown and shown.items else "/drafts"
        return see(path, done="taken_back", came_from=came_from)
    listing = listing_of(came_from)
    if found := _KEPT.fullmatch(what):
        bring_back(what, person, store=desk.store, clock=desk.clock)
        path, query = ("/texts", "") if found[1] == "text" else ("/", listing.query() if listing is not None else "")
        return see(path, done="brought_back", query=query)
    found = _ITEMS.fullmatch(what)
    if found is None:
        raise RuleViolationError("there is nothing to undo")
    numbers = found[1].split(",")
    restored = _take_back_all(desk, numbers, person)
    # A list that nothing was opened from is the page on which many were changed at once.
    if len(numbers) == 1 and (listing is None or listing.at):
        return see(f"/items/{restored[0].number}", done="taken_back", came_from=came_from)
    return see("/", done="taken_back", query=listing.query() if listing is not None else "")


def _take_back_all(desk: Desk, numbers: Sequence[str], person: str) -> list[WorkItem]:
    """Where one refuses, the others are taken back, and the page says which was not."""
    restored: list[WorkItem] = []
    refused: list[str] = []
    for number in numbers:
        try:
            restored.append(take_back_change(number, person, store=desk.store, clock=desk.clock))
        except RuleViolationError as error:
            refused.append(str(error))
    if refused:
        done = f"{len(restored)} of {len(numbers)} were undone. " if restored else ""
        raise RuleViolationError(f"{done}{'; '.join(refused)}")
    return restored
