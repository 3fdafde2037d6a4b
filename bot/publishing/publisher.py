"""Reports in the forms in which people get them: as mail, as a file, as the page's charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from hashlib import sha256
from pathlib import Path

from bot.mail.compose_summary import Published
from bot.mail.message import Attachment
from bot.publishing.charts import draw
from bot.publishing.letter import MOST_ROWS, as_inline, html_of, pictures_of
from bot.publishing.workbook import workbook_of
from bot.reports.plain_text import as_text
from bot.reports.report import Chart, Report
from bot.reports.shown import moment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ReportPublisher:
    """See `ports.Publisher`. `page` is where managers reach the review page, "" where nobody said."""

    zone: tzinfo
    folders: Sequence[Path]
    page_address: str = ""

    def mail(self, report: Report) -> Published:
        pictures = pictures_of(report)
        sources = {one.name.removesuffix(".png"): f"cid:{one.cid}" for one in pictures}
        html = html_of(report, self.zone, sources, self.folders, self.page_address)
        name = f"{report.name} {moment(report.as_of, self.zone)[4:14]}.xlsx"
        content = self.workbook(report)
        text = as_text(report, self.zone, MOST_ROWS)
        book = Attachment(name, XLSX, len(content), sha256(content).hexdigest(), content)
        return Published(_subject(report, self.zone), text, html, pictures, book)

    def page(self, report: Report) -> str:
        """One HTML file with its pictures in it, every row of every table."""
        sources = {one.name.removesuffix(".png"): as_inline(one) for one in pictures_of(report)}
        return html_of(report, self.zone, sources, self.folders, self.page_address, most_rows=None)

    def workbook(self, report: Report) -> bytes:
        return workbook_of(report, self.zone)

    def chart(self, report: Report, chart: Chart) -> bytes:
        """As SVG."""
        return draw(chart, report.table(chart.table), "svg")


def _subject(report: Report, zone: tzinfo) -> str:
    """What stands in the list of mails must say how things are. Nothing of any message is in a headline."""
    told = f": {report.headlines[0]}" if report.headlines else ""
    return f"{report.title}, {moment(report.as_of, zone)[:14]}{told}"
