"""Messages and ledger rows from which the tests of replies are made."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.desk.category import Category
from bot.desk.reply_values import Inquiry, Office
from bot.desk.verdict import FoundFact, Scored, Verdict
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import Known
from bot.ledger.money import Money
from bot.ledger.order import Order
from bot.mail.address import Address
from bot.mail.message import Attachment, InboundMessage

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
OFFICE = Office("Northgate", "icc@northgate.example", ZoneInfo("America/New_York"))
PHYLLIS = Address("Phyllis Greer", "pgreer@lockwood.example")


def load_catalog() -> dict[str, Category]:
    tables = tomllib.loads((ROOT / "config" / "categories.toml").read_text("utf-8"))
    return {
        slug: Category(slug=slug, **{**table, "unanswered": tuple(table["unanswered"])})
        for slug, table in tables.items()
    }


CATALOG = load_catalog()
EVERY_REASON = [
    (category.slug, reason)
    for category in CATALOG.values()
    for reason in (*category.reasons, None)
    if reason not in category.unanswered
]


def make_message(sender: Address = PHYLLIS, attachments: Sequence[str] = (), **changes: object) -> InboundMessage:
    message = InboundMessage(
        message_id_header="1@lockwood.example",
        references=(),
        senders=(sender,),
        reply_to=(),
        to=(Address("", "icc@northgate.example"),),
        cc=(),
        subject="about an invoice",
        sent_at=NOW,
        newest_text="Please look at it.\n\nPhyllis",
        quoted_text="",
        full_text="",
        html="",
        attachments=tuple(Attachment(name, "application/pdf", 9, "0" * 64) for name in attachments),
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def make_verdict(**values: Sequence[str]) -> Verdict:
    facts = tuple(
        FoundFact(kind, value, value, "newest_text", 0, 1) for kind, found in values.items() for value in found
    )
    return Verdict("dispute", "dispute", 0.97, (Scored("dispute", 0.97),), None, "USD", facts, (), "test")


def make_invoice(number: str = "S100", **changes: object) -> Invoice:
    money = Money(Decimal("1234.50"))
    invoice = Invoice(number, "C1", date(2026, 9, 1), date(2026, 10, 1), money, money, "open", "77-A")
    return replace(invoice, **changes)  # type: ignore[arg-type]


def make_known(**changes: object) -> Known:
    known = Known(
        Customer("C1", "Lockwood Housing Authority"),
        (make_invoice(),),
        (Order("SO-9", "C1", date(2026, 8, 1), Money(Decimal("1234.50")), "77-A"),),
        (Certificate("TX-1", "C1", "TX", "resale", date(2027, 1, 31)),),
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def make_inquiry(
    verdict: Verdict | None = None,
    known: Known | None = None,
    message: InboundMessage | None = None,
    side: str = "outside",
) -> Inquiry:
    return Inquiry(7, message or make_message(), side, verdict or make_verdict(), known or Known())


def rich_inquiry(side: str = "outside") -> Inquiry:
    verdict = make_verdict(invoice=["S100"], po=["77-A"], amount=["1234.50"], state=["TX"])
    return make_inquiry(verdict, make_known(), make_message(attachments=["paper.pdf"]), side)


def bare_inquiry(side: str = "outside") -> Inquiry:
    return make_inquiry(message=make_message(Address("", "x1@lockwood.example")), side=side)
