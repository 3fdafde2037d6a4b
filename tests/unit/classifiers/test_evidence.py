"""Evidence points at the text it quotes, and taking it away makes the verdict weaker."""

from dataclasses import replace
from statistics import mean

import pytest

from classifiers.examples_file import Example
from classifiers.sorter import Sorter
from classifiers.spans import MOST
from classifiers.verdict import MEANT, Evidence, MailText, Verdict

Judged = list[tuple[MailText, Verdict]]


@pytest.fixture(scope="module")
def judged(sorter: Sorter, examples: list[Example]) -> Judged:
    mails = [example.mail for example in examples[::6] if example.mail.automatic is None]
    return list(zip(mails, sorter.sort_many(mails), strict=True))


def test_every_evidence_is_the_text_between_its_offsets(judged: Judged) -> None:
    for mail, verdict in judged:
        texts = {"subject": mail.subject, "newest_text": mail.newest_text}
        for evidence in verdict.evidence:
            assert evidence.text == texts[evidence.field][evidence.start : evidence.end] != ""


def test_every_fact_is_the_text_between_its_offsets(judged: Judged) -> None:
    for mail, verdict in judged:
        texts = {"subject": mail.subject, "newest_text": mail.newest_text, "quoted_text": mail.quoted_text}
        for fact in verdict.facts:
            if fact.field == "attachment":
                assert any(fact.text == name[fact.start : fact.end] for name in mail.attachments)
            else:
                assert fact.text == texts[fact.field][fact.start : fact.end] != ""


def test_at_most_five_stretches_speak_for_a_category(judged: Judged) -> None:
    counts = [sum(e.why.startswith("speaks for") for e in verdict.evidence) for _, verdict in judged]

    assert max(counts) <= MOST
    assert mean(counts) > 2


def test_every_number_that_is_used_is_pointed_at(judged: Judged) -> None:
    for _, verdict in judged:
        pointed = " ".join(evidence.why for evidence in verdict.evidence)
        own = [f for f in verdict.facts if f.field in ("subject", "newest_text") and f.role == MEANT]
        assert all(fact.value in pointed for fact in own)


def without(mail: MailText, spans: list[Evidence]) -> MailText:
    texts = {"subject": mail.subject, "newest_text": mail.newest_text}
    for span in spans:
        text = texts[span.field]
        texts[span.field] = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return replace(mail, subject=texts["subject"], newest_text=texts["newest_text"])


def drop(sorter: Sorter, mail: MailText, verdict: Verdict, spans: list[Evidence]) -> float:
    after = sorter.sort(without(mail, spans))
    return verdict.probability - (after.probability if after.best == verdict.best else 0.0)


def test_a_verdict_rests_on_its_evidence_more_than_on_other_words(sorter: Sorter, judged: Judged) -> None:
    named, others = [], []
    for mail, verdict in judged[::3]:
        spans = [e for e in verdict.evidence if e.why.startswith("speaks") and e.field == "newest_text"]
        if not spans or sum(e.end - e.start for e in spans) * 2 > len(mail.newest_text):
            continue
        named.append(drop(sorter, mail, verdict, spans))
        others.append(drop(sorter, mail, verdict, elsewhere(mail, spans)))

    assert len(named) > 20
    assert mean(named) > mean(others) + 0.1


def elsewhere(mail: MailText, spans: list[Evidence]) -> list[Evidence]:
    """As many characters as the evidence has, from the first stretches that are not evidence."""
    length = sum(e.end - e.start for e in spans)
    taken: list[Evidence] = []
    covered = {place for e in spans for place in range(e.start, e.end)}
    for place in range(len(mail.newest_text)):
        if place not in covered and len(taken) < length:
            taken.append(Evidence("newest_text", place, place + 1, mail.newest_text[place], ""))
    return taken
