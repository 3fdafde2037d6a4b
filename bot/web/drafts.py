"""Drafts that wait for a person: read, correct, approve or reject. Only an approval lets mail leave."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.draft import DraftState
from bot.errors import ConflictError, NotFoundError, RuleViolationError
from bot.steps.decide_draft import approve_draft, reject_draft, revise_draft
from bot.store.drafts_page import (
    ShownDraft,
    draft_versions,
    next_waiting,
    shown_draft,
    text_as_approved,
    waiting_drafts,
)
from bot.stored import Session
from bot.web.access import Approver, Signed, TheDesk
from bot.web.draft_form import DraftForm
from bot.web.item import show_item
from bot.web.item_view import Asked
from bot.web.pages import render, see

router = APIRouter()

PAGE = 50
DraftId = Annotated[int, Path(ge=1, le=2**53)]
After = Annotated[int | None, Query(ge=1, le=2**53)]
Typed = Annotated[DraftForm, Form()]


@router.get("/drafts")
def show_drafts(request: Request, desk: TheDesk, after: After = None) -> Response:
    found = waiting_drafts(desk.store.engine, after, PAGE + 1)
    next_after = found[PAGE - 1].draft.draft_id if len(found) > PAGE else None
    return render(request, "drafts.html", {"drafts": found[:PAGE], "next_after": next_after, "after": after})


@router.post("/drafts/{draft_id}/save")
def save(request: Request, desk: TheDesk, session: Signed, draft_id: DraftId, form: Typed) -> Response:
    shown = _draft(desk, draft_id)
    try:
        done = _save_text(desk, session, shown, form)
    except ConflictError:
        return _conflict(request, desk, draft_id, form)
    except RuleViolationError as error:
        return _again(request, desk, shown, form, f"Not saved: {error}")
    return see(_path(shown), done=done, came_from=form.came_from)


@router.post("/drafts/{draft_id}/approve")
def approve(request: Request, desk: TheDesk, session: Approver, draft_id: DraftId, form: Typed) -> Response:
    """Approve exactly the text in the form. What differs from the newest version becomes the next version first."""
    shown = _draft(desk, draft_id)
    try:
        text = form.text()
        if shown.draft.state is DraftState.APPROVED and text == text_as_approved(desk.store.engine, draft_id):
            # The second click of an impatient hand, or of a colleague who agrees.
            return see(_path(shown), done="already", came_from=form.came_from)
        approve_draft(
            draft_id,
            form.version,
            session.user.name,
            store=desk.store,
            clock=desk.clock,
            letterhead=desk.letterhead,
            text=text,
        )
    except ConflictError:
        return _conflict(request, desk, draft_id, form)
    except RuleViolationError as error:
        return _again(request, desk, shown, form, f"Not sent: {error}")
    return _onward(desk, shown, form, "approved")


@router.post("/drafts/{draft_id}/reject")
def reject(request: Request, desk: TheDesk, session: Signed, draft_id: DraftId, form: Typed) -> Response:
    shown = _draft(desk, draft_id)
    try:
        reject_draft(draft_id, form.version, form.reason, session.user.name, store=desk.store, clock=desk.clock)
    except ConflictError:
        return _conflict(request, desk, draft_id, form)
    except RuleViolationError as error:
        return _again(request, desk, shown, form, f"Not rejected: {error}")
    return _onward(desk, shown, form, "rejected")


def _save_text(desk: Desk, session: Session, shown: ShownDraft, form: DraftForm) -> str:
    """What was done, in the words of `words.DONE`."""
    text, is_stale = form.text(), shown.draft.state is DraftState.STALE
    if text == shown.draft.text and form.version == shown.draft.version and not is_stale:
        return "unchanged"
    draft_id, person = shown.draft.draft_id, session.user.name
    seen = DraftState.STALE if form.state == DraftState.STALE else DraftState.OPEN
    revise_draft(draft_id, form.version, text, person, store=desk.store, clock=desk.clock, seen=seen)
    return "saved"


def _draft(desk: Desk, draft_id: int) -> ShownDraft:
    found = shown_draft(desk.store.engine, draft_id)
    if found is None or not found.items:
        raise NotFoundError(f"there is no draft {draft_id}")
    return found


def _path(shown: ShownDraft) -> str:
    return f"/items/{shown.items[0].number}"


def _onward(desk: Desk, shown: ShownDraft, form: DraftForm, done: str) -> Response:
    """Whoever works through the drafts goes on to the next one, everyone else back to the item."""
    if form.came_from != "drafts":
        return see(_path(shown), done=done)
    following = next_waiting(desk.store.engine, shown.draft.draft_id)
    if following is None or not following.items:
        return see("/drafts", done="approved_last" if done == "approved" else done)
    return see(_path(following), done=done, came_from="drafts")


def _again(request: Request, desk: Desk, shown: ShownDraft, form: DraftForm, refusal: str) -> Response:
    """The item page with the reason at its top and the person's own text in the editor."""
    now = _draft(desk, shown.draft.draft_id)
    if now.draft.version != shown.draft.version:
        refusal += f". Your text was saved as version {now.draft.version}"
    asked = Asked(shown.items[0].item_id, form.came_from, form.loose_text() if now.waits else None)
    return show_item(request, desk, asked, status=422, refusal=refusal)


def _conflict(request: Request, desk: Desk, draft_id: int, form: DraftForm) -> Response:
    now = _draft(desk, draft_id)
    versions = draft_versions(desk.store.engine, [draft_id]).get(draft_id, ())
    values = {
        "now_shown": now,
        "newest": versions[0],
        "yours": form.loose_text(),
        "form": form,
        "number": now.items[0].number,
    }
    return render(request, "conflict.html", values, status=409)
