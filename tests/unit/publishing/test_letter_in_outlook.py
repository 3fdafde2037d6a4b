"""The report as mail holds nothing that the engine of Word, with which Outlook shows mail, leaves out or misplaces."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from lxml.html import HtmlElement, document_fromstring

from bot.publishing.letter import html_of
from bot.reports.facts import Facts
from bot.reports.sla_summary import sla_summary
from bot.settings import shipped

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
# Elements that it does not show, and words of CSS that it does not know and that the layout would rest on.
FORBIDDEN_TAGS = {"style", "link", "script", "svg", "video", "form", "button", "input", "iframe", "object", "canvas"}
FORBIDDEN_CSS = re.compile(
    r"(?:^|;)\s*(?:position|float|transform|animation|box-shadow|background-image|opacity|grid[\w-]*|flex[\w-]*)\s*:"
    r"|display\s*:\s*(?:flex|grid|inline-block)|\b(?:calc|var|url)\(|\d(?:rem|vw|vh)\b"
)


def letter() -> HtmlElement:
    facts = Facts(since=NOW - timedelta(days=1), as_of=NOW, history_since=NOW - timedelta(weeks=13))
    report = sla_summary("sla-daily", "SLA summary of the day", facts, frozenset(), UTC)
    pictures = {chart.table: f"cid:{chart.table}" for chart in report.charts}
    return document_fromstring(html_of(report, UTC, pictures, [shipped("templates")], "https://desk.northgate.example"))


def test_the_mail_is_made_of_tables_and_inline_styles_alone() -> None:
    document = letter()
    assert {element.tag for element in document.iter() if isinstance(element.tag, str)} & FORBIDDEN_TAGS == set()
    styles = [element.get("style", "") for element in document.iter() if isinstance(element.tag, str)]
    assert [style for style in styles if FORBIDDEN_CSS.search(style)] == []
    assert [element for element in document.iter() if isinstance(element.tag, str) and element.get("class")] == []


def test_every_picture_says_its_width_and_words_and_stands_in_the_mail_itself() -> None:
    pictures = letter().findall(".//img")
    assert pictures
    for picture in pictures:
        assert picture.get("src", "").startswith("cid:")
        assert int(picture.get("width", "0")) <= 650
        assert picture.get("alt")


def test_every_text_names_its_font_since_word_takes_none_over_into_a_table() -> None:
    cells = [cell for cell in letter().iter("td", "th") if (cell.text or "").strip()]
    assert cells
    assert [cell.text for cell in cells if "font-family" not in cell.get("style", "")] == []
