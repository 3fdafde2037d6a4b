"""How the mailboxes do: when each was read last, what stands in the way, and how that is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from bot.bootstrap import Desk
from bot.desk.mailbox_trouble import Trouble
from bot.desk.watch import MailboxFacts
from bot.errors import BotError, RuleViolationError
from bot.steps.mailbox_trouble import trouble_of
from bot.store.mailboxes_page import NewestMail, newest_mail
from bot.stored import MailboxState
from bot.web.access import TheDesk
from bot.web.pages import render
from bot.web.troubles import TROUBLES
from bot.web.visible import typed

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try of the connection. Without trouble, `told` is what answered."""

    slug: str
    told: str
    trouble: Trouble = Trouble.NONE


@dataclass(frozen=True, slots=True)
class MailboxLine:
    slug: str
    address: str
    protocol: str
    state: MailboxState
    facts: MailboxFacts
    newest: NewestMail | None
    tried: Tried | None


@router.get("/mailboxes")
def show_mailboxes(request: Request, desk: TheDesk) -> Response:
    return _show(request, desk)


@router.post("/mailboxes/test")
def try_connection(request: Request, desk: TheDesk, slug: Annotated[str, Form()] = "") -> Response:
    """Connect, log in, open the folder. Nothing is read, and nothing on the server changes."""
    slug = typed(slug, limit=100)
    if slug not in desk.settings.mailboxes:
        raise RuleViolationError(f"there is no mailbox {slug!r}")
    try:
        tried = Tried(slug, _check(desk, slug))
    except BotError as error:
        tried = Tried(slug, str(error), trouble_of(error))
    return _show(request, desk, tried)


def _check(desk: Desk, slug: str) -> str:
    mailbox = desk.open_mailbox(slug)
    try:
        return mailbox.check()
    finally:
        mailbox.close()


def _show(request: Request, desk: Desk, tried: Tried | None = None) -> Response:
    known = {state.slug: state for state in desk.queries.mailboxes()}
    facts = desk.health().facts.mailboxes
    newest = newest_mail(desk.store.engine, desk.settings.mailboxes)
    lines = [
        MailboxLine(
            slug,
            table.address,
            table.protocol,
            known.get(slug, MailboxState(slug)),
            facts.get(slug, MailboxFacts()),
            newest.get(slug),
            tried if tried is not None and tried.slug == slug else None,
        )
        for slug, table in desk.settings.mailboxes.items()
    ]
    return render(request, "mailboxes.html", {"lines": lines, "troubles": TROUBLES})
