"""The bytes of messages: raw source, HTML and single attachments, as a download or to look at in a frame."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.errors import NotFoundError, UnparsableMessageError
from bot.mail.message import Attachment
from bot.ports import ParseFailure
from bot.store.message_page import html_of, raw_id_of
from bot.web.access import TheDesk
from bot.web.files import download, framed_text, viewed
from bot.web.sanitised import POLICY, sanitised

router = APIRouter()

RowId = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/messages/{message_id}/raw")
def download_raw(message_id: RowId, desk: TheDesk) -> Response:
    return download(_raw(desk, message_id), f"message-{message_id}.eml", "text/plain")


@router.get("/messages/{message_id}/attachments/{place}")
def download_attachment(message_id: RowId, place: RowId, desk: TheDesk) -> Response:
    """`place` counts from 1, in the order of the page."""
    found = _attachment(desk, message_id, place)
    return download(found.content, found.name, "application/octet-stream")


@router.get("/messages/{message_id}/source")
def show_source(message_id: RowId, desk: TheDesk) -> Response:
    """The beginning of the raw message as text, whatever it holds."""
    return framed_text(_raw(desk, message_id))


@router.get("/messages/{message_id}/html")
def show_html(message_id: RowId, desk: TheDesk) -> Response:
    """What the sender formatted, with everything left out that could load, run or send something."""
    document = sanitised(html_of(desk.store.engine, message_id))
    return Response(document, media_type="text/html", headers={"Content-Security-Policy": POLICY})


@router.get("/messages/{message_id}/attachments/{place}/view")
def view_attachment(message_id: RowId, place: RowId, desk: TheDesk) -> Response:
    """To look at. The type was told by the bytes and not by the sender; what cannot be shown safely is a download."""
    found = _attachment(desk, message_id, place)
    return viewed(found.content, found.name, found.content_type)


def raw_content(desk: Desk, raw_id: int) -> bytes:
    with desk.store.look() as uow:
        return uow.raw.get(raw_id).content


def _raw(desk: Desk, message_id: int) -> bytes:
    return raw_content(desk, raw_id_of(desk.store.engine, message_id))


def _attachment(desk: Desk, message_id: int, place: int) -> Attachment:
    found = desk.parser.attachments(_raw(desk, message_id))
    if isinstance(found, ParseFailure):
        raise UnparsableMessageError(f"the message cannot be opened ({found.reason}); download its raw source instead")
    if place > len(found):
        raise NotFoundError(f"message {message_id} has no attachment {place}")
    return found[place - 1]
