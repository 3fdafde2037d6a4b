"""What the doubts about a message do to it, and what has changed under a draft."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.desk.basis import Basis, InvoiceThen, address_changed, what_changed
from bot.desk.returned import returned_from
from bot.desk.seen import believable
from bot.desk.trust import CALLS_BACK, DOUBTS, FREEZES, why_frozen
from bot.desk.verdict import UNSORTED, FoundFact, Scored, Verdict
from bot.ledger.invoice import Invoice
from bot.ledger.money import Money
from bot.mail.flag import Flag
from bot.mail.parse import parse

FACTS = (
    FoundFact("amount", "1000.00", "$1,000.00", "newest_text", 0, 9),
    FoundFact("invoice", "INV-1", "INV-1", "newest_text", 10, 15),
)
VERDICT = Verdict("dispute", "dispute", 0.9, (Scored("dispute", 0.9),), "price", "USD", FACTS, (), "told")


def make_invoice(status: str = "open", balance: str = "100.00") -> Invoice:
    money = Money(Decimal("100.00"))
    return Invoice("INV-1", "C1", date(2026, 10, 1), date(2026, 11, 1), money, Money(Decimal(balance)), status)


def test_two_bodies_that_differ_give_no_amount() -> None:
    found = believable(VERDICT, [Flag.TEXT_HTML_DIFFER])
    assert (found.values("amount"), found.values("invoice")) == ((), ("INV-1",))


def test_a_message_that_was_not_fetched_is_not_sorted() -> None:
    assert believable(VERDICT, [Flag.OVERSIZE]).category == UNSORTED
    assert believable(VERDICT, [Flag.HIDDEN_TEXT]) == VERDICT


def test_who_must_be_called_back_gets_no_draft_and_hears_nothing_new() -> None:
    assert CALLS_BACK <= FREEZES
    assert CALLS_BACK - {Flag.BANK_DETAILS_CHANGED} <= DOUBTS
    assert why_frozen(["look_alike", "no_text"]) == "a person looks first: look_alike"
    assert why_frozen(["no_text"]) is None


@pytest.mark.parametrize(
    ("row", "owner", "told"),
    [
        (make_invoice(), "C1", ()),
        (make_invoice("paid", "0.00"), "C1", ("invoice INV-1 was paid since this was written",)),
        (make_invoice("open", "0.00"), "C1", ("invoice INV-1: its balance is $0.00 now, and was $100.00",)),
        (make_invoice("open", "40.00"), "C1", ("invoice INV-1: its balance is $40.00 now, and was $100.00",)),
        (None, "C1", ("invoice INV-1 is no longer in the ledger for this account",)),
        (make_invoice(), "C2", ("ann@acme.example does not belong to account C1 any more",)),
        (make_invoice(), None, ("ann@acme.example does not belong to account C1 any more",)),
    ],
)
def test_what_has_changed_under_a_draft_is_told(row: Invoice | None, owner: str | None, told: tuple[str, ...]) -> None:
    basis = Basis("C1", "ann@acme.example", (InvoiceThen("INV-1", "open", "$100.00"),))
    moved = address_changed(basis, owner)
    changed = what_changed(basis.invoices, {row.number: row} if row else {})
    assert (*([moved] if moved else []), *changed) == told


def make_bounce(text: str, subject: str = "Undelivered mail") -> bytes:
    return f"From: MAILER-DAEMON@mx.example\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


def test_a_bounce_in_words_counts_for_whom_it_names() -> None:
    message = parse(make_bounce("550 5.1.1 unknown user: Ann@acme.example"))
    everyone = ["ann@acme.example", "bob@acme.example"]
    assert returned_from(message, everyone) == {"ann@acme.example": "550 5.1.1 unknown user: Ann@acme.example"}
    assert set(returned_from(parse(make_bounce("user unknown")), ["ann@acme.example"])) == {"ann@acme.example"}
    assert returned_from(parse(make_bounce("user unknown")), everyone) == {}


def test_a_delay_is_no_failure() -> None:
    assert returned_from(parse(make_bounce("4.4.1 ann@acme.example", "Delivery delayed")), ["ann@acme.example"]) == {}
