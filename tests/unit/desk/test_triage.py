"""Triage: what a sorted message means for the desk."""

from __future__ import annotations

import pytest

from bot.desk.category import Category
from bot.desk.triage import Disposition, Topic, triage
from bot.desk.verdict import Scored
from tests.contract.store_rows import make_message, make_verdict

CATALOG = {
    "revision": Category("revision", "Revision", "invoicing", 2, {"po_number": "PO"}),
    "refund": Category("refund", "Refund", "icc", 2, {"overpayment": "Overpayment"}),
    "other": Category("other", "Other", "icc", 1, {"thanks": "Thanks", "spam": "Spam"}, ("spam",)),
}


def test_a_sorted_message_opens_work_in_the_queue_of_its_category() -> None:
    decided = triage(make_message(), make_verdict(), CATALOG, joins_thread=False)
    assert (decided.disposition, decided.topics) == (
        Disposition.OPEN,
        (Topic("revision", "po_number", "invoicing"),),
    )


def test_two_categories_are_two_topics_the_primary_first() -> None:
    verdict = make_verdict(categories=(Scored("revision", 0.9), Scored("refund", 0.6), Scored("other", 0.6)))
    topics = triage(make_message(), verdict, CATALOG, joins_thread=False).topics
    assert [topic.category for topic in topics] == ["revision", "refund"]


def test_what_is_not_sure_enough_waits_for_a_person() -> None:
    decided = triage(make_message(), make_verdict(category="unsorted"), CATALOG, joins_thread=True)
    assert decided.topics == (Topic("unsorted", None, "unsorted"),)


@pytest.mark.parametrize("kind", ["auto_reply", "bounce", "list", "receipt"])
def test_automatic_mail_opens_nothing_however_it_sorts(kind: str) -> None:
    decided = triage(make_message(automatic=kind), make_verdict(), CATALOG, joins_thread=True)
    assert (decided.disposition, decided.topics) == (Disposition.NOTE, ())


def test_spam_is_left_alone_and_says_why() -> None:
    verdict = make_verdict(category="other", reason="spam")
    decided = triage(make_message(), verdict, CATALOG, joins_thread=False)
    assert decided.disposition is Disposition.IGNORE
    assert "spam" in decided.why


@pytest.mark.parametrize(("joins", "disposition"), [(True, Disposition.NOTE), (False, Disposition.OPEN)])
def test_thanks_in_a_known_thread_opens_nothing_again(joins: bool, disposition: Disposition) -> None:
    verdict = make_verdict(category="other", reason="thanks")
    assert triage(make_message(), verdict, CATALOG, joins_thread=joins).disposition is disposition
