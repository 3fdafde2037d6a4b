"""From a message, its verdict and the ledger to the values that a reply template may print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from bot.desk.business_day import business_day_after
from bot.desk.category import Category
from bot.desk.greeting import greeting_name
from bot.desk.reply_facts import ReplyFact, ReplyRow, ReplyValue, clean_value, joined
from bot.desk.reply_language import MAX_LISTED, Wording, wording
from bot.desk.reply_numbers import NamedNumbers, gives_reference, named_numbers
from bot.desk.trust import DOUBTS
from bot.desk.verdict import TYPED, Verdict
from bot.ledger.certificate import Certificate
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import Known, number_key
from bot.ledger.money import Money
from bot.ledger.states import NAME_OF_STATE
from bot.mail.message import InboundMessage

# A dispute names the invoice that the sender contests; where that may be one of another account, it names none.
_NAMES_WHAT_IS_CONTESTED = "dispute"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One message with everything that is known about it. `message_id` is our row id."""

    message_id: int
    message: InboundMessage
    side: str
    verdict: Verdict
    known: Known

    @property
    def source(self) -> str:
        return f"message:{self.message_id}"

    def source_of(self, kind: str, value: str) -> str:
        """Where a value that is meant came from: the message, or the person who typed it because it stands nowhere."""
        typed = (one.text for one in self.verdict.facts if (one.kind, one.value, one.field) == (kind, value, TYPED))
        person = next(typed, None)
        return f"person:{person}" if person is not None else self.source


@dataclass(frozen=True, slots=True)
class Office:
    """Who answers, and where their days begin and end."""

    company: str
    mailbox: str
    time_zone: tzinfo
    team: str = wording("en").team
    holidays: frozenset[date] = frozenset()


def reply_values(
    inquiry: Inquiry, category: Category, reason: str | None, office: Office, language: str, now: datetime
) -> dict[str, ReplyValue]:
    """Every value for a reply to this message, by name. What is not known has no entry, never an empty one."""
    words = wording(language)
    known = _shown(inquiry)
    today = now.astimezone(office.time_zone).date()
    values: dict[str, ReplyValue] = {}
    values |= _office_values(office, category.days_for(reason), language, today)
    values |= _sender_values(inquiry, known, is_formal=words is not wording("en"))
    numbers = _numbers(inquiry, known, category)
    values |= _invoice_values(inquiry, known, numbers, words)
    values |= _po_values(inquiry, known, numbers, words)
    values |= _number_values(inquiry, numbers, known)
    values |= _amount_values(inquiry, known, words)
    values |= _state_values(inquiry, words)
    values |= _certificate_values(inquiry.verdict, numbers, known, words, today)
    return {name: value for name, value in values.items() if value}


def _shown(inquiry: Inquiry) -> Known:
    """What may be said: a sender who may be somebody else learns nothing of the account, and nobody of another's."""
    if inquiry.side == "outside" and DOUBTS.intersection(inquiry.message.flags):
        return Known(foreign_numbers=inquiry.known.foreign_numbers)
    return inquiry.known


def _facts(source: str, values: Iterable[tuple[str, str]]) -> dict[str, ReplyValue]:
    cleaned = ((name, clean_value(value)) for name, value in values)
    return {name: ReplyFact(name, value, source) for name, value in cleaned if value}


# The same for every letter of a day that is due in as many days.
@lru_cache(maxsize=128)
def _office_values(office: Office, days: int, language: str, today: date) -> Mapping[str, ReplyValue]:
    words = wording(language)
    answer_on = business_day_after(today, days, office.holidays)
    # A team that the firm named itself keeps its name; only the default one is translated.
    team = words.team if office.team == wording("en").team else office.team
    return (
        _facts("policy:company", [("company", office.company), ("signature", f"{team}, {office.company}")])
        | _facts("policy:mailbox", [("our_mailbox", office.mailbox)])
        | _facts("policy:answer_days", [("answer_by", words.day(answer_on))])
        | _facts("policy:today", [("today", words.full_date(today))])
    )


def _sender_values(inquiry: Inquiry, known: Known, *, is_formal: bool) -> dict[str, ReplyValue]:
    message, values = inquiry.message, dict[str, ReplyValue]()
    if message.sender and "impersonation" not in message.flags:
        name = greeting_name(message.sender, message.newest_text, is_formal=is_formal)
        values |= _facts(inquiry.source, [("greeting_name", name)])
    if known.customer:
        values |= _facts(f"ledger:customer:{known.customer.number}", [("customer_name", known.customer.name)])
    enclosed = [found.name or "attachment" for found in message.attachments if not found.is_inline]
    values["has_attachment"] = bool(enclosed)
    return values


def _numbers(inquiry: Inquiry, known: Known, category: Category) -> NamedNumbers:
    numbers = named_numbers(inquiry.verdict, known)
    if category.slug == _NAMES_WHAT_IS_CONTESTED and numbers.has_foreign:
        return replace(numbers, invoices=(), has_others=True)
    return numbers


def _number_values(inquiry: Inquiry, numbers: NamedNumbers, known: Known) -> dict[str, ReplyValue]:
    """What was given already, so that no reply asks for it."""
    names_reference = gives_reference(inquiry.message)
    is_given = any((numbers.invoices, numbers.pos, numbers.certificates, known.orders, numbers.has_others))
    return {
        "names_other_numbers": numbers.has_others,
        "names_reference": names_reference,
        "needs_number": not is_given and not names_reference,
    }


def _list_values(noun: str, parts: Sequence[ReplyFact], words: Wording) -> dict[str, ReplyValue]:
    """`invoice_number` for a single one, `invoice_numbers` and the phrase `invoices` for one or more."""
    if not parts:
        return {}
    if len(parts) > MAX_LISTED:
        phrase = ReplyFact(f"{noun}s", words.uncounted[noun], "policy:wording")
        return {f"{noun}s": phrase, f"several_{noun}s": True}
    texts, facts = [part.value for part in parts], tuple(parts)
    values: dict[str, ReplyValue] = {
        f"{noun}_numbers": joined(f"{noun}_numbers", words.listed(texts), facts),
        f"{noun}s": joined(f"{noun}s", words.phrase(noun, texts), facts),
        f"several_{noun}s": len(parts) > 1,
    }
    return values if len(parts) > 1 else {**values, f"{noun}_number": parts[0]}


def _invoice_values(inquiry: Inquiry, known: Known, numbers: NamedNumbers, words: Wording) -> dict[str, ReplyValue]:
    own = {number_key(invoice.number): invoice for invoice in known.invoices}
    parts: dict[str, ReplyFact] = {}
    for number in numbers.invoices:
        invoice = own.get(number_key(number))
        source = f"ledger:invoice:{invoice.number}" if invoice else inquiry.source_of("invoice", number)
        text = clean_value(invoice.number if invoice else number)
        parts.setdefault(number_key(number), ReplyFact("invoice_number", text, source))
    values = _list_values("invoice", list(parts.values()), words)
    found = [own[key] for key in parts if key in own]
    values["ledger_invoices"] = tuple(_invoice_row(invoice, words) for invoice in found[:MAX_LISTED])
    # With several invoices a template that names one amount or one due date would speak of the wrong one.
    if len(parts) == 1 and found:
        row = _invoice_row(found[0], words)
        values |= {f"invoice_{name}": fact for name, fact in row.items() if name != "number"}
    return values


def _invoice_row(invoice: Invoice, words: Wording) -> ReplyRow:
    texts = {
        "number": invoice.number,
        "amount": str(invoice.amount),
        "balance": str(invoice.balance),
        "issued_on": words.full_date(invoice.issued_on),
        "due_on": words.full_date(invoice.due_on),
        "status": invoice.status,
        "po": invoice.po_number,
        "tax": str(invoice.tax) if invoice.tax else "",
    }
    source, cleaned = f"ledger:invoice:{invoice.number}", {name: clean_value(text) for name, text in texts.items()}
    return {name: ReplyFact(f"invoice_{name}", text, source) for name, text in cleaned.items() if text}


def _po_values(inquiry: Inquiry, known: Known, numbers: NamedNumbers, words: Wording) -> dict[str, ReplyValue]:
    sources = {number_key(row.po_number): f"ledger:invoice:{row.number}" for row in known.invoices if row.po_number}
    sources |= {number_key(row.po_number): f"ledger:order:{row.number}" for row in known.orders if row.po_number}
    parts: dict[str, ReplyFact] = {}
    for number in numbers.pos:
        key = number_key(number)
        source = sources.get(key) or inquiry.source_of("po", number)
        parts.setdefault(key, ReplyFact("po_number", clean_value(number), source))
    values = _list_values("po", list(parts.values()), words)
    if len(known.orders) == 1:
        order = known.orders[0]
        texts = [("order_number", order.number), ("order_total", str(order.total)), ("po_status", order.po_status)]
        values |= _facts(f"ledger:order:{order.number}", texts)
    return values


def _amount_values(inquiry: Inquiry, known: Known, words: Wording) -> dict[str, ReplyValue]:
    """The amounts that the sender names; one that an invoice of theirs has is the ledger's."""
    ledger = {str(money): row for row in known.invoices for money in (row.amount, row.balance)}
    currency = inquiry.verdict.currency
    texts = {text: value for value in inquiry.verdict.values("amount") if (text := _money(value, currency))}
    parts = tuple(
        ReplyFact(
            "amount",
            text,
            f"ledger:invoice:{ledger[text].number}" if text in ledger else inquiry.source_of("amount", value),
        )
        for text, value in texts.items()
    )
    if not parts or len(parts) > MAX_LISTED:
        return {}
    if len(parts) == 1:
        return {"amount": parts[0]}
    return {"amounts": joined("amounts", words.listed([part.value for part in parts]), parts)}


def _money(value: str, currency: str) -> str:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return ""
    return str(Money(amount, clean_value(currency) or "USD")) if amount.is_finite() else ""


def _state_values(inquiry: Inquiry, words: Wording) -> dict[str, ReplyValue]:
    codes = [code for code in inquiry.verdict.values("state") if code in NAME_OF_STATE][:MAX_LISTED]
    parts = tuple(ReplyFact("state_name", NAME_OF_STATE[code], inquiry.source_of("state", code)) for code in codes)
    if not parts:
        return {}
    values: dict[str, ReplyValue] = {
        "state_names": joined("state_names", words.listed([p.value for p in parts]), parts)
    }
    return values if len(parts) > 1 else {**values, "state_name": parts[0]}


def _certificate_values(
    verdict: Verdict, numbers: NamedNumbers, known: Known, words: Wording, today: date
) -> dict[str, ReplyValue]:
    """The one certificate that the message can only mean: by number, of the state it names, or the only one on file."""
    named = {number_key(number) for number in numbers.certificates}
    by_number = [found for found in known.certificates if number_key(found.number) in named]
    certificate = by_number[0] if len(by_number) == 1 else _meant(verdict.values("state"), known.certificates)
    if certificate is None:
        return {}
    expires_on = certificate.expires_on
    texts = [
        ("certificate_number", certificate.number),
        ("certificate_state", NAME_OF_STATE.get(certificate.state, certificate.state)),
        ("certificate_expires_on", words.full_date(expires_on) if expires_on else ""),
    ]
    is_expired = expires_on is not None and expires_on < today
    return {**_facts(f"ledger:certificate:{certificate.number}", texts), "certificate_is_expired": is_expired}


def _meant(states: Sequence[str], certificates: Sequence[Certificate]) -> Certificate | None:
    fitting = [found for found in certificates if not states or found.state in states]
    return fitting[0] if len(fitting) == 1 else None
