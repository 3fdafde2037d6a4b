"""What a caller may rely on in every verdict of the shipped model."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from classifiers.categories import CATEGORIES, REASONS
from classifiers.examples_file import Example
from classifiers.sorter import Sorter
from classifiers.verdict import UNSORTED, MailText, Verdict

PAID_TWICE = MailText(
    subject="Paid twice - 7704-118",
    newest_text="Hello,\n\nwe paid invoice 7704-118 twice, by check and by ACH, $6,214.07 each time."
    " Please return the second payment.\n\nThank you",
)


def make_mail(**changes: object) -> MailText:
    return replace(PAID_TWICE, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def verdicts(sorter: Sorter, examples: list[Example]) -> list[tuple[MailText, Verdict]]:
    mails = [example.mail for example in examples[::5]]
    return list(zip(mails, sorter.sort_many(mails), strict=True))


def test_a_plain_request_is_sorted_with_its_reason_and_facts(sorter: Sorter) -> None:
    verdict = sorter.sort(PAID_TWICE)

    assert (verdict.category, verdict.reason) == ("refund", "duplicate_payment")
    assert verdict.invoices == ("7704-118",)
    assert verdict.amounts == ("6214.07",)
    assert verdict.currency == "USD"
    assert verdict.pos == ()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Please find our renewed resale certificate attached and take the sales tax off.", "tax_exempt"),
        ("Your invoice does not show our PO number. Please add it and reissue the invoice.", "revision"),
        ("Please verify the attached purchase order and confirm that you accept it.", "po_verification"),
        ("We dispute this invoice: two of the boxes never arrived and we will not pay for them.", "dispute"),
        ("Could you send us a statement of our account for May? Thank you!", "other"),
    ],
)
def test_plain_requests_go_to_the_category_that_the_law_names(sorter: Sorter, text: str, category: str) -> None:
    assert sorter.sort(MailText(subject="", newest_text=text)).best == category


def test_probabilities_lie_between_none_and_all(verdicts: list[tuple[MailText, Verdict]]) -> None:
    for _, verdict in verdicts:
        assert 0.0 <= verdict.probability <= 1.0
        assert 0.0 <= verdict.reason_probability <= 1.0
        assert all(0.0 <= scored.probability <= 1.0 for scored in verdict.categories)


def test_the_best_category_comes_first_and_none_comes_twice(verdicts: list[tuple[MailText, Verdict]]) -> None:
    for _, verdict in verdicts:
        names = [scored.name for scored in verdict.categories]
        assert names[0] == verdict.best
        assert len(set(names)) == len(names)
        assert set(names) <= set(CATEGORIES)


def test_a_category_is_the_best_one_or_unsorted(verdicts: list[tuple[MailText, Verdict]]) -> None:
    assert {verdict.category for _, verdict in verdicts} == {*CATEGORIES, UNSORTED}
    assert all(verdict.category in (verdict.best, UNSORTED) for _, verdict in verdicts)


def test_a_reason_belongs_to_the_best_category(verdicts: list[tuple[MailText, Verdict]]) -> None:
    assert all(verdict.reason in REASONS[verdict.best] for _, verdict in verdicts)


def test_one_by_one_and_in_batches_the_verdict_is_the_same(sorter: Sorter, examples: list[Example]) -> None:
    mails = [example.mail for example in examples[::40]]

    assert sorter.sort_many(mails) == [sorter.sort(mail) for mail in mails]


def test_many_threads_get_the_verdicts_that_one_gets(sorter: Sorter, examples: list[Example]) -> None:
    mails = [example.mail for example in examples[::20]]
    alone = sorter.sort_many(mails)

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(sorter.sort_many, [mails] * 4))

    assert together == [alone] * 4


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("auto_reply", "auto_reply"), ("bounce", "bounce"), ("spam", "spam"), ("calendar", "other")],
)
def test_automatic_mail_is_other_whatever_it_says(sorter: Sorter, kind: str, reason: str) -> None:
    verdict = sorter.sort(make_mail(automatic=kind))

    assert (verdict.category, verdict.reason) == ("other", reason)


def test_mail_through_a_list_is_a_newsletter_unless_the_text_is_sure_of_more(sorter: Sorter) -> None:
    news = make_mail(subject="This week in credit", newest_text="Join our webinar.", automatic="list")

    assert sorter.sort(news).reason == "newsletter"
    assert sorter.sort(make_mail(automatic="list")).category == sorter.sort(PAID_TWICE).category


def test_a_portal_that_sends_by_machine_is_heard(sorter: Sorter) -> None:
    assert sorter.sort(make_mail(automatic="auto_generated")).best == "refund"


def test_an_empty_message_is_left_to_a_person(sorter: Sorter) -> None:
    verdict = sorter.sort(MailText(subject="", newest_text=""))

    assert verdict.category == UNSORTED
    assert verdict.facts == ()
    assert verdict.evidence == ()


def test_the_mailbox_does_not_decide(sorter: Sorter) -> None:
    boxes = [sorter.sort(make_mail(mailbox=slug)) for slug in ("icc", "invoicing", "tax_exempt", "")]

    assert boxes == [boxes[0]] * 4


def test_the_model_has_a_name(sorter: Sorter) -> None:
    assert sorter.sort(PAID_TWICE).model.startswith("2026.11-")
