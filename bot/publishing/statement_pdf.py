"""A statement of account as PDF, drawn by fpdf2. The same statement gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.errors import FPDFException
from fpdf.fonts import FontFace, TTFFont
from matplotlib import get_data_path

from bot.desk.reply_language import wording
from bot.desk.statement_words import StatementWords, statement_words
from bot.errors import PermanentError
from bot.ledger.account_statement import AccountStatement, Total

# Comes with matplotlib: the fonts built into PDF know Western Europe alone.
_FONTS = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_FONT = "DejaVu"
_WIDTHS = (26, 24, 24, 20, 40, 30, 30)
_ALIGNED = ("LEFT", "LEFT", "LEFT", "RIGHT", "LEFT", "RIGHT", "RIGHT")
_GREY = (85, 96, 107)
_RULE = (190, 197, 204)


class _Sheet(FPDF):
    """A4 with the number of each page at its foot."""

    def __init__(self, words: StatementWords, company: str) -> None:
        super().__init__(format="A4")
        self._words = words
        self._company = company
        folder = Path(get_data_path()) / "fonts" / "ttf"
        for style, file in _FONTS.items():
            self.add_font(_FONT, style, folder / file)
        self.alias_nb_pages("{pages}")

    def known(self, text: str) -> str:
        """A letter that the font lacks is shown as one that is missing, rather than left out."""
        font = self.fonts[_FONT.lower()]
        if not isinstance(font, TTFFont):
            raise PermanentError(f"{_FONT} is no font file")
        return "".join(letter if ord(letter) in font.cmap else "\ufffd" for letter in text)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(_FONT, size=7)
        self.set_text_color(*_GREY)
        self.cell(text=f"{self._company} · {self._words.page.format(page=self.page_no(), pages='{pages}')}")


def pdf_of(statement: AccountStatement, company: str, language: str) -> bytes:
    """Raises PermanentError where it cannot be drawn."""
    words = statement_words(language)
    try:
        sheet = _Sheet(words, company)
        sheet.set_title(words.title)
        sheet.set_lang(language)
        sheet.set_creation_date(datetime.combine(statement.as_of, time(), UTC))
        sheet.add_page()
        _write_head(sheet, statement, company, words, language)
        _write_lines(sheet, statement, words, language)
        for total in statement.totals:
            _write_total(sheet, total, words)
        return bytes(sheet.output())
    except FPDFException as error:
        raise PermanentError(f"the statement of {statement.customer.number} cannot be drawn: {error}") from error


def _line(sheet: _Sheet, text: str, size: float, style: str = "") -> None:
    sheet.set_font(_FONT, style=style, size=size)
    sheet.multi_cell(0, size * 0.55, sheet.known(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


def _write_head(sheet: _Sheet, statement: AccountStatement, company: str, words: StatementWords, language: str) -> None:
    customer = statement.customer
    sheet.set_text_color(*_GREY)
    _line(sheet, company, 9)
    sheet.set_text_color(0, 0, 0)
    _line(sheet, words.title, 16, "B")
    _line(sheet, words.account.format(name=customer.name, number=customer.number), 10)
    _line(sheet, words.as_of.format(day=wording(language).full_date(statement.as_of)), 10)
    sheet.ln(4)


def _write_lines(sheet: _Sheet, statement: AccountStatement, words: StatementWords, language: str) -> None:
    said = wording(language)
    sheet.set_font(_FONT, size=8)
    sheet.set_draw_color(*_RULE)
    with sheet.table(
        col_widths=_WIDTHS,
        text_align=_ALIGNED,
        line_height=4.6,
        padding=0.8,
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:
        table.row(words.columns)
        for one in statement.owed:
            invoice = one.invoice
            table.row(
                (
                    sheet.known(invoice.number),
                    said.short_date(invoice.issued_on),
                    said.short_date(invoice.due_on),
                    str(one.days),
                    sheet.known(invoice.po_number),
                    str(invoice.amount),
                    str(invoice.balance),
                )
            )
    sheet.ln(4)


def _write_total(sheet: _Sheet, total: Total, words: StatementWords) -> None:
    sheet.set_font(_FONT, size=8)
    with sheet.table(
        width=100,
        col_widths=(60, 40),
        text_align=("LEFT", "RIGHT"),
        line_height=4.6,
        padding=0.8,
        align="RIGHT",
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:
        table.row((words.total, str(total.whole)))
        for name, sum_of_age in zip(words.ages, total.by_age, strict=True):
            table.row((name, str(sum_of_age)))
    sheet.ln(3)
