"""Reports as workbook, HTML, pictures and mail."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from lxml import etree, html
from python_calamine import CalamineWorkbook

from bot.errors import PermanentError
from bot.mail.address import Address
from bot.mail.compose import Outgoing
from bot.mail.compose_summary import compose_summary
from bot.publishing.publisher import ReportPublisher
from bot.reports.report import Chart, ChartKind, Report, Thing
from bot.settings import shipped
from tests.unit.reports.making import NOW, make_report, make_row

UTC = ZoneInfo("UTC")
PUBLISHER = ReportPublisher(UTC, (shipped("templates"),), "https://desk.northgate.example/")
EVIL = '=HYPERLINK("http://evil.example","open")'
SCRIPT = "<script>alert(1)</script>"


def charted(*names: str) -> Report:
    made = make_report(
        *(make_row(name, "CD-1", "CD-2") for name in names),
        things={"CD-1": Thing(EVIL, SCRIPT, "/items/CD-1"), "CD-2": Thing("+1 more", "@x", "/items/CD-2")},
    )
    chart = Chart("some", ChartKind.BARS, "Counts", ("Count",))
    return Report(made.name, made.title, made.since, made.as_of, made.tables, (chart,), made.things, ("One line.",))


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_has_the_rows_behind_every_number() -> None:
    found = sheets(PUBLISHER.workbook(charted("Acme", "Bolt")))
    figures, rows = found["Figures"], found["Rows some"]
    count_of = {row[0]: row[1] for row in figures if row[0] in ("Acme", "Bolt")}
    for name, count in count_of.items():
        assert count == sum(row[:2] == [name, "Count"] for row in rows)
    assert [row[2] for row in rows[1:3]] == ["CD-1", "CD-2"]


def test_no_text_of_mail_becomes_a_formula_not_even_when_it_is_edited() -> None:
    content = PUBLISHER.workbook(charted(EVIL))
    with ZipFile(BytesIO(content)) as book:
        sheet_files = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        styles = etree.fromstring(book.read("xl/styles.xml"))
    spaces = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    quoted = [one.get("quotePrefix") == "1" for one in styles.findall("m:cellXfs/m:xf", spaces)]
    assert not any(b"<f>" in one or b"hyperlink" in one for one in sheet_files)
    texts = sheets(content)["Rows some"]
    place = next(number for number, row in enumerate(texts) if row[4] == EVIL)
    cell = etree.fromstring(sheet_files[1]).find(f".//m:c[@r='E{place + 1}']", spaces)
    assert cell is not None
    assert quoted[int(cell.get("s", "0"))]


def test_the_same_report_gives_the_same_bytes() -> None:
    made = charted("Acme")
    chart = made.charts[0]
    assert PUBLISHER.workbook(made) == PUBLISHER.workbook(made)
    assert PUBLISHER.chart(made, chart) == PUBLISHER.chart(made, chart)
    assert PUBLISHER.mail(made) == PUBLISHER.mail(made)


def test_the_html_is_tables_with_inline_styles_and_escapes_everything() -> None:
    text = PUBLISHER.mail(charted(SCRIPT)).html
    page = html.document_fromstring(text)
    assert page.xpath("//script|//style|//link|//div") == []
    assert "flex" not in text
    assert "grid" not in text
    assert SCRIPT in page.text_content()
    assert [image.get("src") for image in page.xpath("//img")] == ["cid:some@sla-daily"]
    assert page.xpath("//a/@href") == ["https://desk.northgate.example/reports/sla-daily"]


def test_each_picture_is_described_and_its_figures_stand_beneath() -> None:
    page = html.document_fromstring(PUBLISHER.page(charted("Acme", "Bolt")))
    image = page.xpath("//img")[0]
    assert image.get("alt") == "Counts. Acme: count 2; Bolt: count 2."
    assert image.get("src").startswith("data:image/png;base64,")
    table = image.getnext()
    assert [cell.text for cell in table.xpath(".//tr[2]/td")] == ["Acme", "2", "1 h 30 min"]


def test_a_chart_with_hostile_names_is_drawn_as_it_reads() -> None:
    made = charted("$\\frac{1}{", SCRIPT)
    drawn = etree.fromstring(PUBLISHER.chart(made, made.charts[0]))
    texts = ["".join(one.itertext()) for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert any("$" in one for one in texts)
    assert list(drawn.iter("{http://www.w3.org/2000/svg}script")) == []


def test_the_mail_has_text_html_pictures_and_the_workbook() -> None:
    outgoing = Outgoing(
        Address("Northgate Creditdesk", "icc@northgate.example"),
        (Address("", "boss@northgate.example"),),
        "SLA summary",
        "",
        NOW,
        "x@northgate.example",
    )
    published = PUBLISHER.mail(charted("Acme"))
    raw = compose_summary(outgoing, published)
    assert raw == compose_summary(outgoing, published)
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<some@sla-daily>"
    assert picture.get_content().startswith(b"\x89PNG")
    attached = list(message.iter_attachments())
    assert [one.get_filename() for one in attached] == ["sla-daily 2026-11-24.xlsx"]
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_mistake_in_the_template_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("templates")
    (folder / "summaries").mkdir()
    (folder / "summaries" / "report.html").write_text("{{ title")
    with pytest.raises(PermanentError, match=r"summaries/report\.html"):
        ReportPublisher(UTC, (folder,)).page(charted("Acme"))
