"""Statements of account in the forms in which customers get them."""

from __future__ import annotations

from hashlib import sha256

from bot.desk.statement_words import statement_words
from bot.ledger.account_statement import AccountStatement
from bot.mail.message import Attachment
from bot.ports import StatementForm
from bot.publishing import statement_pdf, statement_workbook
from bot.publishing.publisher import XLSX

PDF = "application/pdf"
_FORMS = {"pdf": (statement_pdf.pdf_of, PDF), "xlsx": (statement_workbook.workbook_of, XLSX)}


class StatementPublisher:
    """See `ports.Statements`."""

    def write(self, statement: AccountStatement, form: StatementForm, company: str, language: str) -> Attachment:
        make, content_type = _FORMS[form]
        content = make(statement, company, language)
        name = f"{statement_words(language).file_name} {statement.as_of}.{form}"
        return Attachment(name, content_type, len(content), sha256(content).hexdigest(), content)
