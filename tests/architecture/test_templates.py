"""Every category and reason has a reply that a person could send after one look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from bot.desk.draft import Rendered
from bot.desk.reply import template_name
from bot.desk.reply_language import WORDINGS
from bot.desk.reply_values import Inquiry, reply_values
from bot.rendering import JinjaRenderer
from tests.unit.rendering.examples import (
    CATALOG,
    EVERY_REASON,
    NOW,
    OFFICE,
    TEMPLATES,
    bare_inquiry,
    make_inquiry,
    make_invoice,
    make_known,
    make_message,
    make_verdict,
    rich_inquiry,
)

RENDERER = JinjaRenderer([TEMPLATES])
REPLIES = TEMPLATES / "replies"
FILES = sorted(path for path in REPLIES.rglob("*.txt") if not path.name.startswith("letter."))
SIDES = ("outside", "inside")

# What a person must see to before the reply is right: something that the ledger cannot tell.
ALLOWED_GAPS = {
    "payment_status": {"payment status"},
    "wrong_department": {"department"},
}
SIGNATURES = tuple(f"\n{words.team}, Northgate" for words in WORDINGS.values())
# What the desk cannot keep: replies carry no attachment, and the outcome is a person's to promise.
RISKY = re.compile(
    r"we (will|shall) (refund|credit|issue a (refund|credit)|waive|remove)|guarantee|valued customer|!"
    r"|with this reply|\benclosed\b|\bwe (have )?attach|do not release|come[s]? with this",
    re.I,
)
# These end with an offer, which is no request.
OFFERS = {"invoice_copy", "payment_status", "statement", "wrong_department", "internal"}
LABELLED = {
    "revision": "po_number bill_to ship_to entity_name split_or_merge line_detail terms date format other",
    "refund": "duplicate_payment overpayment return cancelled_order credit_balance other",
    "tax_exempt": "certificate renewal charged_in_error question",
    "po_verification": "new_po po_change mismatch confirmation cancellation funding",
    "dispute": "not_received short_shipment damaged_or_wrong price duplicate_invoice not_ordered service "
    "return_not_credited already_paid other",
    "other": "invoice_copy payment_status remittance statement vendor_setup auto_reply bounce spam newsletter internal "
    "thanks wrong_department other",
}


def render(inquiry: Inquiry, category: str, reason: str | None, language: str = "en") -> Rendered:
    values = reply_values(inquiry, CATALOG[category], reason, OFFICE, language, NOW)
    return RENDERER.render(template_name(category, reason, inquiry.side), language, values)


def assert_well_written(rendered: Rendered) -> None:
    assert rendered.subject == rendered.subject.strip() != ""
    assert "\n" not in rendered.subject
    assert len(rendered.subject) <= 120
    text = f"{rendered.subject}\n{rendered.body}"
    assert "{" not in text
    assert "}" not in text
    assert "None" not in text
    assert not re.search(r"\n\n\n|[ \t]+(\n|$)| {2}|\( *\)| [,.;:)]|\.\.|,,|\( ", rendered.body)
    assert rendered.body.endswith(SIGNATURES)
    assert not RISKY.search(text)


def requests_in(text: str) -> int:
    """Sentences that ask for something, without those that say what to do in the meantime."""
    return len(re.findall(r"[Pp]lease (?:also )?(?:send|reply|give|tell|forward|attach|list)\b|will let us find", text))


def test_the_catalog_lists_the_labelled_reasons_and_no_others() -> None:
    assert {slug: tuple(category.reasons) for slug, category in CATALOG.items()} == {
        slug: tuple(reasons.split()) for slug, reasons in LABELLED.items()
    }


@pytest.mark.parametrize(("category", "reason"), EVERY_REASON)
def test_every_answered_reason_has_its_own_text_for_customers(category: str, reason: str | None) -> None:
    assert RENDERER.has(template_name(category, reason, "outside"), "en")


@pytest.mark.parametrize("category", CATALOG)
def test_every_category_has_a_default_for_each_language_and_for_colleagues(category: str) -> None:
    assert all(RENDERER.has(f"replies/{category}/default", language) for language in WORDINGS)
    assert RENDERER.has(f"replies/{category}/default.inside", "en")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPLIES)))
def test_every_template_belongs_to_a_reason_of_the_catalog(path: Path) -> None:
    stem = str(path.relative_to(REPLIES)).removesuffix(".txt")
    category, name = stem.split("/")
    reason, *rest = name.split(".")
    assert reason == "default" or reason in CATALOG[category].reasons
    assert rest in [["inside", "en"], *([language] for language in WORDINGS)]


@pytest.mark.parametrize("path", sorted(REPLIES.rglob("*.txt")), ids=lambda path: str(path.relative_to(REPLIES)))
def test_a_template_uses_only_values_that_are_described(path: Path) -> None:
    described = set(re.findall(r"`(\w+)`", (REPLIES / "README.md").read_text("utf-8")))
    used = meta.find_undeclared_variables(Environment(autoescape=True).parse(path.read_text("utf-8")))
    assert used <= described


def test_every_value_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", (REPLIES / "README.md").read_text("utf-8")))
    assert set(reply_values(rich_inquiry(), CATALOG["refund"], None, OFFICE, "en", NOW)) <= described


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("category", "reason"), EVERY_REASON)
def test_with_everything_known_a_reply_has_no_gap_but_those_a_person_must_fill(
    category: str, reason: str | None, side: str
) -> None:
    rendered = render(rich_inquiry(side), category, reason)
    assert_well_written(rendered)
    assert set(rendered.gaps) <= ALLOWED_GAPS.get(reason or "", set())
    assert 20 <= len(rendered.body.split()) <= 110


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("category", "reason"), EVERY_REASON)
def test_with_nothing_known_a_reply_still_reads_well(category: str, reason: str | None, side: str) -> None:
    rendered = render(bare_inquiry(side), category, reason)
    assert_well_written(rendered)
    assert rendered.body.startswith("Hello,\n\n")
    assert set(rendered.gaps) <= ALLOWED_GAPS.get(reason or "", set())
    assert {fact.source.partition(":")[0] for fact in rendered.facts} <= {"policy"}
    assert requests_in(rendered.body) <= (2 if reason in OFFERS else 1)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("category", "reason"), EVERY_REASON)
def test_nobody_is_asked_for_what_they_gave(category: str, reason: str | None, side: str) -> None:
    """Not even where the number is one that the reply must not repeat."""
    for number, known in (("S100", make_known()), ("S777", make_known(invoices=(), orders=()))):
        message = make_message(attachments=["paper.pdf"], newest_text=f"{number}, paid by check 40117")
        rendered = render(make_inquiry(make_verdict(invoice=[number]), known, message, side), category, reason)
        assert_well_written(rendered)
        asked = re.sub(r"the PO number on", "", rendered.body)
        assert not re.search(r"(invoice|PO|order|return) numbers?\b|reference will", asked)
        assert "S777" not in rendered.body


@pytest.mark.parametrize("language", WORDINGS)
@pytest.mark.parametrize("inquiry", [rich_inquiry(), bare_inquiry()], ids=["rich", "bare"])
@pytest.mark.parametrize("category", CATALOG)
def test_every_language_renders(category: str, inquiry: Inquiry, language: str) -> None:
    rendered = render(inquiry, category, None, language)
    assert rendered.template == f"replies/{category}/default.{language}.txt"
    assert_well_written(rendered)
    assert rendered.gaps == ()


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("category", "reason"), EVERY_REASON)
def test_several_invoices_and_amounts_read_well(category: str, reason: str | None, side: str) -> None:
    verdict = make_verdict(
        invoice=["S100", "S101", "S102"], po=["77-A", "77-B"], amount=["410.00", "385.00"], state=["TX", "OK"]
    )
    known = make_known(invoices=tuple(make_invoice(number) for number in ("S100", "S101", "S102")))
    rendered = render(make_inquiry(verdict, known, side=side), category, reason)
    assert_well_written(rendered)
    assert not re.search(r"\binvoice S100, ", rendered.body)


@pytest.mark.parametrize(("category", "reason"), EVERY_REASON)
def test_the_body_alone_neither_greets_nor_signs(category: str, reason: str | None) -> None:
    inquiry = rich_inquiry()
    values = reply_values(inquiry, CATALOG[category], reason, OFFICE, "en", NOW)
    rendered = RENDERER.render(template_name(category, reason, "outside"), "en", values, part="body")
    assert rendered.subject == ""
    assert rendered.body
    assert "Hello" not in rendered.body
    assert "Credit Department" not in rendered.body


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("category", "reason"), EVERY_REASON)
def test_the_numbers_of_another_customer_never_appear(category: str, reason: str | None, side: str) -> None:
    known = make_known(invoices=(), orders=(), foreign_numbers=("S-100", "77A"))
    verdict = make_verdict(invoice=["S100", "S555"], po=["77-A"])
    rendered = render(make_inquiry(verdict, known, side=side), category, reason)
    text = f"{rendered.subject}\n{rendered.body}\n{rendered.facts}"
    assert "S100" not in text
    assert "77-A" not in text


def test_a_dispute_names_no_invoice_where_the_contested_one_may_be_another_customers() -> None:
    known = make_known(foreign_numbers=("S-900",))
    verdict = make_verdict(invoice=["S900", "S100"])
    for reason in (*CATALOG["dispute"].reasons, None):
        rendered = render(make_inquiry(verdict, known), "dispute", reason)
        assert_well_written(rendered)
        assert "S100" not in rendered.body
        assert "S900" not in rendered.body
        assert "invoice number" not in rendered.body


@pytest.mark.parametrize("language", WORDINGS)
def test_a_letter_is_signed_in_its_language(language: str) -> None:
    rendered = render(rich_inquiry(), "dispute", None, language)
    assert rendered.body.endswith(f"\n{WORDINGS[language].team}, Northgate")


def test_each_promised_day_is_a_business_day_of_the_catalog() -> None:
    for category in CATALOG.values():
        assert 1 <= category.answer_days <= 5
        assert set(category.reason_days) <= set(category.reasons)
        assert set(category.unanswered) <= set(category.reasons)
