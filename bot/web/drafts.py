"""Drafts that wait for a person: read, correct, approve or reject. Only an approval lets mail leave."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from bot.bootstrap import Desk
from bot.desk.canned_text import with_text
from bot.desk.draft import DraftFile, DraftState, Rendered
from bot.desk.outbox import Way
from bot.desk.user import User
from bot.desk.work_item import number_of
from bot.errors import ConflictError, NotFoundError, RuleViolationError
from bot.steps.decide_draft import approve_draft, reject_draft, revise_draft
from bot.steps.draft_files import keep_files
from bot.steps.fill_text import fill_text
from bot.steps.take_back import HELD_FOR
from bot.store.drafts_page import (
    ShownDraft,
    draft_versions,
    next_waiting,
    place_of_draft,
    shown_draft,
    text_as_approved,
    waiting_drafts,
)
from bot.store.queue_page import following
from bot.stored import Session
from bot.web.access import Approver, Signed, TheDesk
from bot.web.draft_form import DraftForm, Typed
from bot.web.draft_preview import preview_view
from bot.web.files import download, viewed
from bot.web.item import show_item
from bot.web.item_view import Asked, place_in
from bot.web.listing import listing_of, place_text, read_place
from bot.web.pages import render, see

# Files of ours come with the form; whoever sends more is no clerk.
LARGEST_FORM = 16_000_000

router = APIRouter(max_body_size=LARGEST_FORM)

PAGE = 50
DraftId = Annotated[int, Path(ge=1, le=2**53)]
After = Annotated[str, Query(max_length=80)]
TextId = Annotated[int, Path(ge=1, le=2**53)]
Place = Annotated[int, Path(ge=1, le=100)]


@router.get("/drafts")
def show_drafts(request: Request, desk: TheDesk, session: Signed, after: After = "") -> Response:
    place = read_place(after)
    if after and place is None:
        raise NotFoundError("there is no such place in the list")
    found = waiting_drafts(desk.store.engine, place, PAGE + 1, within=session.user.queues)
    last = place_of_draft(desk.store.engine, found[PAGE - 1].draft.draft_id) if len(found) > PAGE else None
    next_after = place_text(last) if last is not None else ""
    return render(request, "drafts.html", {"drafts": found[:PAGE], "next_after": next_after, "after": after})


@router.post("/drafts/{draft_id}/save")
def save(request: Request, desk: TheDesk, session: Signed, draft_id: DraftId, form: Typed) -> Response:
    shown = _draft(desk, session.user, draft_id)
    form = form.with_files(_known_files(desk, draft_id))
    try:
        form = _with_uploads(desk, draft_id, form)
        done = _save_text(desk, session, shown, form)
    except ConflictError:
        return _conflict(request, desk, draft_id, form)
    except RuleViolationError as error:
        return _again(request, desk, shown, form, f"Not saved: {error}")
    return see(_path(shown), done=done, came_from=form.came_from)


@router.post("/drafts/{draft_id}/approve")
def approve(request: Request, desk: TheDesk, session: Approver, draft_id: DraftId, form: Typed) -> Response:
    """Approve exactly the text in the form. What differs from the newest version becomes the next version first."""
    shown = _draft(desk, session.user, draft_id)
    form = form.with_files(_known_files(desk, draft_id))
    try:
        form = _with_uploads(desk, draft_id, form)
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
            letterhead=replace(desk.letterhead, held_for=HELD_FOR),
            text=text,
        )
    except ConflictError:
        return _conflict(request, desk, draft_id, form)
    except RuleViolationError as error:
        return _again(request, desk, shown, form, f"Not sent: {error}")
    is_put_into_drafts = desk.letterhead.way_of(shown.draft.mailbox) is Way.DRAFTS
    return _onward(desk, shown, form, session, "approved_drafts" if is_put_into_drafts else "approved")


@router.post("/drafts/{draft_id}/reject")
def reject(request: Request, desk: TheDesk, session: Signed, draft_id: DraftId, form: Typed) -> Response:
    shown = _draft(desk, session.user, draft_id)
    form = form.with_files(_known_files(desk, draft_id))
    try:
        reject_draft(draft_id, form.version, form.reason, session.user.name, store=desk.store, clock=desk.clock)
    except ConflictError:
        return _conflict(request, desk, draft_id, form)
    except RuleViolationError as error:
        return _again(request, desk, shown, form, f"Not rejected: {error}")
    return _onward(desk, shown, form, session, "rejected")


@router.post("/drafts/{draft_id}/preview")
def show_preview(request: Request, desk: TheDesk, session: Signed, draft_id: DraftId, form: Typed) -> Response:
    """What the customer would see of the text as it stands in the form. Nothing is stored."""
    shown = _draft(desk, session.user, draft_id)
    text = form.with_files(_known_files(desk, draft_id)).loose_text()
    return render(request, "preview.html", {"preview": preview_view(desk, draft_id, text, shown.draft.facts)})


@router.get("/drafts/{draft_id}/texts/{text_id}")
def text_for_draft(desk: TheDesk, session: Signed, draft_id: DraftId, text_id: TextId) -> JSONResponse:
    """A canned text with the item's values, for the script that puts it where the cursor stands."""
    return JSONResponse({"text": _filled(desk, session, draft_id, text_id).body})


@router.post("/drafts/{draft_id}/insert")
def insert(request: Request, desk: TheDesk, session: Signed, draft_id: DraftId, form: Typed) -> Response:
    """The page again with a canned text before the sign-off. Nothing is stored."""
    shown = _draft(desk, session.user, draft_id)
    filled = _filled(desk, session, draft_id, form.text_id)
    form = form.with_files(_known_files(desk, draft_id))
    text = form.loose_text()
    text = replace(text, body=with_text(text.body, filled.body))
    return show_item(request, desk, Asked(shown.items[0].item_id, form.came_from, draft_text=text))


def _filled(desk: Desk, session: Session, draft_id: int, text_id: int) -> Rendered:
    return fill_text(
        text_id,
        draft_id,
        session.user.name,
        store=desk.store,
        clock=desk.clock,
        renderer=desk.renderer,
        policy=desk.policy,
    )


@router.get("/drafts/{draft_id}/files/{place}")
def download_file(desk: TheDesk, session: Signed, draft_id: DraftId, place: Place) -> Response:
    file, content = _file(desk, session.user, draft_id, place)
    return download(content, file.name, "application/octet-stream")


@router.get("/drafts/{draft_id}/files/{place}/view")
def view_file(desk: TheDesk, session: Signed, draft_id: DraftId, place: Place) -> Response:
    file, content = _file(desk, session.user, draft_id, place)
    return viewed(content, file.name, file.content_type)


def _file(desk: Desk, user: User, draft_id: int, place: int) -> tuple[DraftFile, bytes]:
    """One of the files of the newest version, counted from 1."""
    files = _draft(desk, user, draft_id).draft.text.files
    if place > len(files):
        raise NotFoundError(f"draft {draft_id} has no file {place}")
    with desk.store.look() as uow:
        return files[place - 1], uow.files.get(files[place - 1].sha256)


def _known_files(desk: Desk, draft_id: int) -> list[DraftFile]:
    """Of every version: whoever saves over a newer one keeps what they saw."""
    versions = draft_versions(desk.store.engine, [draft_id]).get(draft_id, ())
    return [file for one in versions for file in one.text.files]


def _with_uploads(desk: Desk, draft_id: int, form: DraftForm) -> DraftForm:
    if not form.uploads:
        return form
    added = keep_files(form.uploads, store=desk.store, clock=desk.clock)
    return form.with_files(_known_files(desk, draft_id), added)


def _save_text(desk: Desk, session: Session, shown: ShownDraft, form: DraftForm) -> str:
    """What was done, in the words of `words.DONE`."""
    text, is_stale = form.text(), shown.draft.state is DraftState.STALE
    if text == shown.draft.text and form.version == shown.draft.version and not is_stale:
        return "unchanged"
    draft_id, person = shown.draft.draft_id, session.user.name
    seen = DraftState.STALE if form.state == DraftState.STALE else DraftState.OPEN
    revise_draft(draft_id, form.version, text, person, store=desk.store, clock=desk.clock, seen=seen)
    return "saved"


def _draft(desk: Desk, user: User, draft_id: int) -> ShownDraft:
    found = shown_draft(desk.store.engine, draft_id, within=user.queues)
    if found is None or not found.items:
        raise NotFoundError(f"there is no draft {draft_id}")
    return found


def _path(shown: ShownDraft) -> str:
    return f"/items/{shown.items[0].number}"


def _onward(desk: Desk, shown: ShownDraft, form: DraftForm, session: Session, done: str) -> Response:
    """Whoever works through a list goes on to what follows in it, everyone else back to the item."""
    undo = f"draft:{shown.draft.draft_id}"
    listing = listing_of(form.came_from)
    if listing is not None:
        here = place_in(desk, listing, shown.items[0].item_id)
        place = following(desk.store.engine, listing.choice(session.user, desk.clock.now(), here))
        if place is None:
            return see("/", done=done, undo=undo, query=listing.query())
        came_from = f"list:{listing.query(at=place_text(place))}"
        return see(f"/items/{number_of(place.item_id)}", done=done, came_from=came_from, undo=undo)
    if form.came_from != "drafts":
        return see(_path(shown), done=done, undo=undo)
    next_draft = next_waiting(desk.store.engine, shown.draft.draft_id, within=session.user.queues)
    if next_draft is None or not next_draft.items:
        return see("/drafts", done="approved_last" if done == "approved" else done, undo=undo)
    return see(_path(next_draft), done=done, came_from="drafts", undo=undo)


def _again(request: Request, desk: Desk, shown: ShownDraft, form: DraftForm, refusal: str) -> Response:
    """The item page with the reason at its top and the person's own text in the editor."""
    session: Session = request.state.session
    now = _draft(desk, session.user, shown.draft.draft_id)
    if now.draft.version != shown.draft.version:
        refusal += f". Your text was saved as version {now.draft.version}"
    asked = Asked(shown.items[0].item_id, form.came_from, draft_text=form.loose_text() if now.waits else None)
    return show_item(request, desk, asked, status=422, refusal=refusal)


def _conflict(request: Request, desk: Desk, draft_id: int, form: DraftForm) -> Response:
    session: Session = request.state.session
    now = _draft(desk, session.user, draft_id)
    versions = draft_versions(desk.store.engine, [draft_id]).get(draft_id, ())
    values = {
        "now_shown": now,
        "newest": versions[0],
        "yours": form.loose_text(),
        "form": form,
        "number": now.items[0].number,
    }
    return render(request, "conflict.html", values, status=409)
