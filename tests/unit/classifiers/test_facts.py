"""Facts by rule, as tables: what is read from which words, and what is left alone."""

import pytest

from classifiers.facts import facts_in
from classifiers.facts_amounts import amounts_in, as_decimal
from classifiers.facts_documents import documents_in
from classifiers.facts_states import states_in
from classifiers.verdict import MailText, Verdict


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Please check PO 4500123.", [("po", "4500123")]),
        ("P.O. # 88-02719 is attached", [("po", "88-02719")]),
        ("PO#4500123 and PO: 88-101", [("po", "4500123"), ("po", "88-101")]),
        ("purchase order TR4419-B", [("po", "TR4419-B")]),
        ("INV-0120754 has no PO number", [("invoice", "INV-0120754")]),
        ("We paid K29914480101 twice", [("invoice", "K29914480101")]),
        ("our invoice 5510 is wrong", [("invoice", "5510")]),
        ("S5120078 is short", [("invoice", "S5120078")]),
        ("invoices 5510, 5511 and 5512", [("invoice", "5510"), ("invoice", "5511"), ("invoice", "5512")]),
        ("Invoice #7704-118's tax", [("invoice", "7704-118")]),
        ("UG 1-118 needs a decision", [("invoice", "UG 1-118")]),
        ("Invoice S5120078 shows PO 88213", [("invoice", "S5120078"), ("po", "88213")]),
    ],
)
def test_numbers_are_what_the_words_around_them_say(text: str, found: list[tuple[str, str]]) -> None:
    assert [(document.kind, document.value) for document in documents_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "credit memo 40117",
        "CM-40117 was issued",
        "quote Q-340771",
        "RMA 442207",
        "RA 33855 is on the box",
        "sales order 9933017",
        "ticket 112233",
        "account 4411-02",
        "call 555-0133 or 212-555-0199",
        "Albany, NY 12207",
        "tracking 1Z999AA10123456784",
        "remittance 5510",
        "check 40118",
        "check number 40118",
        "requisition 778812",
        "on 6/27/2025 at 9:30",
        "by 2025-06-27",
        "in 2026",
        "a 27in monitor, 24-port switch, 10G",
        "item 3, line 12",
        "Net 30, N30, Q2, W-9, FY26, 15%",
        "EIN 12-3456789",
        "ap@firm2024.example",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert documents_in(text) == []


def test_a_bare_number_is_a_po_only_where_the_message_is_about_pos() -> None:
    mail = MailText(subject="please check", newest_text="DK-3-71 from Dawkins Steel.")

    assert [fact.kind for fact in facts_in(mail, "po_verification")[0]] == ["po"]
    assert [fact.kind for fact in facts_in(mail, "dispute")[0]] == ["invoice"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$1,204.50", ["1204.50"]),
        ("1.204,50 EUR", ["1204.50"]),
        ("USD 12k", ["12000.00"]),
        ("about $9k", ["9000.00"]),
        ("$1.5 million", ["1500000.00"]),
        ("745.30 each", ["745.30"]),
        ("€ 99", ["99.00"]),
        ("3,446 dollars", ["3446.00"]),
        ("US$ 12,500 less $88.20", ["12500.00", "88.20"]),
        ("CAD 1,842.00", ["1842.00"]),
        ("12,345", []),
        ("40 boxes in 2026", []),
        ("8.25% tax", []),
        ("version 3.10", []),
        ("6.25 inch", []),
    ],
)
def test_amounts_need_cents_or_a_currency(text: str, values: list[str]) -> None:
    assert [amount.value for amount in amounts_in(text)] == values


@pytest.mark.parametrize(
    ("number", "size", "value"),
    [
        ("1,204.50", "", "1204.50"),
        ("1.204,50", "", "1204.50"),
        ("1'204.50", "", "1204.50"),
        ("1.204", "", "1204.00"),
        ("1.204", "k", "1204.00"),
        (".50", "", "0.50"),
        ("9" * 18, "", None),
    ],
)
def test_separators_are_read_as_people_write_them(number: str, size: str, value: str | None) -> None:
    assert as_decimal(number, size) == value


@pytest.mark.parametrize(("text", "currency"), [("1.204,50 EUR", "EUR"), ("C$ 12.00", "CAD"), ("12.00", "USD")])
def test_the_currency_is_the_one_named(text: str, currency: str) -> None:
    assert facts_in(MailText(subject="", newest_text=text))[1] == currency


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("our Ohio certificate", ["OH"]),
        ("Albany, NY 12207", ["NY"]),
        ("sales tax for TX and OK", ["TX", "OK"]),
        ("registered in CO, NE, KS", ["CO", "NE", "KS"]),
        ("Tulsa, OK", ["OK"]),
        ("IN sales tax", ["IN"]),
        ("OK, SEND IT TO ME OR HI", []),
        ("hi, or me in oh ok", []),
        ("PA system", []),
        ("the ID is missing", []),
        ("New Mexico and West Virginia", ["NM", "WV"]),
    ],
)
def test_two_letters_are_a_state_only_where_they_can_be_no_word(text: str, codes: list[str]) -> None:
    assert [state.code for state in states_in(text)] == codes


def make_verdict(mail: MailText, best: str = "dispute") -> Verdict:
    return Verdict(best, best, 1.0, (), None, 1.0, "USD", facts_in(mail, best)[0], (), "test")


def test_the_history_says_which_invoice_is_meant_where_it_names_one() -> None:
    mail = MailText("Re: reminder", "We will not pay this.", quoted_text="> Invoice S5103356 is past due.")

    assert make_verdict(mail).invoices == ("S5103356",)
    assert make_verdict(mail, best="other").invoices == ()


def test_the_history_is_not_asked_where_it_names_two_invoices_or_the_text_names_one() -> None:
    two = MailText("", "We will not pay this.", quoted_text="> Invoices S5103356 and S5103357")
    own = MailText("", "We will not pay S5103358.", quoted_text="> Invoice S5103356")

    assert make_verdict(two).invoices == ()
    assert make_verdict(own).invoices == ("S5103358",)


def test_the_name_of_an_attachment_is_a_fact_with_its_place() -> None:
    (fact,) = facts_in(MailText("", "see attached", attachments=("PO 4500123.pdf",)))[0]

    assert (fact.kind, fact.value, fact.field, fact.start, fact.end) == ("po", "4500123", "attachment", 3, 10)
