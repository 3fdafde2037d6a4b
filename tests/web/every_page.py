"""Every page of the desk, each with something on it, for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from fastapi.routing import APIRoute
from playwright.sync_api import Page, expect
from starlette.routing import BaseRoute

from bot.bootstrap import Desk
from bot.desk.outbox import Uncertain
from bot.stored import NewQuarantine
from bot.web.app import create_app
from tests.web.room import Room, make_letter

# Addresses that answer with files, with a page of another address, or with what no person reads.
NO_PAGES = frozenset(
    {
        "/go",
        "/healthz",
        # They lead to the single sign-on provider and back.
        "/log-in/openid",
        "/log-in/openid/back",
        "/account/connect",
        "/metrics",
        "/news",
        "/drafts/{draft_id}/texts/{text_id}",
        "/drafts/{draft_id}/files/{place}",
        "/drafts/{draft_id}/files/{place}/view",
        "/messages/{message_id}/raw",
        "/messages/{message_id}/source",
        "/messages/{message_id}/html",
        "/messages/{message_id}/attachments/{place}",
        "/messages/{message_id}/attachments/{place}/view",
        "/quarantine/{quarantine_id}/raw",
        "/reports/{report}/charts/{table}",
        "/reports/{report}/workbook",
        # Only between a password and its code, or with a link that works once.
        "/log-in/code",
        "/set-password",
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the desk: the route, the address with its numbers, and what is opened once it is there."""

    route: str
    address: str
    opened: Callable[[Page], object] = Page.bring_to_front


def _open_all(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")


def _keys(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()


def _refused_note(page: Page) -> None:
    page.get_by_text("Resolve", exact=True).first.click()
    page.get_by_label("How it ended").select_option("rebill")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _just_done(page: Page) -> None:
    page.get_by_text("Assign to a colleague", exact=True).click()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Nobody is assigned")).to_be_visible()


LOOKS = {
    "queues": Look("/", "/"),
    "a queue that is done": Look("/", "/?queue=tax-exempt"),
    "filters that fit nothing": Look("/", "/?category=dispute&older=30"),
    "an item with its draft": Look("/items/{number}", "/items/CD-1001", _open_all),
    "an item that waits for sorting": Look("/items/{number}", "/items/CD-1002", _open_all),
    "an item whose draft was approved": Look("/items/{number}", "/items/CD-1003", _open_all),
    "an item after a refusal": Look("/items/{number}", "/items/CD-1002", _refused_note),
    "an item with an undo": Look("/items/{number}", "/items/CD-1004", _just_done),
    "the keys": Look("/items/{number}", "/items/CD-1001", _keys),
    "the palette": Look("/", "/", _palette),
    "drafts": Look("/drafts", "/drafts"),
    "outbox": Look("/outbox", "/outbox"),
    "an empty outbox": Look("/outbox", "/outbox?state=failed"),
    "quarantine": Look("/quarantine", "/quarantine"),
    "tasks": Look("/tasks", "/tasks"),
    "saved filters": Look("/", "/?category=refund", _open_all),
    "texts": Look("/texts", "/texts?edit=1", _open_all),
    "mailboxes": Look("/mailboxes", "/mailboxes"),
    "notices": Look("/notices", "/notices"),
    "record": Look("/record", "/record"),
    "health": Look("/health", "/health"),
    "examples": Look("/examples", "/examples"),
    "search": Look("/search", "/search?q=charged"),
    "a customer": Look("/customer", "/customer?number=C-100"),
    "reports": Look("/reports", "/reports"),
    "a report": Look("/reports/{report}", "/reports/sla-daily"),
    "the list behind a number": Look("/reports/{report}/list", "/reports/sla-daily/list"),
    "account": Look("/account", "/account"),
    "second factor": Look("/account/second-factor", "/account/second-factor"),
    "users": Look("/users", "/users"),
    "a user": Look("/users/person", "/users/person?name=ann"),
    "settings": Look("/settings", "/settings"),
    "what is not there": Look("/items/{number}", "/items/CD-999999"),
}
# Before anybody is logged in.
GATE = Look("/log-in", "/log-in")


def pages_of(desk: Desk) -> set[str]:
    """The paths under which the desk answers a browser that only looks."""

    def flat(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
        # The framework keeps included routers as they are; their routes lie inside.
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from flat(inner.routes)
            elif isinstance(route, APIRoute):
                yield route

    return {route.path for route in flat(create_app(desk).routes) if "GET" in route.methods}


def fill_every_page(room: Room) -> None:
    """Mail of each kind, a draft in each state, something held, something uncertain."""
    with_files = make_letter(
        "Hello, we were charged twice for INV-1001 and INV-2002. Please refund us.",
        files={"invoice.pdf": b"%PDF-1.4\n%%EOF\n", "notes.txt": b"see page two"},
        html="<p>Hello, we were <b>charged twice</b> for INV-1001.</p><table><tr><td>1</td></tr></table>",
        headers={"Reply-To": "elsewhere@unknown.example"},
    )
    room.arrive(with_files)
    room.arrive(make_letter("What is this about?", "Hello"))
    approved = room.arrive(make_letter("The chairs arrived damaged.", "Chairs", "Bo <bo@harlow.example>"))
    room.post(f"/drafts/{room.draft_id(approved)}/approve", **room.draft_form(approved) | {"body": "We look into it."})
    room.arrive(make_letter("We are exempt in NY.", "Certificate", "Cy <cy@harlow.example>"))
    room.post("/texts", name="Where to send it", body="Please send it to [[our mailbox]].", shared="yes")
    room.post("/filters", name="Refunds", came_from="list:category=refund&sort=amount")
    room.clock.pass_by(timedelta(seconds=30))
    now = room.clock.now()
    with room.desk.store.begin() as uow:
        entry = uow.outbox.claim(1, now)
        assert entry is not None
        uow.outbox.settle(entry, Uncertain("the connection died after the last byte"))
        uow.quarantine.hold(
            NewQuarantine("icc", "7", "the message is deeper than a message can be", head=b"From:"), now
        )
        uow.commit()
