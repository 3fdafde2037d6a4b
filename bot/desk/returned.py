"""Whom a bounce says that our own message did not reach. One that names no recipient of it is not believed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.mail.message import InboundMessage
from bot.mail.returned import server_words

LONGEST_TEXT = 100_000
_IS_DELAY = re.compile(r"delay|warning|verzöger|still (?:being )?(?:retried|trying)|retard", re.I)
# An invoice that the ERP mailed, in the languages of our customers.
_NAMES_INVOICE = re.compile(r"invoice|statement|factura|facture|rechnung", re.I)
_UNSAID = "the mail server gave no reason"


def returned_from(message: InboundMessage, recipients: Sequence[str]) -> dict[str, str]:
    """The recipients, each with the server's words; none where it only tells of a delay."""
    keys = [one.strip().lower() for one in recipients]
    if message.failed_recipients or message.has_report:
        return {key: message.failed_recipients[key] or _UNSAID for key in keys if key in message.failed_recipients}
    if _IS_DELAY.search(message.subject):
        return {}
    said = server_words(message.full_text) or _UNSAID
    text = message.full_text[:LONGEST_TEXT].lower()
    named = [key for key in keys if key in text]
    return dict.fromkeys(named or (keys if len(keys) == 1 else []), said)


def returned_invoices(message: InboundMessage) -> dict[str, str]:
    """The addresses that a report says an invoice did not reach, which we never sent, each with the server's words."""
    if not message.has_report:
        return {}
    enclosed = (one.subject for one in message.enclosed)
    if not any(_NAMES_INVOICE.search(text[:LONGEST_TEXT]) for text in (*enclosed, message.subject, message.full_text)):
        return {}
    return {address: words or _UNSAID for address, words in message.failed_recipients.items()}
