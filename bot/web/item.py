"""The page of one work item, and what a person does with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from bot.bootstrap import Desk
from bot.desk.work_item import WorkItem, id_of, number_of
from bot.errors import ConflictError, NotFoundError, RuleViolationError
from bot.steps import work_on_item
from bot.steps.correct_reading import correct_reading
from bot.steps.redrafting import start_reply
from bot.stored import Session
from bot.web.access import Signed, TheDesk
from bot.web.clocks import agreed_day
from bot.web.item_view import Asked, item_values
from bot.web.listing import known_origin
from bot.web.pages import render, see
from bot.web.visible import typed

router = APIRouter()

Text = Annotated[str, Form()]
Chosen = Annotated[list[int] | None, Form()]


def known_number(text: str) -> str:
    """CD-1042 for whatever way of writing it. Raises NotFoundError."""
    try:
        return number_of(id_of(typed(text)))
    except RuleViolationError as error:
        raise NotFoundError(str(error)) from error


def show_item(request: Request, desk: Desk, asked: Asked, *, status: int = 200, refusal: str = "") -> Response:
    """The page. With a refusal it answers a form, and holds what was typed into it."""
    session: Session = request.state.session
    values = item_values(desk, session.user, asked)
    return render(request, "item.html", values, status=status, refusal=refusal)


@router.get("/items/{number}")
def show(request: Request, desk: TheDesk, number: str) -> Response:
    came_from = known_origin(request.query_params.get("from", ""))
    canonical = known_number(number)
    with desk.store.look() as uow:
        survivor = uow.items.survivor(id_of(canonical))
    if survivor.number != number:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/items/{survivor.number}{query}", 302)
    return show_item(request, desk, Asked(survivor.item_id, came_from))


# What `take_back_change` can undo, in the words of `words.DONE`.
_UNDOABLE = frozenset({"assigned", "unassigned", "waiting", "resolved", "reopened", "sorted", "merged"})


def _carry_out(request: Request, desk: Desk, number: str, done: str, change: Callable[[], WorkItem | None]) -> Response:
    """Do it and go to the item; where the rules refuse, the page again with the reason and what was typed."""
    try:
        landed = change()
    except RuleViolationError as error:
        status = 409 if isinstance(error, ConflictError) else 422
        asked = Asked(id_of(known_number(number)), known_origin(getattr(request.state, "came_from", "")))
        return show_item(request, desk, asked, status=status, refusal=f"Not done: {error}")
    session: Session = request.state.session
    number = known_number(number)
    # Of a merged item its own number, which now leads to another.
    undo = f"items:{number}" if done in _UNDOABLE else ""
    if landed is not None and not session.user.works_in(landed.queue):
        # Sorted into the work of others: there is nothing more to see here, but a slip of the key can be taken back.
        return see("/", done=done, undo=undo)
    came_from = known_origin(getattr(request.state, "came_from", ""))
    return see(f"/items/{landed.number if landed else number}", done=done, came_from=came_from, undo=undo)


@router.post("/items/{number}/assign")
def assign(request: Request, desk: TheDesk, session: Signed, number: str, assignee: Text = "") -> Response:
    person = typed(assignee) or None
    change = partial(work_on_item.assign, number, person, session.user.name, store=desk.store, clock=desk.clock)
    return _carry_out(request, desk, number, "assigned" if person else "unassigned", change)


@router.post("/items/{number}/wait")
def wait(request: Request, desk: TheDesk, session: Signed, number: str, until: Text = "") -> Response:
    day = agreed_day(until)
    change = partial(work_on_item.wait, number, session.user.name, store=desk.store, clock=desk.clock, until=day)
    return _carry_out(request, desk, number, "waiting", change)


@router.post("/items/{number}/reopen")
def reopen(request: Request, desk: TheDesk, session: Signed, number: str) -> Response:
    change = partial(work_on_item.reopen, number, session.user.name, store=desk.store, clock=desk.clock)
    return _carry_out(request, desk, number, "reopened", change)


@router.post("/items/{number}/resolve")
def resolve(
    request: Request, desk: TheDesk, session: Signed, number: str, resolution: Text = "", document_number: Text = ""
) -> Response:
    def change() -> WorkItem:
        if not resolution:
            raise RuleViolationError("choose how the item ended")
        return work_on_item.resolve(
            number, resolution, typed(document_number, limit=100), session.user.name, store=desk.store, clock=desk.clock
        )

    return _carry_out(request, desk, number, "resolved", change)


def chosen_sorting(choice: str, person: str) -> work_on_item.Correction:
    """`choice` is a category, or a category and a reason with a slash between."""
    category, _, reason = typed(choice).partition("/")
    return work_on_item.Correction(category, reason or None, person)


@router.post("/items/{number}/sort")
def sort(request: Request, desk: TheDesk, session: Signed, number: str, choice: Text = "") -> Response:
    change = partial(
        work_on_item.resort,
        number,
        chosen_sorting(choice, session.user.name),
        store=desk.store,
        clock=desk.clock,
        renderer=desk.renderer,
        policy=desk.policy,
    )
    return _carry_out(request, desk, number, "sorted", change)


class ReadingForm(BaseModel):
    """Each field holds all values of its kind, with semicolons, commas or lines between; an amount may hold commas."""

    invoices: str = ""
    pos: str = ""
    amounts: str = ""
    states: str = ""

    @property
    def wanted(self) -> dict[str, list[str]]:
        return {
            "invoice": _listed(self.invoices, ",;"),
            "po": _listed(self.pos, ",;"),
            "amount": _listed(self.amounts, ";"),
            "state": _listed(self.states, ",;"),
        }


def _listed(text: str, separators: str) -> list[str]:
    return [one.strip() for one in re.split(rf"[{separators}\n]", typed(text)) if one.strip()]


@router.post("/items/{number}/reading")
def correct(
    request: Request, desk: TheDesk, session: Signed, number: str, form: Annotated[ReadingForm, Form()]
) -> Response:
    change = partial(
        correct_reading,
        number,
        form.wanted,
        session.user.name,
        store=desk.store,
        clock=desk.clock,
        renderer=desk.renderer,
        policy=desk.policy,
    )
    return _carry_out(request, desk, number, "corrected", change)


@router.post("/items/{number}/reply")
def reply(request: Request, desk: TheDesk, session: Signed, number: str) -> Response:
    change = partial(
        start_reply,
        number,
        session.user.name,
        store=desk.store,
        clock=desk.clock,
        renderer=desk.renderer,
        policy=desk.policy,
    )
    return _carry_out(request, desk, number, "reply_started", change)


@router.post("/items/{number}/note")
def note(request: Request, desk: TheDesk, session: Signed, number: str, body: Text = "") -> Response:
    change = partial(work_on_item.note, number, typed(body), session.user.name, store=desk.store, clock=desk.clock)
    return _carry_out(request, desk, number, "noted", change)


@router.post("/items/{number}/merge")
def merge(request: Request, desk: TheDesk, session: Signed, number: str, into: Text = "") -> Response:
    change = partial(work_on_item.merge, number, typed(into), session.user.name, store=desk.store, clock=desk.clock)
    return _carry_out(request, desk, number, "merged", change)


@router.post("/items/{number}/split")
def split(
    request: Request,
    desk: TheDesk,
    session: Signed,
    number: str,
    message_id: Chosen = None,
) -> Response:
    chosen = tuple(message_id or ())

    def change() -> WorkItem:
        if not chosen:
            raise RuleViolationError("choose the messages that become an item of their own")
        return work_on_item.split(number, chosen, session.user.name, store=desk.store, clock=desk.clock)

    return _carry_out(request, desk, number, "split", change)
