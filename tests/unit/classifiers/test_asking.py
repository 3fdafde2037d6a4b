"""An unsorted message comes with a question that a person can answer without reading all of it."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest
import spacy

from classifiers.categories import REASONS
from classifiers.examples_file import Example
from classifiers.sorter import NOT_STORED, Sorter
from classifiers.verdict import UNSORTED, MailText, Verdict

Judged = list[tuple[Example, Verdict]]


@pytest.fixture(scope="module")
def unsorted(sorter: Sorter, examples: list[Example]) -> Judged:
    mail = [example for example in examples[::6] if example.mail.automatic is None]
    verdicts = sorter.sort_many([one.mail for one in mail])
    return [(one, verdict) for one, verdict in zip(mail, verdicts, strict=True) if verdict.category == UNSORTED]


@pytest.fixture(scope="module")
def cheap_sorter() -> Sorter:
    return Sorter.load(ask_encoder=False)


def test_two_or_three_categories_are_offered_likeliest_first(unsorted: Judged) -> None:
    for _, verdict in unsorted:
        assert len(verdict.choices) in (2, 3)
        assert verdict.choices[0].name == verdict.best
        assert verdict.choices[0].probability == verdict.probability
        assert all(one.probability >= next_one.probability for one, next_one in pairwise(verdict.choices[1:]))
        assert sum(one.probability for one in verdict.choices) <= 1.0 + 1e-6


def test_each_category_comes_with_one_of_its_own_reasons(unsorted: Judged) -> None:
    for _, verdict in unsorted:
        assert all(one.reason in REASONS[one.name] for one in verdict.choices)


def test_the_right_category_is_nearly_always_among_those_offered(unsorted: Judged) -> None:
    offered = [example.primary in [one.name for one in verdict.choices] for example, verdict in unsorted]

    assert mean(offered) > 0.9


def test_what_is_sorted_asks_nothing(sorter: Sorter, examples: list[Example]) -> None:
    verdicts = [
        one for one in sorter.sort_many([example.mail for example in examples[:60]]) if one.category != UNSORTED
    ]

    assert verdicts
    assert all(not one.choices and one.question is None for one in verdicts)


def test_a_message_that_says_nothing_is_not_asked_about(sorter: Sorter) -> None:
    verdict = sorter.sort(MailText(subject="", newest_text=""))

    assert (verdict.category, verdict.choices, verdict.question) == (UNSORTED, (), None)


def test_the_question_is_one_sentence_of_the_message(unsorted: Judged) -> None:
    for example, verdict in unsorted:
        asked = verdict.question
        assert asked is not None
        text = {"subject": example.mail.subject, "newest_text": example.mail.newest_text}[asked.field]
        assert asked.text == text[asked.start : asked.end] != ""
        assert asked.why.startswith("decides: ")


def test_a_sentence_that_goes_on_in_the_next_line_is_asked_about_whole(cheap_sorter: Sorter) -> None:
    text = "Good morning.\nWe see a wrong\nship-to on the invoice of May.\nThe weather here is fine."
    verdict = cheap_sorter.sort(MailText(subject="", newest_text=text))

    assert verdict.question is not None
    assert verdict.question.text == "We see a wrong\nship-to on the invoice of May."


def test_no_other_sentence_moves_the_two_categories_further_apart_or_together(
    cheap_sorter: Sorter, examples: list[Example]
) -> None:
    """Taking it out changes the gap between the two more than taking out another sentence does."""
    moved_by_it, moved_by_another = [], []
    for example in examples[::15]:
        verdict = cheap_sorter.sort(example.mail)
        asked = verdict.question
        if asked is None or asked.field != "newest_text":
            continue
        text = example.mail.newest_text
        other = text[asked.end :].strip() or text[: asked.start].strip()
        if len(other) < len(asked.text):
            continue
        start = text.index(other[: len(asked.text)])
        moved_by_it.append(_moved(cheap_sorter, example.mail, verdict, asked.start, asked.end))
        moved_by_another.append(_moved(cheap_sorter, example.mail, verdict, start, start + len(asked.text)))

    assert len(moved_by_it) > 15
    assert mean(moved_by_it) > 1.5 * mean(moved_by_another)


def _moved(sorter: Sorter, mail: MailText, verdict: Verdict, start: int, end: int) -> float:
    text = mail.newest_text
    after = sorter.sort(replace(mail, newest_text=text[:start] + " " * (end - start) + text[end:]))
    first, second = (one.name for one in verdict.choices[:2])
    return abs(_lead(verdict, first, second) - _lead(after, first, second))


def _lead(verdict: Verdict, first: str, second: str) -> float:
    told = {one.name: one.probability for one in verdict.choices}
    return told.get(first, 0.0) - told.get(second, 0.0)


def test_a_model_trained_before_there_were_questions_asks_them_too(sorter: Sorter, tmp_path: Path) -> None:
    folder = tmp_path / "older"
    sorter.nlp.to_disk(folder, exclude=NOT_STORED)
    config = spacy.util.load_config(folder / "config.cfg")
    config["nlp"]["pipeline"].remove("asking")
    del config["components"]["asking"]
    config.to_disk(folder / "config.cfg")

    verdict = Sorter.load(folder, ask_encoder=False).sort(MailText("Order 5", "Please see attached."))

    assert verdict.category == UNSORTED
    assert len(verdict.choices) >= 2
