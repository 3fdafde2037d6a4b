"""What enclosed PDF files and workbooks say, and what happens where they cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.mail.file_text import LONGEST_TEXT, MOST_PAGES, PAGE_END, PDF, may_have_text, text_of, with_file_texts
from bot.mail.message import Attachment, InboundMessage
from bot.parsing import ChildParser, InlineParser, ParseLimits
from bot.ports import Parser
from tests.unit.mail.enclosed import make_pdf, make_workbook
from tests.unit.mail.messages import make_multipart

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = ("Content-Type: text/plain", "See the enclosed file.")


@pytest.fixture(params=["inline", "child"])
def parser(request: pytest.FixtureRequest) -> Iterator[Parser]:
    if request.param == "inline":
        yield InlineParser()
    else:
        child = ChildParser(ParseLimits(seconds=10))
        yield child
        child.close()


def enclosed(content: bytes, kind: str, name: str) -> tuple[str, bytes]:
    return f'Content-Type: {kind}\nContent-Disposition: attachment; filename="{name}"', content


def parsed(parser: Parser, *parts: tuple[str, bytes]) -> InboundMessage:
    (message,) = parser.parse_many([make_multipart(PLAIN, *parts)])
    assert isinstance(message, InboundMessage)
    return message


def test_a_pdf_is_read_page_by_page() -> None:
    text = text_of(make_pdf(["PURCHASE ORDER", "PO Number: 4500012345"], ["Page two"]), PDF)
    assert text == f"PURCHASE ORDER\nPO Number: 4500012345{PAGE_END}Page two"


def test_a_workbook_is_read_sheet_by_sheet_and_whole_numbers_have_no_point() -> None:
    content = make_workbook([["Invoice", "Amount"], [5510, 12.5]], [["Second"]])
    assert text_of(content, EXCEL) == f"Invoice | Amount\n5510 | 12.5{PAGE_END}Second"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (make_pdf([]), PDF),
        (b"%PDF-1.4 rubbish", PDF),
        (b"", PDF),
        (make_workbook([["x"]])[:300], EXCEL),
        (b"PK\x03\x04", EXCEL),
    ],
    ids=["a page of pictures only", "a broken PDF", "nothing", "a torn workbook", "a torn archive"],
)
def test_what_holds_no_text_or_is_broken_cannot_be_read(content: bytes, kind: str) -> None:
    assert text_of(content, kind) is None


def test_only_the_first_pages_and_so_many_letters_are_read() -> None:
    many = text_of(make_pdf(*[[f"page {number}"] for number in range(MOST_PAGES + 5)]), PDF)
    assert many is not None
    assert many.split(PAGE_END)[-1] == f"page {MOST_PAGES - 1}"
    long = text_of(make_workbook([["x" * 1000] for _ in range(100)]), EXCEL)
    assert long is not None
    assert len(long) == LONGEST_TEXT


def test_card_numbers_in_a_file_are_covered() -> None:
    text = text_of(make_pdf(["Card 4111 1111 1111 1111"]), PDF)
    assert text is not None
    assert "4111 1111" not in text


def test_both_parsers_give_each_file_its_text_and_flag_what_could_not_be_read(parser: Parser) -> None:
    good = enclosed(make_pdf(["PO Number: 4500012345"]), PDF, "po.pdf")
    message = parsed(parser, good, enclosed(b"%PDF-1.4 rubbish", PDF, "scan.pdf"))
    assert [one.text for one in message.attachments] == ["PO Number: 4500012345", ""]
    assert "file_unread" in message.flags
    assert "file_unread" not in parsed(parser, good).flags


@pytest.mark.parametrize("stand_in", ["die_of_files", "fail_at_files"])
def test_a_file_that_kills_its_reader_costs_its_own_text_and_not_the_message(stand_in: str) -> None:
    child = ChildParser(ParseLimits(seconds=10), files_path=f"tests.unit.mail.hostile:{stand_in}")
    message = parsed(child, enclosed(make_pdf(["PO Number: 1"]), PDF, "po.pdf"))
    assert (message.newest_text, message.attachments[0].text) == ("See the enclosed file.", "")
    assert "file_unread" in message.flags
    assert parsed(child).flags == ()
    child.close()


def test_pictures_in_the_text_and_files_too_large_are_left_alone() -> None:
    assert may_have_text(Attachment("a.pdf", PDF, 1000, ""))
    assert not may_have_text(Attachment("a.pdf", PDF, 20_000_000, ""))
    assert not may_have_text(Attachment("a.pdf", PDF, 1000, "", is_inline=True))
    assert not may_have_text(Attachment("a.png", "image/png", 1000, ""))


def test_a_count_of_texts_that_does_not_fit_the_files_is_no_text_at_all() -> None:
    message = parsed(InlineParser(), enclosed(make_pdf(["PO Number: 1"]), PDF, "po.pdf"))
    again = with_file_texts(message, [])
    assert again.attachments == message.attachments
    assert "file_unread" in again.flags
