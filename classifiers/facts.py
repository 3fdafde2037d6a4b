"""The facts of a message: invoices, POs, amounts and states, each with the place where it was read."""

from collections.abc import Sequence

from classifiers.facts_amounts import Amount, amounts_in, main_currency
from classifiers.facts_documents import documents_in
from classifiers.facts_states import states_in
from classifiers.facts_words import INVOICE, PO
from classifiers.tokens import TEXT_LIMIT
from classifiers.verdict import Found, MailText

ATTACHMENTS_READ = 50
QUOTED_LIMIT = 5_000


def facts_in(mail: MailText, best: str = "other") -> tuple[tuple[Found, ...], str]:
    """The facts and the currency. A bare number is taken for a PO where `best` says PO, elsewhere for an invoice."""
    fallback = PO if best == "po_verification" else INVOICE
    found: list[Found] = []
    amounts: list[Amount] = []
    for field, text in (
        ("subject", mail.subject[:TEXT_LIMIT]),
        ("newest_text", mail.newest_text[:TEXT_LIMIT]),
    ):
        here = amounts_in(text)
        amounts += here
        found += _in_text(field, text, here, fallback)
    if not any(fact.kind in (INVOICE, PO) for fact in found):
        found += _in_quotes(mail.quoted_text[:QUOTED_LIMIT], fallback)
    for name in mail.attachments[:ATTACHMENTS_READ]:
        found += _in_attachment(name[:200], fallback)
    return tuple(found), main_currency(amounts)


def _in_text(field: str, text: str, amounts: Sequence[Amount], fallback: str) -> list[Found]:
    masked = [(amount.start, amount.end) for amount in amounts]
    found = [
        Found(
            document.kind,
            document.value,
            text[document.start : document.end],
            field,
            document.start,
            document.end,
        )
        for document in documents_in(text, masked, fallback)
    ]
    found += [Found("amount", a.value, text[a.start : a.end], field, a.start, a.end) for a in amounts]
    found += [Found("state", s.code, text[s.start : s.end], field, s.start, s.end) for s in states_in(text)]
    return found


def _in_quotes(text: str, fallback: str) -> list[Found]:
    """Of the history only document numbers: they can say which one is meant; its amounts are old."""
    masked = [(amount.start, amount.end) for amount in amounts_in(text)]
    return [
        Found(
            document.kind,
            document.value,
            text[document.start : document.end],
            "quoted_text",
            document.start,
            document.end,
        )
        for document in documents_in(text, masked, fallback)
    ]


def _in_attachment(name: str, fallback: str) -> list[Found]:
    readable = name.rpartition(".")[0].replace("_", " ")
    return [
        Found(
            document.kind,
            document.value,
            name[document.start : document.end],
            "attachment",
            document.start,
            document.end,
        )
        for document in documents_in(readable, (), fallback)
    ]
