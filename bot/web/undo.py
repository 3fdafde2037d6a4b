"""Undo of what was just done, as the message at the top of a page offers it."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.errors import RuleViolationError
from bot.steps.take_back import take_back_change, take_back_decision
from bot.store.drafts_page import shown_draft
from bot.web.access import Signed, TheDesk
from bot.web.pages import see

router = APIRouter()

_DRAFT = re.compile(r"draft:(\d{1,15})")
_ITEMS = re.compile(r"items:(CD-\d{1,12}(?:,CD-\d{1,12}){0,199})")


@router.post("/undo")
def undo(desk: TheDesk, session: Signed, what: Annotated[str, Form()] = "") -> Response:
    """Take back a decision on a draft, or a change of items."""
    person = session.user.name
    if found := _DRAFT.fullmatch(what):
        draft_id = int(found[1])
        take_back_decision(draft_id, person, store=desk.store, clock=desk.clock)
        shown = shown_draft(desk.store.engine, draft_id, within=session.user.queues)
        return see(f"/items/{shown.items[0].number}" if shown and shown.items else "/drafts", done="taken_back")
    found = _ITEMS.fullmatch(what)
    if found is None:
        raise RuleViolationError("there is nothing to undo")
    numbers = found[1].split(",")
    for number in numbers:
        take_back_change(number, person, store=desk.store, clock=desk.clock)
    return see(f"/items/{numbers[0]}" if len(numbers) == 1 else "/", done="taken_back")
