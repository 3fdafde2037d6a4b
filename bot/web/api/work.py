"""Items and drafts for programs: the same steps as the page, with the same rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query

from bot.bootstrap import Desk
from bot.desk.work_item import ItemState, id_of
from bot.errors import ConflictError, NotFoundError, RuleViolationError
from bot.steps import work_on_item
from bot.steps.decide_draft import approve_draft, reject_draft
from bot.steps.take_back import HELD_FOR
from bot.store.clock_page import item_clocks
from bot.store.drafts_page import ShownDraft, drafts_of_item, shown_draft
from bot.store.item_page import item_page
from bot.store.queue_page import QueueChoice, queue_page
from bot.web.api import shapes
from bot.web.api.calling import Approver, Reader, TheDesk, Worker
from bot.web.api.problems import RESPONSES
from bot.web.listing import place_text, read_place

router = APIRouter(responses=RESPONSES)

MOST = 200
LONGEST_WAIT = timedelta(days=730)
Number = Annotated[str, Path(pattern=r"^CD-[0-9]{1,12}$")]
DraftId = Annotated[int, Path(ge=1, le=2**53)]
Filter = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")]


@router.get("/items")
def list_items(
    desk: TheDesk,
    caller: Reader,
    queue: Filter = None,
    state: ItemState | None = None,
    assignee: Filter = None,
    after: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> shapes.ItemPage:
    """Work items of the person's queues, newest first; those that are open and waiting unless a state is named."""
    place = read_place(after)
    if after and place is None:
        raise RuleViolationError("after is no place in a list; give back next_after as it came")
    chosen = QueueChoice(queue=queue, assignee=assignee, after=place, limit=limit, within=caller.user.queues)
    page = queue_page(desk.store.engine, replace(chosen, states=(state,)) if state else chosen)
    following = place_text(page.next_after) if page.next_after is not None else None
    return shapes.ItemPage(items=[shapes.item_shape(row.item) for row in page.rows], next_after=following)


@router.get("/items/{number}")
def show_item(number: Number, desk: TheDesk, caller: Reader) -> shapes.WholeItem:  # noqa: ARG001 (asked for its rights)
    """One item with its clocks, its conversation and its drafts. A merged one answers as its survivor."""
    page = item_page(desk.store.engine, id_of(number))
    item_id = page.item.item_id
    clocks = item_clocks(desk.store.engine, item_id, desk.settings.sla, desk.clock.now())
    return shapes.WholeItem(
        **shapes.item_shape(page.item).model_dump(),
        clocks=[shapes.clock_shape(one.clock) for one in clocks],
        messages=[
            shapes.MessageLine(
                id=one.message_id,
                direction=one.direction,
                sender=str(one.sender),
                subject=one.subject,
                received_at=one.received_at,
                text=one.newest_text,
            )
            for one in page.conversation
        ],
        drafts=[shapes.draft_shape(one.draft) for one in drafts_of_item(desk.store.engine, item_id)],
    )


@router.post("/items/{number}/assign")
def assign(number: Number, sent: shapes.Assign, desk: TheDesk, caller: Worker) -> shapes.Item:
    item = work_on_item.assign(number, sent.assignee, caller.user.name, store=desk.store, clock=desk.clock)
    return shapes.item_shape(item)


@router.post("/items/{number}/sort")
def sort(number: Number, sent: shapes.Sort, desk: TheDesk, caller: Worker) -> shapes.Item:
    """Put the item under another category; the answer that belongs to it is drafted."""
    item = work_on_item.resort(
        number,
        work_on_item.Correction(sent.category, sent.reason, caller.user.name),
        store=desk.store,
        clock=desk.clock,
        renderer=desk.renderer,
        policy=desk.policy,
    )
    return shapes.item_shape(item)


@router.post("/items/{number}/wait")
def wait(number: Number, sent: shapes.Wait, desk: TheDesk, caller: Worker) -> shapes.Item:
    """Let the item wait for the customer, or until a day."""
    person = caller.user.name
    if sent.until is not None and sent.until > desk.clock.now().date() + LONGEST_WAIT:
        raise RuleViolationError(f"{sent.until} is too far away; wait for two years at most")
    item = work_on_item.wait(number, person, store=desk.store, clock=desk.clock, until=sent.until)
    return shapes.item_shape(item)


@router.post("/items/{number}/resolve")
def resolve(number: Number, sent: shapes.Resolve, desk: TheDesk, caller: Worker) -> shapes.Item:
    """Say how the item ended. A draft that waits for it becomes stale."""
    document = sent.document.replace("\x00", "")
    item = work_on_item.resolve(number, sent.resolution, document, caller.user.name, store=desk.store, clock=desk.clock)
    return shapes.item_shape(item)


@router.post("/items/{number}/reopen")
def reopen(number: Number, desk: TheDesk, caller: Worker) -> shapes.Item:
    """Open a waiting or resolved item again."""
    item = work_on_item.reopen(number, caller.user.name, store=desk.store, clock=desk.clock)
    return shapes.item_shape(item)


@router.post("/items/{number}/notes", status_code=204)
def note(number: Number, sent: shapes.Note, desk: TheDesk, caller: Worker) -> None:
    """Write an internal note. It never becomes part of a mail."""
    body = sent.body.replace("\x00", "")
    work_on_item.note(number, body, caller.user.name, store=desk.store, clock=desk.clock)


@router.get("/drafts/{draft_id}")
def show_draft(draft_id: DraftId, desk: TheDesk, caller: Reader) -> shapes.DraftLine:
    return shapes.draft_shape(_draft(desk, draft_id, caller.user.queues).draft)


@router.post("/drafts/{draft_id}/approve")
def approve(draft_id: DraftId, sent: shapes.Approve, desk: TheDesk, caller: Approver) -> shapes.Approved:
    """Approve exactly the text that `version` and `sha256` name. It leaves after ten seconds."""
    draft = _draft(desk, draft_id, caller.user.queues).draft
    if shapes.text_digest(draft.text) != sent.sha256:
        raise ConflictError(f"draft {draft_id} holds another text than the one you read")
    letterhead = replace(desk.letterhead, held_for=HELD_FOR)
    entry = approve_draft(
        draft_id, sent.version, caller.user.name, store=desk.store, clock=desk.clock, letterhead=letterhead
    )
    return shapes.Approved(outbox_entry=entry)


@router.post("/drafts/{draft_id}/reject", status_code=204)
def reject(draft_id: DraftId, sent: shapes.Reject, desk: TheDesk, caller: Worker) -> None:
    reason = sent.reason.replace("\x00", "")
    reject_draft(draft_id, sent.version, reason, caller.user.name, store=desk.store, clock=desk.clock)


def _draft(desk: Desk, draft_id: int, within: frozenset[str] | None) -> ShownDraft:
    found = shown_draft(desk.store.engine, draft_id, within=within)
    if found is None or not found.items:
        raise NotFoundError(f"there is no draft {draft_id}")
    return found
