"""What became of a reply that a person was to send from Drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.in_drafts import (
    CLOCKS_DIFFER,
    GONE_FOR,
    Letter,
    after_gone,
    is_changed,
    is_that_reply,
    may_be,
    sent_by_person,
)
from bot.desk.outbox import Deleted
from bot.mail.filed import FiledMessage, filed_message
from bot.mail.message import InboundMessage
from bot.mail.parse import parse
from tests.contract.store_rows import make_entry

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TEXT = "Dear Ann, we have added your PO 4500781 to invoice INV-55120 and sent it to you again today."


def make_message(
    text: str = TEXT, to: str = "ann@customer.example", subject: str = "Re: PO", ids: str = ""
) -> InboundMessage:
    head = f"From: icc@northgate.example\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <new@program>\r\n{ids}"
    return parse(f"{head}\r\n{text}\r\n".encode())


def make_reply(
    references: str = "In-Reply-To: <asks@x>\r\nReferences: <first@x> <asks@x>\r\n", **changes: object
) -> Letter:
    entry = replace(make_entry(1), message_id_header="ours@desk", in_drafts_at=NOW, **changes)  # type: ignore[arg-type]
    return Letter(entry, make_message(ids=references))


def make_filed(refers_to: str = "", at: datetime = NOW) -> FiledMessage:
    return filed_message("sent:1:1", f"References: {refers_to}\r\n\r\n".encode(), at)


@pytest.mark.parametrize(
    ("other", "is_it"),
    [
        (make_message(), True),
        (make_message(TEXT.replace("today", "this morning, with apologies for the wait")), True),
        (make_message(TEXT, to="ann@customer.example, boss@customer.example"), True),
        (make_message("Ann, please call me about this. Kim"), False),
        (make_message(TEXT, to="somebody@else.example"), False),
    ],
)
def test_a_corrected_reply_is_still_that_reply_and_another_answer_is_not(other: InboundMessage, is_it: bool) -> None:
    assert is_that_reply(make_message(), other) is is_it


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        (make_message(TEXT.replace(" and sent", "\r\nand sent")), False),
        (make_message(TEXT.replace("today", "tomorrow")), True),
        (make_message(subject="Re: Your PO"), True),
        (make_message(to="ann@customer.example, boss@customer.example"), True),
    ],
)
def test_other_words_subject_or_people_are_a_change_and_other_line_breaks_are_none(
    sent: InboundMessage, changed: bool
) -> None:
    assert is_changed(make_message(), sent) is changed


@pytest.mark.parametrize(
    ("letter", "filed", "read"),
    [
        (make_reply(), make_filed("<asks@x>"), True),
        (make_reply(), make_filed("<ours@desk>"), True),
        (make_reply(), make_filed("<other@x>"), False),
        (make_reply(), make_filed(), False),
        (make_reply(), make_filed("<asks@x>", NOW - CLOCKS_DIFFER - timedelta(seconds=1)), False),
        (make_reply(references=""), make_filed(), True),
        (make_reply(references=""), make_filed("<ours@desk>"), True),
        (make_reply(references=""), make_filed("<asks@x>"), False),
    ],
)
def test_only_what_answers_the_same_since_then_is_read(letter: Letter, filed: FiledMessage, read: bool) -> None:
    assert may_be(letter, filed) is read


def test_what_lies_nowhere_counts_as_deleted_only_when_its_sending_would_be_over() -> None:
    assert after_gone(make_reply().entry, NOW) is None
    assert after_gone(make_reply(missing_since=NOW).entry, NOW + GONE_FOR - timedelta(seconds=1)) is None
    assert isinstance(after_gone(make_reply(missing_since=NOW).entry, NOW + GONE_FOR), Deleted)


@pytest.mark.parametrize(
    ("filed_at", "sent_at"),
    [
        (NOW + timedelta(minutes=3), NOW + timedelta(minutes=3)),
        (NOW - timedelta(minutes=3), NOW),
        (NOW + timedelta(days=9), NOW + timedelta(hours=1)),
    ],
)
def test_a_reply_was_sent_after_it_was_put_there_and_before_it_was_found(filed_at: datetime, sent_at: datetime) -> None:
    found = sent_by_person(make_reply(), make_filed("<asks@x>", filed_at), make_message(), NOW + timedelta(hours=1))
    assert found.at == sent_at
