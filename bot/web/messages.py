"""The bytes of messages: the raw source and single attachments, always as a download."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.errors import NotFoundError, UnparsableMessageError
from bot.mail.message import Attachment
from bot.ports import ParseFailure
from bot.store.message_page import raw_id_of
from bot.web.access import TheDesk

router = APIRouter()

RowId = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/messages/{message_id}/raw")
def download_raw(message_id: RowId, desk: TheDesk) -> Response:
    return download(_raw(desk, message_id), f"message-{message_id}.eml", "text/plain")


@router.get("/messages/{message_id}/attachments/{place}")
def download_attachment(message_id: RowId, place: RowId, desk: TheDesk) -> Response:
    """`place` counts from 1, in the order of the page."""
    attachments = _attachments(desk, message_id)
    if place > len(attachments):
        raise NotFoundError(f"message {message_id} has no attachment {place}")
    found = attachments[place - 1]
    return download(found.content, found.name, "application/octet-stream")


def download(content: bytes, name: str, media_type: str) -> Response:
    """An answer that browsers save and never show, whatever is in it."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name) or "file"
    # RFC 6266: the plain name for those who know no better, the true one percent-encoded.
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def raw_content(desk: Desk, raw_id: int) -> bytes:
    with desk.store.look() as uow:
        return uow.raw.get(raw_id).content


def _raw(desk: Desk, message_id: int) -> bytes:
    return raw_content(desk, raw_id_of(desk.store.engine, message_id))


def _attachments(desk: Desk, message_id: int) -> tuple[Attachment, ...]:
    found = desk.parser.attachments(_raw(desk, message_id))
    if isinstance(found, ParseFailure):
        raise UnparsableMessageError(f"the message cannot be opened ({found.reason}); download its raw source instead")
    return found
