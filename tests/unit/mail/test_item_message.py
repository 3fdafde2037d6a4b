"""A message made of an item's properties: whole, readable, the same each time, and nobody's header but its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.mail.item_message import ItemFacts, ItemFile, head_of_item, message_of_item
from bot.mail.parse import parse


def make_item(**changes: object) -> ItemFacts:
    values: dict[str, object] = {
        "kind": "IPM.Note",
        "subject": "Rechnung für März",
        "sender": ("Jörg Müller", "joerg@customer.example"),
        "to": (("ICC", "icc@northgate.example"),),
        "sent_at": datetime(2026, 9, 1, 12, 0, tzinfo=UTC),
        "message_id": "<1@customer.example>",
        "in_reply_to": "<0@northgate.example>",
        "references": "<0@northgate.example>",
        "text": "Bitte senden Sie die Rechnung über 1.200 € noch einmal.",
    }
    return ItemFacts(**(values | changes))  # type: ignore[arg-type]


def test_everything_that_is_known_is_read_again_from_the_message() -> None:
    files = (ItemFile("März.pdf", "application/pdf", b"%PDF-1.4"), ItemFile("odd", "no kind", b"x"))
    message = parse(message_of_item(make_item(files=files)))
    assert message.sender is not None
    assert (message.sender.name, message.sender.email) == ("Jörg Müller", "joerg@customer.example")
    assert message.subject == "Rechnung für März"
    assert message.message_id_header == "1@customer.example"
    assert "über 1.200 €" in message.newest_text
    assert [each.name for each in message.attachments] == ["März.pdf", "odd"]


def test_html_is_kept_as_html() -> None:
    assert "Hello there" in parse(message_of_item(make_item(text="", html="<p>Hello <b>there</b></p>"))).newest_text


def test_the_same_item_gives_the_same_bytes() -> None:
    item = make_item(files=(ItemFile("a.pdf", "application/pdf", b"%PDF"),))
    assert message_of_item(item) == message_of_item(item)


def test_the_headers_of_the_wire_come_first_but_for_those_of_the_body() -> None:
    headers = (("Received", "from a by b;\r\n today"), ("From", "A <a@x.example>"), ("Content-Type", "text/html"))
    head = head_of_item(make_item(headers=headers))
    assert head.startswith(b"Received: from a by b; today\r\nFrom: A <a@x.example>\r\n")
    assert head.count(b"From:") == 1
    assert b"text/html" not in message_of_item(make_item(headers=headers))


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\r\nBcc: thief@evil.example"},
        {"sender": ("a\r\nBcc: thief@evil.example", "a@x.example")},
        {"message_id": "<1@x>\r\nBcc: thief@evil.example"},
        {"kind": "IPM\r\nBcc: thief@evil.example"},
        {"headers": (("Bcc: thief@evil.example\r\nX", "y"), ("X-A", "b\r\nBcc: thief@evil.example"))},
        {"files": (ItemFile('a"\r\nBcc: thief@evil.example', "a/b\r\nBcc: thief@evil.example", b""),)},
    ],
)
def test_no_value_begins_a_header_of_its_own(changes: dict[str, object]) -> None:
    made = message_of_item(make_item(**changes))
    assert not [line for line in made.splitlines() if line.lower().startswith(b"bcc")]


@pytest.mark.parametrize(
    ("kind", "subject", "text", "automatic"),
    [
        ("REPORT.IPM.Note.IPNRN", "Read: Invoice", "Your message was read.", "receipt"),
        ("REPORT.IPM.Note.IPNNRN", "Not read: Invoice", "", "receipt"),
        ("REPORT.IPM.Note.DR", "Delivered: Invoice", "", "receipt"),
        ("REPORT.IPM.Note.NDR", "Undeliverable: Invoice", "No such mailbox.", "bounce"),
        ("IPM.Outlook.Recall", "Recall: Invoice", "", "receipt"),
        ("IPM.Schedule.Meeting.Request", "Call about the invoice", "Shall we talk?", None),
        ("IPM.Note", "Invoice", "Please send it again.", None),
    ],
)
def test_the_class_of_the_item_tells_whether_a_person_wrote_it(
    kind: str, subject: str, text: str, automatic: str | None
) -> None:
    assert parse(message_of_item(make_item(kind=kind, subject=subject, text=text))).automatic == automatic
