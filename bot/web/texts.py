"""The short texts that staff put into drafts: written, changed and taken away here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from bot.bootstrap import Desk
from bot.desk.canned_text import LANGUAGES, VALUES, CannedText
from bot.desk.own_or_shared import may_change
from bot.desk.record import RecordEntry
from bot.errors import RuleViolationError
from bot.steps.keep_texts import Wording, change_text, remove_text, write_text
from bot.stored import Session
from bot.web.access import Signed, TheDesk
from bot.web.pages import render, see
from bot.web.visible import typed

router = APIRouter()

TextId = Annotated[int, Query(ge=0, le=2**53)]


class TextForm(BaseModel):
    """`text_id` is 0 for a new one."""

    text_id: int = 0
    name: str = ""
    language: str = "en"
    body: str = ""
    shared: str = ""

    @property
    def wording(self) -> Wording:
        name, body = typed(self.name, limit=200), typed(self.body)
        return Wording(name, self.language, body, is_shared=self.shared == "yes")


@router.get("/texts")
def show_texts(request: Request, desk: TheDesk, session: Signed, edit: TextId = 0) -> Response:
    return _show(request, desk, session, TextForm(text_id=edit))


@router.post("/texts")
def save_text(request: Request, desk: TheDesk, session: Signed, form: Annotated[TextForm, Form()]) -> Response:
    person = session.user.name
    try:
        if form.text_id:
            change_text(form.text_id, form.wording, person, store=desk.store, clock=desk.clock)
        else:
            write_text(form.wording, person, store=desk.store, clock=desk.clock)
    except RuleViolationError as error:
        return _show(request, desk, session, form, refusal=f"Not saved: {error}")
    return see("/texts", done="text_saved")


@router.post("/texts/remove")
def take_text_away(desk: TheDesk, session: Signed, text_id: Annotated[int, Form()]) -> Response:
    remove_text(text_id, session.user.name, store=desk.store, clock=desk.clock)
    return see("/texts", done="text_removed", undo=f"text:{text_id}")


def _show(request: Request, desk: Desk, session: Session, form: TextForm, refusal: str = "") -> Response:
    """The list, and beside it the form: empty, with a text to change, or with what was refused."""
    texts = texts_of(desk, session.user.name)
    edited = next((one for one in texts if one.text_id == form.text_id), None)
    if edited is not None and not refusal:
        form = TextForm(
            text_id=edited.text_id,
            name=edited.name,
            language=edited.language,
            body=edited.body,
            shared="yes" if edited.is_shared else "",
        )
    values = {
        "texts": texts,
        "changeable": {one.text_id for one in texts if may_change(session.user, one)},
        "form": form,
        "edited": edited,
        "changes": _changes(desk, edited),
        "languages": LANGUAGES,
        "values": VALUES,
    }
    return render(request, "texts.html", values, status=422 if refusal else 200, refusal=refusal)


def texts_of(desk: Desk, person: str) -> Sequence[CannedText]:
    with desk.store.look() as uow:
        return uow.texts.of(person)


def _changes(desk: Desk, edited: CannedText | None) -> list[RecordEntry]:
    return desk.queries.record(f"text:{edited.text_id}", limit=20) if edited is not None else []
