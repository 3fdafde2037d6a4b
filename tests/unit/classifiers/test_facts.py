"""Facts as tables: what is read from which words, and what is left alone."""

from pathlib import Path

import pytest

from classifiers.candidates import MOST, candidates_in
from classifiers.facts import facts_in
from classifiers.facts_amounts import amounts_in, as_decimal
from classifiers.facts_states import states_in
from classifiers.number_model import NumberModel
from classifiers.sorter import MODEL
from classifiers.verdict import MENTIONED, Found, MailText, Verdict


@pytest.fixture(scope="module")
def numbers() -> NumberModel:
    return NumberModel.load(MODEL / "facts")


def read(numbers: NumberModel, mail: MailText, best: str = "dispute") -> tuple[Found, ...]:
    return facts_in(mail, best, numbers)[0]


def told(numbers: NumberModel, text: str, best: str = "dispute", subject: str = "") -> list[tuple[str, str]]:
    facts = read(numbers, MailText(subject=subject, newest_text=text), best)
    return [(fact.kind, fact.value) for fact in facts if fact.kind in ("invoice", "po") and fact.role != MENTIONED]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Please check PO 4500123.", [("po", "4500123")]),
        ("P.O. # 88-02719 is attached", [("po", "88-02719")]),
        ("We sent you purchase order TR4419-B", [("po", "TR4419-B")]),
        ("INV-0120754 has no PO number", [("invoice", "INV-0120754")]),
        ("We paid K29914480101 twice", [("invoice", "K29914480101")]),
        ("our invoice 5510 is wrong", [("invoice", "5510")]),
        ("S5120078 is short", [("invoice", "S5120078")]),
        ("invoices 5510, 5511 and 5512", [("invoice", "5510"), ("invoice", "5511"), ("invoice", "5512")]),
        ("Invoice #7704-118's tax is wrong", [("invoice", "7704-118")]),
        ("UG 1-118 needs a credit", [("invoice", "UG 1-118")]),
        ("Invoice S5120078 shows PO 88213", [("invoice", "S5120078"), ("po", "88213")]),
    ],
)
def test_numbers_are_what_the_words_around_them_say(
    numbers: NumberModel, text: str, found: list[tuple[str, str]]
) -> None:
    assert told(numbers, text, "po_verification" if found[0][0] == "po" else "dispute") == found


@pytest.mark.parametrize(
    "text",
    [
        "credit memo 40117",
        "CM-40117 was issued",
        "quote Q-340771",
        "RMA 442207",
        "RA 33855 is on the box",
        "ticket 112233",
        "call 555-0133 or 212-555-0199",
        "Albany, NY 12207",
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
def test_other_numbers_are_left_alone(numbers: NumberModel, text: str) -> None:
    assert told(numbers, f"We still dispute invoice S5120078. {text}") == [("invoice", "S5120078")]


def test_a_bare_number_is_a_po_only_where_the_message_is_about_pos(numbers: NumberModel) -> None:
    text = "DK-3-71 from Dawkins Steel, please check it."

    assert told(numbers, text, "po_verification") == [("po", "DK-3-71")]
    assert told(numbers, text, "dispute") == [("invoice", "DK-3-71")]


def test_a_number_is_the_same_thing_wherever_it_stands(numbers: NumberModel) -> None:
    mail = MailText("Invoice S5120078", "S5120078 is short by two boxes.", attachments=("claim_S5120078.pdf",))

    facts = [fact for fact in read(numbers, mail) if fact.kind == "invoice"]

    assert [(fact.field, fact.text) for fact in facts] == [
        ("subject", "S5120078"),
        ("newest_text", "S5120078"),
        ("attachment", "S5120078"),
    ]


def test_the_history_is_asked_only_where_the_message_names_nothing(numbers: NumberModel) -> None:
    quoted = "> Please find invoice S5120078 attached."
    silent = MailText("Re: Invoice", "We never got these goods.", quoted)
    naming = MailText("Re: Invoice", "We never got the goods of invoice S5120099.", quoted)

    assert {fact.value for fact in read(numbers, silent) if fact.kind == "invoice"} == {"S5120078"}
    assert {fact.value for fact in read(numbers, naming) if fact.kind == "invoice"} == {"S5120099"}


def test_further_numbers_are_named_for_the_reader_and_used_for_nothing(numbers: NumberModel) -> None:
    text = "We dispute invoice S5120078. Credit memo 40117 went to account 88-1442, sales order 9933017."
    facts = read(numbers, MailText("", text))

    further = {(fact.kind, fact.value) for fact in facts if fact.role == MENTIONED}
    assert {("credit_memo", "40117"), ("account", "88-1442"), ("order", "9933017")} <= further


def test_a_model_that_is_stored_and_loaded_tells_the_same(numbers: NumberModel, tmp_path: Path) -> None:
    numbers.save(tmp_path)

    assert NumberModel.load(tmp_path) == numbers


def test_a_page_of_numbers_is_read_to_a_bound() -> None:
    found = candidates_in("\n".join(f"77{number:05}" for number in range(5_000)), "newest_text")

    assert len(found) == MOST


def test_words_around_a_number_come_nearest_first_and_end_with_the_heading_of_its_list() -> None:
    (one,) = candidates_in("Open invoices:\n- 7704-118 (short)", "newest_text")

    assert one.text == "7704-118"
    assert one.starts_line
    assert one.head == ("open", "invoices", ":")
    assert one.before[-3:] == (":", "invoices", "open")
    assert one.after[:2] == ("(", "short")


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
        ("12,345", ["12345.00"]),
        ("we paid 7,150 up front", ["7150.00"]),
        ("12,345 pcs", []),
        ("1 486,90 CAD", ["1486.90"]),
        ("a balance of 0.00", []),
        ("40 boxes in 2026", []),
        ("8.25% tax", []),
        ("version 3.10", []),
        ("6.25 inch", []),
        ("6.25 in wide", []),
        ("we see 66.30 in tax", ["66.30"]),
        ("paid 145 for overnight", ["145.00"]),
        ("you charged us 315", ["315.00"]),
        ("paid 12 invoices", []),
        ("paid 2026-04-02", []),
    ],
)
def test_amounts_need_cents_or_a_currency_or_a_word_that_tells(text: str, values: list[str]) -> None:
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
    assert facts_in(MailText(subject="", newest_text=text), "other", NumberModel())[1] == currency


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("our Ohio certificate", ["OH"]),
        ("EXEMPT IN MISSISSIPPI and in louisiana", ["MS", "LA"]),
        ("State: IL", ["IL"]),
        ("charter AZ 5000A attached", ["AZ"]),
        ("at 4 Virginia Street", []),
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


def test_a_verdict_answers_with_what_is_meant(numbers: NumberModel) -> None:
    mail = MailText("", "We dispute invoice S5120078. Credit memo 40117 is a different matter.")
    verdict = Verdict("dispute", "dispute", 1.0, (), None, 1.0, "USD", read(numbers, mail), (), "test")

    assert verdict.invoices == ("S5120078",)
    assert any(fact.role == MENTIONED for fact in verdict.facts)


def test_a_state_in_the_name_of_an_attachment_counts(numbers: NumberModel) -> None:
    facts = read(numbers, MailText("", "New one is attached.", attachments=("Maine_cert.pdf",)), "tax_exempt")

    assert [(fact.kind, fact.value, fact.text) for fact in facts] == [("state", "ME", "Maine")]


def test_the_name_of_an_attachment_is_a_fact_with_its_place(numbers: NumberModel) -> None:
    mail = MailText("new PO", "see attached", attachments=("PO 4500123.pdf",))
    (fact,) = read(numbers, mail, "po_verification")

    assert (fact.kind, fact.value, fact.field, fact.start, fact.end) == ("po", "4500123", "attachment", 3, 10)


def in_files(numbers: NumberModel, text: str, said: str = "Please see the enclosed file.") -> list[tuple[str, ...]]:
    mail = MailText(subject="", newest_text=said, attachments=("a.pdf",), file_texts=(text,))
    return [(one.kind, one.value, one.role, one.place) for one in read(numbers, mail) if one.field == "file"]


def test_a_file_says_what_its_numbers_are_and_on_which_page(numbers: NumberModel) -> None:
    text = "PURCHASE ORDER\nPO Number: 4500012345\fInvoice No. INV-5510\nSerial 99120"
    assert in_files(numbers, text) == [
        ("invoice", "INV-5510", "meant", "a.pdf, page 2"),
        ("po", "4500012345", "meant", "a.pdf, page 1"),
    ]


def test_what_the_message_itself_names_its_files_only_mention(numbers: NumberModel) -> None:
    found = in_files(numbers, "PO Number: 4500012345\nInvoice: INV-5510", "Our PO 88213 is wrong on it.")
    assert [(kind, role) for kind, _, role, _ in found] == [("invoice", "meant"), ("po", "mentioned")]


def test_of_a_long_list_no_number_is_what_the_message_is_about(numbers: NumberModel) -> None:
    found = in_files(numbers, "\n".join(f"Invoice INV-55{number}" for number in range(10, 40)))
    assert len(found) == 30
    assert {role for *_, role, _ in found} == {"mentioned"}


def test_a_number_in_a_table_is_called_by_the_head_of_its_column(numbers: NumberModel) -> None:
    assert [found[:2] for found in in_files(numbers, "Invoice | Amount\n55101 | 12.50\n55102 | 3.00")] == [
        ("invoice", "55101"),
        ("invoice", "55102"),
    ]


def test_a_file_read_together_with_others_keeps_its_own_name(numbers: NumberModel) -> None:
    mail = MailText("", "See both.", attachments=("a.csv", "b.pdf"), file_texts=("", "PO 4500012345"))
    assert [one.place for one in read(numbers, mail) if one.field == "file"] == ["b.pdf, page 1"]


def test_a_sum_ends_with_its_last_sign_and_not_with_the_blank_behind_it() -> None:
    text = "Gross $46,650.88\nStatus: 12 EUR are open, 5k more."
    assert [text[one.start : one.end] for one in amounts_in(text)] == ["$46,650.88", "12 EUR"]
