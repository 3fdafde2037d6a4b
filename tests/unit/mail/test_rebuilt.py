"""When two parsed messages are one: what a server may change, and what makes another message of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.mail.message import Attachment, InboundMessage
from bot.mail.parse import parse
from bot.mail.rebuilt import is_rebuilt

PDF = Attachment("INV-1.pdf", "application/pdf", 4, "aa" * 32)
LARGE = Attachment("photos.zip", "application/zip", 90_000_000, "")


def message(**changes: object) -> InboundMessage:
    raw = (
        b"From: Ann <ann@acme.example>\r\nTo: icc@northgate.example\r\nDate: Mon, 23 Nov 2026 10:00:00 -0500\r\n"
        b"Subject: Invoice INV-1\r\nMessage-ID: <1@acme.example>\r\n\r\nPlease send INV-1 again.\r\n"
    )
    return replace(parse(raw), **({"attachments": (PDF,)} | changes))  # type: ignore[arg-type]


def test_lines_broken_otherwise_and_files_in_another_order_are_the_same_message() -> None:
    one = message(newest_text="Please send INV-1\nagain.", attachments=(PDF, LARGE))
    other = message(newest_text="Please send INV-1 again.\r\n\r\n", attachments=(LARGE, PDF), subject="Invoice  INV-1")
    assert is_rebuilt(one, other)


@pytest.mark.parametrize(
    "change",
    [
        {"newest_text": "Please send INV-2 again."},
        {"subject": "Invoice INV-2"},
        {"message_id_header": "2@acme.example"},
        {"sent_at": None},
        {"senders": ()},
        {"attachments": ()},
        {"attachments": (PDF, PDF)},
        {"attachments": (replace(PDF, sha256="bb" * 32),)},
        {"quoted_text": "Approved, 900 USD."},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_a_reader_would_see_makes_another_message(change: dict[str, object]) -> None:
    assert not is_rebuilt(message(), replace(message(), **change))  # type: ignore[arg-type]


def test_without_a_message_id_nothing_is_taken_for_the_same() -> None:
    assert not is_rebuilt(message(message_id_header=""), message(message_id_header=""))
