"""The record: who changed what, and when. It is only read here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.store.record_page import record_page
from bot.web.access import Signed, TheDesk
from bot.web.pages import render
from bot.web.rights import check_subject
from bot.web.visible import typed

router = APIRouter()

PAGE = 100


@router.get("/record")
def show_record(
    request: Request,
    desk: TheDesk,
    session: Signed,
    subject: str = "",
    after: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> Response:
    subject = typed(subject, limit=120).strip()
    sees_all = session.user.queues is None
    if subject and not sees_all:
        check_subject(desk, session.user, subject)
    found = record_page(desk.store.engine, subject or None, after, PAGE + 1) if subject or sees_all else []
    values = {
        "lines": found[:PAGE],
        "next_after": found[PAGE - 1].record_id if len(found) > PAGE else None,
        "subject": subject,
        "asks_for_subject": not (subject or sees_all),
    }
    return render(request, "record.html", values)
