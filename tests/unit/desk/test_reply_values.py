"""What a reply may say, and where each of it comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.desk.business_day import business_day_after
from bot.desk.greeting import greeting_name
from bot.desk.reply_facts import MAX_VALUE, ReplyFact, ReplyValue, clean_value
from bot.desk.reply_language import wording
from bot.desk.reply_values import Inquiry, reply_values
from bot.ledger.certificate import Certificate
from bot.ledger.lookup import Known
from bot.ledger.money import Money
from bot.mail.address import Address
from bot.mail.message import InboundMessage
from tests.unit.rendering.examples import (
    CATALOG,
    NOW,
    OFFICE,
    bare_inquiry,
    make_inquiry,
    make_invoice,
    make_known,
    make_message,
    make_verdict,
    rich_inquiry,
)


def values_of(
    inquiry: Inquiry, language: str = "en", now: datetime = NOW, category: str = "dispute"
) -> dict[str, ReplyValue]:
    return reply_values(inquiry, CATALOG[category], None, OFFICE, language, now)


def told(values: dict[str, ReplyValue], name: str) -> tuple[str, str] | None:
    value = values.get(name)
    return (value.value, value.source) if isinstance(value, ReplyFact) else None


def test_what_the_ledger_confirms_has_the_ledger_as_source() -> None:
    values = values_of(rich_inquiry())
    assert told(values, "invoice_number") == ("S100", "ledger:invoice:S100")
    assert told(values, "invoices") == ("invoice S100", "ledger:invoice:S100")
    assert told(values, "invoice_balance") == ("$1,234.50", "ledger:invoice:S100")
    assert told(values, "invoice_due_on") == ("October 1, 2026", "ledger:invoice:S100")
    assert told(values, "amount") == ("$1,234.50", "ledger:invoice:S100")
    assert told(values, "po_number") == ("77-A", "ledger:order:SO-9")
    assert told(values, "customer_name") == ("Lockwood Housing Authority", "ledger:customer:C1")
    assert told(values, "certificate_expires_on") == ("January 31, 2027", "ledger:certificate:TX-1")


def test_what_only_the_mail_says_has_the_message_as_source() -> None:
    values = values_of(make_inquiry(make_verdict(invoice=["S9"], po=["P900"], amount=["12.5"], state=["TX"])))
    assert told(values, "invoice_number") == ("S9", "message:7")
    assert told(values, "po_number") == ("P900", "message:7")
    assert told(values, "amount") == ("$12.50", "message:7")
    assert told(values, "state_name") == ("Texas", "message:7")
    assert "invoice_balance" not in values
    assert "ledger_invoices" not in values


def test_the_ledger_decides_the_spelling_and_a_number_counts_once() -> None:
    values = values_of(make_inquiry(make_verdict(invoice=["s-100", "S100"]), make_known()))
    assert told(values, "invoice_numbers") == ("S100", "ledger:invoice:S100")


def test_several_invoices_make_a_list_and_no_single_amount() -> None:
    known = make_known(invoices=(make_invoice(), make_invoice("S7"), make_invoice("S8")))
    values = values_of(make_inquiry(make_verdict(invoice=["S100", "S7", "S8"]), known))
    assert told(values, "invoices") == ("invoices S100, S7 and S8", "ledger:invoice:S100")
    assert values["several_invoices"] is True
    assert "invoice_number" not in values
    assert "invoice_amount" not in values
    phrase = values["invoices"]
    assert isinstance(phrase, ReplyFact)
    assert [part.source for part in phrase.parts] == [f"ledger:invoice:{number}" for number in ("S100", "S7", "S8")]


def test_a_long_list_is_left_to_the_senders_own_message() -> None:
    values = values_of(make_inquiry(make_verdict(invoice=[f"S{number}" for number in range(9)])))
    assert told(values, "invoices") == ("the invoices in your message", "policy:wording")
    assert "invoice_numbers" not in values


def test_numbers_of_another_account_are_in_no_value() -> None:
    known = make_known(foreign_numbers=("X-200", "Q9"))
    values = values_of(make_inquiry(make_verdict(invoice=["X200", "S100"], po=["Q-9"]), known), category="refund")
    assert told(values, "invoices") == ("invoice S100", "ledger:invoice:S100")
    assert "pos" not in values
    assert "X200" not in str(values)


def test_a_number_that_the_account_does_not_have_is_no_invoice() -> None:
    values = values_of(make_inquiry(make_verdict(invoice=["S100", "DR0563", "202613797"]), make_known()))
    assert told(values, "invoices") == ("invoice S100", "ledger:invoice:S100")
    assert values["names_other_numbers"] is True
    assert "DR0563" not in str(values)


def test_where_no_account_is_known_the_mail_names_the_number() -> None:
    values = values_of(make_inquiry(make_verdict(invoice=["S777"])))
    assert told(values, "invoices") == ("invoice S777", "message:7")
    assert "names_other_numbers" not in values


def test_a_po_of_the_account_is_a_po_whatever_the_mail_calls_it() -> None:
    values = values_of(make_inquiry(make_verdict(invoice=["77A", "S100"], po=["SO-9"]), make_known()))
    assert told(values, "pos") == ("PO 77A", "ledger:order:SO-9")
    assert told(values, "invoices") == ("invoice S100", "ledger:invoice:S100")


@pytest.mark.parametrize("known", [make_known(), Known()], ids=["account", "no account"])
def test_a_certificate_is_no_invoice(known: Known) -> None:
    values = values_of(make_inquiry(make_verdict(invoice=["TX-1", "TX-71699"], state=["TX"]), known))
    assert "invoices" not in values
    assert "needs_number" not in values


def test_the_certificate_that_the_mail_names_is_the_one_meant() -> None:
    two = (Certificate("TX-1", "C1", "TX", "resale"), Certificate("TX-2", "C1", "TX", "charity"))
    values = values_of(make_inquiry(make_verdict(invoice=["TX-2"], state=["TX"]), make_known(certificates=two)))
    assert told(values, "certificate_number") == ("TX-2", "ledger:certificate:TX-2")


def test_a_quantity_is_no_po_unless_the_ledger_has_it() -> None:
    verdict = make_verdict(po=["RB13569", "40C", "10C", "ABCD"])
    assert told(values_of(make_inquiry(verdict, make_known())), "pos") == ("PO RB13569", "message:7")
    short = make_known(invoices=(make_invoice(po_number="40C"),))
    assert told(values_of(make_inquiry(verdict, short)), "po_numbers") == ("RB13569 and 40C", "message:7")


def test_a_dispute_names_no_invoice_where_the_sender_also_names_another_customers() -> None:
    inquiry = make_inquiry(make_verdict(invoice=["X200", "S100"]), make_known(foreign_numbers=("X-200",)))
    values = values_of(inquiry)
    assert "invoices" not in values
    assert "invoice_balance" not in values
    assert "needs_number" not in values


@pytest.mark.parametrize(
    ("text", "is_given"),
    [
        ("ACH trace 99120031 took care of it", True),
        ("went back on RMA 30118", True),
        ("SO-77193 was cancelled", True),
        ("check no. 40117", True),
        ("please check it by 11/12", False),
        ("my order has not come", False),
        ("I mailed a check in 2026.", False),
    ],
)
def test_a_reference_that_was_given_is_known(text: str, is_given: bool) -> None:
    values = values_of(make_inquiry(message=make_message(newest_text=text)))
    assert values.get("names_reference", False) is is_given
    assert values.get("needs_number", False) is not is_given


@pytest.mark.parametrize(
    ("team", "language", "signed"),
    [
        ("Credit Department", "es", "Departamento de Crédito, Northgate"),
        ("Credit Department", "en", "Credit Department, Northgate"),
        ("Order to Cash", "de", "Order to Cash, Northgate"),
    ],
)
def test_only_the_default_team_is_translated(team: str, language: str, signed: str) -> None:
    values = reply_values(bare_inquiry(), CATALOG["dispute"], None, replace(OFFICE, team=team), language, NOW)
    assert told(values, "signature") == (signed, "policy:company")


@pytest.mark.parametrize("flag", ["unverified", "reply_to_elsewhere", "impersonation"])
def test_a_doubtful_sender_is_told_only_what_they_wrote(flag: str) -> None:
    known = make_known(foreign_numbers=("X200",))
    inquiry = make_inquiry(make_verdict(invoice=["S100", "X200"]), known, make_message(flags=(flag,)))
    values = values_of(inquiry, category="refund")
    assert "ledger:" not in str(values)
    assert told(values, "invoices") == ("invoice S100", "message:7")


@pytest.mark.parametrize(
    ("amounts", "name", "text"),
    [
        (["410.00", "385"], "amounts", "$410.00 and $385.00"),
        (["1e5"], "amount", "$100,000.00"),
        (["NaN"], "amount", None),
        (["ten"], "amount", None),
    ],
)
def test_amounts(amounts: list[str], name: str, text: str | None) -> None:
    found = told(values_of(make_inquiry(make_verdict(amount=amounts))), name)
    assert found == (None if text is None else (text, "message:7"))


def test_a_certificate_is_named_only_where_it_can_be_no_other() -> None:
    two = (Certificate("TX-1", "C1", "TX", "resale", date(2026, 1, 1)), Certificate("OK-1", "C1", "OK", "resale"))
    texas = values_of(make_inquiry(make_verdict(state=["TX"]), make_known(certificates=two)))
    assert told(texas, "certificate_number") == ("TX-1", "ledger:certificate:TX-1")
    assert texas["certificate_is_expired"] is True
    assert "certificate_number" not in values_of(make_inquiry(make_verdict(), make_known(certificates=two)))


def test_no_value_is_empty_and_none_breaks_a_line() -> None:
    hostile = make_verdict(invoice=["S1\r\nBcc: x", "\x00", "[[x]]", "9" * 500], po=["{{ 7*7 }}"])
    for inquiry in (
        rich_inquiry(),
        bare_inquiry(),
        make_inquiry(hostile, make_known(invoices=(make_invoice(po_number=""),))),
    ):
        for value in values_of(inquiry).values():
            assert value
            if isinstance(value, ReplyFact):
                assert not set("\r\n\x00[]") & set(value.value)
                assert value.source


@pytest.mark.parametrize(
    ("now", "answer_by"),
    [
        (datetime(2026, 11, 20, 15, tzinfo=UTC), "Wednesday, November 25"),
        (datetime(2026, 11, 21, 15, tzinfo=UTC), "Wednesday, November 25"),
        (datetime(2026, 11, 24, 3, tzinfo=UTC), "Thursday, November 26"),
        (datetime(2026, 12, 31, 15, tzinfo=UTC), "Tuesday, January 5"),
    ],
)
def test_the_next_step_is_promised_in_business_days_of_the_office(now: datetime, answer_by: str) -> None:
    assert told(values_of(bare_inquiry(), now=now), "answer_by") == (answer_by, "policy:answer_days")


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), 2, date(2026, 11, 24)),
        (date(2026, 11, 25), 1, date(2026, 11, 27)),
        (date(2026, 11, 23), 0, date(2026, 11, 24)),
        (date(2026, 11, 23), 10, date(2026, 12, 8)),
    ],
)
def test_business_days_leave_out_weekends_and_holidays(start: date, days: int, expected: date) -> None:
    assert business_day_after(start, days, {date(2026, 11, 26)}) == expected


@pytest.mark.parametrize(
    ("language", "day", "full", "invoices"),
    [
        ("en", "Thursday, November 26", "November 26, 2026", "invoices A and B"),
        ("es-MX", "jueves 26 de noviembre", "26 de noviembre de 2026", "facturas A y B"),
        ("fr", "jeudi 26 novembre", "26 novembre 2026", "factures A et B"),
        ("de", "Donnerstag, den 26. November", "26. November 2026", "Rechnungen A und B"),
        ("pt", "Thursday, November 26", "November 26, 2026", "invoices A and B"),
    ],
)
def test_words_of_a_language(language: str, day: str, full: str, invoices: str) -> None:
    words, thursday = wording(language), date(2026, 11, 26)
    assert (words.day(thursday), words.full_date(thursday)) == (day, full)
    assert words.phrase("invoice", ["A", "B"]) == invoices


@pytest.mark.parametrize(("number", "phrase"), [("77", "PO 77"), ("PO-77", "PO-77"), ("po77", "po77")])
def test_the_noun_is_not_said_twice(number: str, phrase: str) -> None:
    assert wording("en").phrase("po", [number]) == phrase


@pytest.mark.parametrize(
    ("sender", "text", "name"),
    [
        (Address("Phyllis Greer", "pgreer@x.example"), "", "Phyllis"),
        (Address("Greer, Phyllis A.", "pgreer@x.example"), "", "Phyllis"),
        (Address("PHYLLIS GREER", "pgreer@x.example"), "", "Phyllis"),
        (Address("Phyllis Greer, CPA", "pgreer@x.example"), "", "Phyllis"),
        (Address("Phyllis Greer (AP)", "pgreer@x.example"), "", "Phyllis"),
        (Address("Phyllis Greer, Sr. Buyer", "pgreer@x.example"), "", "Phyllis"),
        (Address("Dr. Folu Oye", "drfolu@x.example"), "", "Dr. Oye"),
        (Address("Sister Agnes Doyle", "adoyle@x.example"), "", "Sister Agnes"),
        (Address("J. Greer", "jgreer@x.example"), "", "J. Greer"),
        (Address("Monique Hébert", "mhebert@x.example"), "merci\nMonique", "Monique"),
        (Address("Phyllis Greer", "ap@x.example"), "thanks, Phyllis", "Phyllis"),
        (Address("Phyllis Greer", "ap@x.example"), "no signature", ""),
        (Address("Accounts Payable", "accounts@x.example"), "", ""),
        (Address("AP Desk", "ap@x.example"), "", ""),
        (Address("Pearl's Kitchen", "pearl@x.example"), "", ""),
        (Address("CertVault", "certvault@x.example"), "", ""),
        (Address("Visit http://evil.example", "visit@x.example"), "", ""),
        (Address("{{ 7*7 }}", "x@x.example"), "", ""),
        (Address("x@x.example", "x@x.example"), "", ""),
        (Address("", "x@x.example"), "", ""),
        (Address("Phyllis " * 20, "phyllis@x.example"), "", ""),
    ],
)
def test_the_greeting_uses_a_name_only_where_it_is_surely_one(sender: Address, text: str, name: str) -> None:
    assert greeting_name(sender, text, is_formal=False) == name


def test_other_languages_greet_with_the_full_name() -> None:
    assert told(values_of(rich_inquiry(), "de"), "greeting_name") == ("Phyllis Greer", "message:7")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\n b", "a b"),
        ("[[x]]", "((x))"),
        ("\x00", ""),
        ("a\u202eb", "a b"),
        ("x" * 500, "x" * (MAX_VALUE - 1) + "…"),
    ],
)
def test_a_value_is_one_line_without_brackets(text: str, cleaned: str) -> None:
    assert clean_value(text) == cleaned


@pytest.mark.parametrize(
    ("message", "has_attachment"), [(make_message(attachments=["a.pdf"]), True), (make_message(), None)]
)
def test_an_enclosed_file_is_known(message: InboundMessage, has_attachment: bool | None) -> None:
    assert values_of(make_inquiry(message=message)).get("has_attachment") == has_attachment


def test_an_amount_of_the_ledger_keeps_its_currency() -> None:
    euros = Money(Decimal("5"), "EUR")
    values = values_of(
        make_inquiry(make_verdict(invoice=["S100"]), Known(make_known().customer, (make_invoice(amount=euros),)))
    )
    assert told(values, "invoice_amount") == ("€5.00", "ledger:invoice:S100")
