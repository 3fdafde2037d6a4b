"""A whole desk on a small configuration in a temporary folder, with a browser's view of its review page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

from httpx2 import Response
from starlette.testclient import TestClient

from bot import bootstrap
from bot.bootstrap import Desk
from bot.desk.verdict import UNSORTED, Evidence, FoundFact, Scored, Verdict
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.parsing import InlineParser
from bot.ports import Question
from bot.settings import load
from bot.steps.ingest import ingest
from bot.steps.keep_users import add_user
from bot.steps.take_in import TakeInPorts, take_in
from bot.web.app import create_app

PASSWORD = "correct horse battery"
ADDRESS = "https://desk.northgate.example"
INVOICE = re.compile(r"INV-\d+")

_BOT = """
[company]
name = "Northgate"
domains = ["northgate.example"]
time_zone = "America/New_York"
[store]
url = "sqlite:///desk.sqlite3"
blobs = "blobs"
[outgoing]
protocol = "maildir"
path = "sent"
[learning]
keep_corrections = true
[web]
secure_cookie = {secure}
"""
_MAILBOXES = """
[icc]
address = "icc@northgate.example"
protocol = "maildir"
path = "icc"
start = "all"
"""
# What the scripted sorter looks for: word, category, reason, how sure.
_WORDS = (
    ("charged twice", "refund", "duplicate_payment", 0.94),
    ("damaged", "dispute", "damaged_or_wrong", 0.91),
    ("exempt", "tax_exempt", "certificate", 0.88),
)


class ScriptedSorter:
    """See ports.Sorter. It knows a few phrases, and shows the one that it found."""

    def sort_many(self, questions: Sequence[Question]) -> list[Verdict]:
        return [self._sort(question.message.newest_text) for question in questions]

    def _sort(self, text: str) -> Verdict:
        facts = tuple(
            FoundFact("invoice", found[0], found[0], "newest_text", *found.span()) for found in INVOICE.finditer(text)
        )
        for words, category, reason, share in _WORDS:
            start = text.find(words)
            if start >= 0:
                shown = Evidence("newest_text", start, start + len(words), words, f"speaks for {category}")
                scores = (Scored(category, share),)
                return Verdict(category, category, share, scores, reason, "USD", facts, (shown,), "scripted")
        scores = (Scored("dispute", 0.4), Scored("revision", 0.3))
        return Verdict(UNSORTED, "dispute", 0.4, scores, None, "USD", facts, (), "scripted")


class TickingClock:
    """See ports.Clock. Each look is a second later, so that nothing happens twice at one moment."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def pass_by(self, length: timedelta) -> None:
        self._now += length


def make_letter(
    body: str = "Hello, we were charged twice for INV-1001. Please refund us.",
    subject: str = "Duplicate payment",
    sender: str = "Ann Doyle <ap@brightwater.example>",
    files: Mapping[str, bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    html: str = "",
    file_type: str = "application/octet-stream",
) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "icc@northgate.example"
    message["Subject"] = subject
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 -0500"
    message["Message-ID"] = f"<{abs(hash((body, subject, sender)))}@brightwater.example>"
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        maintype, _, subtype = file_type.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()


def make_desk(
    folder: Path,
    *,
    secure_cookie: bool = True,
    mailbox: str = "",
    bot: str = "",
    environment: Mapping[str, str] | None = None,
) -> tuple[Desk, TickingClock]:
    """`mailbox` holds further keys of the one mailbox, `bot` further tables of bot.toml."""
    config = folder / "config"
    config.mkdir()
    (config / "bot.toml").write_text(_BOT.replace("{secure}", str(secure_cookie).lower()) + bot)
    (config / "mailboxes.toml").write_text(_MAILBOXES + mailbox)
    clock = TickingClock(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    desk = bootstrap.build(load(config, environment or {}), clock=clock)
    return replace(desk, sorter=ScriptedSorter(), parser=InlineParser()), clock


@dataclass
class Room:
    """The desk, and a client of its page that holds one person's cookies."""

    desk: Desk
    clock: TickingClock
    client: TestClient

    def arrive(self, *letters: bytes) -> str:
        """Take letters in; the number of the newest item."""
        now = self.clock.now()
        ingest("icc", [(letter, now) for letter in letters], store=self.desk.store, clock=self.clock)
        ports = TakeInPorts(self.desk.store, self.desk.parser, self.desk.sorter, self.desk.renderer, self.clock)
        with self.desk.store.look() as uow:
            waiting = uow.raw.waiting(100, 10_000_000)
        take_in(waiting, ports, self.desk.policy)
        return max(self.numbers(), key=lambda number: int(number[3:]))

    def numbers(self) -> list[str]:
        from_page = re.findall(r'/items/(CD-\d+)["?]', self.client.get("/?state=all").text)
        return list(dict.fromkeys(from_page))

    def add_person(self, name: str, role: str) -> None:
        add_user(name, role, PASSWORD, "test", store=self.desk.store, clock=self.clock)

    def log_in(self, name: str, password: str = PASSWORD) -> Response:
        page = self.client.get("/log-in")
        token = re.search(r'name="form_token" value="([^"]+)"', page.text)
        assert token is not None
        fields = {"name": name, "password": password, "form_token": token[1], "wanted": "/"}
        return self.client.post("/log-in", data=fields)

    def log_in_blindly(self, name: str) -> Response:
        """Without the form, as a program would try."""
        return self.client.post("/log-in", data={"name": name, "password": PASSWORD, "form_token": "", "wanted": "/"})

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/").text)
        assert found is not None
        return found[1]

    def post(self, path: str, **fields: object) -> Response:
        """Send a form of the page, with its token."""
        return self.client.post(path, data={"csrf": self.csrf(), **fields})

    def draft_form(self, number: str) -> dict[str, str]:
        """What the editor on an item's page would send."""
        draft = self.desk.queries.drafts(item_id=int(number[3:]))[0].draft
        return {
            "version": str(draft.version),
            "state": draft.state.value,
            "to": ", ".join(draft.text.to),
            "cc": ", ".join(draft.text.cc),
            "subject": draft.text.subject,
            "body": draft.text.body,
        }

    def draft_id(self, number: str) -> int:
        return self.desk.queries.drafts(item_id=int(number[3:]))[0].draft.draft_id


def fill_ledger(desk: Desk) -> None:
    now = desk.clock.now()
    usd = Money(Decimal("1250.00"))
    customers = [
        Customer("C-100", "Brightwater Supply", "Net 30", "NY", domains=("brightwater.example",)),
        Customer("C-200", "Harlow Stores", domains=("harlow.example",)),
    ]
    invoices = [
        Invoice("INV-1001", "C-100", date(2026, 10, 1), date(2026, 10, 31), usd, usd, "open", "PO-77"),
        Invoice("INV-2002", "C-200", date(2026, 10, 1), date(2026, 10, 31), usd, usd, "open"),
    ]
    with desk.store.begin() as uow:
        uow.ledger.save_customers(customers, now)
        uow.ledger.save_invoices(invoices, now)
        uow.commit()


def make_client(desk: Desk) -> TestClient:
    return TestClient(create_app(desk), base_url=ADDRESS, follow_redirects=False)
