"""An approved answer as bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import RuleViolationError
from bot.mail.address import Address
from bot.mail.compose import LONGEST_REFERENCES, Outgoing, Quoted, compose
from bot.mail.message import Attachment
from bot.mail.parse import attachments_of, parse

ANSWER = Outgoing(
    sender=Address("Northgate Credit", "icc@northgate.example"),
    to=(Address("Ada Byron", "ada@acme.example"),),
    subject="Re: Invoice 4711 [CD-1042]",
    body="Dear Ada,\n\nwe added your PO.\n",
    sent_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    message_id_header="cd.1.2.3@northgate.example",
    in_reply_to="1@acme.example",
    references=("0@acme.example", "1@acme.example"),
    quoted=Quoted("Ada Byron", datetime(2026, 3, 2, 10, tzinfo=UTC), "Please add our PO.\n> older"),
)
PDF = Attachment("statement.pdf", "application/pdf", 8, "", b"%PDF-1.4")


def test_the_answer_can_be_read_again_as_it_was_meant() -> None:
    raw = compose(replace(ANSWER, cc=(Address("Jörg Müller", "j@acme.example"),), subject="Re: Rückfrage"))
    message = parse(raw)
    assert message.sender == ANSWER.sender
    assert message.to == ANSWER.to
    assert message.cc == (Address("Jörg Müller", "j@acme.example"),)
    assert message.subject == "Re: Rückfrage"
    assert message.sent_at == ANSWER.sent_at
    assert message.message_id_header == ANSWER.message_id_header
    assert message.references == ("0@acme.example", "1@acme.example")
    assert message.newest_text == "Dear Ada,\n\nwe added your PO."
    assert message.quoted_text.endswith("> Please add our PO.\n>> older")
    assert "Auto-Submitted" not in message_from_bytes(raw)


def test_the_same_answer_is_the_same_bytes() -> None:
    enclosed = replace(ANSWER, attachments=(PDF,))
    assert compose(ANSWER) == compose(ANSWER)
    assert compose(enclosed) == compose(enclosed)


def test_every_line_ends_in_crlf_and_none_is_too_long() -> None:
    raw = compose(
        replace(ANSWER, body="word " * 1000 + "\r\nü\r", references=tuple(f"{n}@x.example" for n in range(300)))
    )
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_an_enclosed_file_arrives() -> None:
    (attachment,) = attachments_of(compose(replace(ANSWER, attachments=(PDF,))))
    assert (attachment.name, attachment.content) == ("statement.pdf", b"%PDF-1.4")


@pytest.mark.parametrize(
    "broken",
    [
        replace(ANSWER, subject="Re: x\r\nBcc: evil@x.example"),
        replace(ANSWER, subject="Re: x\nBcc: evil@x.example"),
        replace(ANSWER, to=(Address("A\r\nBcc: x", "ada@acme.example"),)),
        replace(ANSWER, to=(Address("A", "ada@acme.example\r\nBcc: x@x.example"),)),
        replace(ANSWER, to=(Address("A", "ada@acme.example>, <x@x.example"),)),
        replace(ANSWER, to=(Address("A", "not an address"),)),
        replace(ANSWER, to=()),
        replace(ANSWER, cc=(Address("A\x00", "ada@acme.example"),)),
        replace(ANSWER, message_id_header="a@b>\r\nBcc: x"),
        replace(ANSWER, message_id_header=""),
        replace(ANSWER, attachments=(replace(PDF, name="a\r\nb.pdf"),)),
    ],
)
def test_a_value_that_would_break_out_of_its_field_is_refused(broken: Outgoing) -> None:
    with pytest.raises(RuleViolationError):
        compose(broken)


def test_foreign_ids_that_fit_no_header_are_left_out() -> None:
    raw = compose(replace(ANSWER, in_reply_to="a b\r\nBcc: x", references=("x" * 2000, "ok@x.example", "\u20ac@x")))
    assert parse(raw).references == ("ok@x.example",)


def test_long_references_keep_the_first_and_the_last() -> None:
    ids = tuple(f"{'x' * 60}{number}@acme.example" for number in range(200))
    raw = compose(replace(ANSWER, references=ids, in_reply_to=ids[-1]))
    header = raw.split(b"References: ")[1].split(b"\r\nMIME")[0].split(b"\r\nContent")[0]
    assert len(header) < LONGEST_REFERENCES
    found = parse(raw).references
    assert (found[0], found[-1]) == (ids[0], ids[-1])


def test_a_long_original_is_quoted_in_part() -> None:
    raw = compose(replace(ANSWER, quoted=Quoted("Ada", None, "line\n" * 1000)))
    assert parse(raw).quoted_text.count("> line") == 200


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_what_is_composed_parses_to_the_same(subject: str, body: str) -> None:
    outgoing = replace(ANSWER, subject=subject, body=body, quoted=None)
    try:
        raw = compose(outgoing)
    except RuleViolationError:
        return
    message = parse(raw)
    assert "".join(message.subject.split()) == "".join(subject.encode("utf-8", "replace").decode().split())
    assert message.to == ANSWER.to
    # A body that begins with a > reads as a forward, and one of blanks as no text: both are what they look like.
    assert set(message.flags) <= {"no_text", "forwarded"}
