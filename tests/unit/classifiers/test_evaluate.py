"""The figures of an evaluation, on verdicts that are known."""

import pytest

from classifiers.evaluate import Hits, evaluate, evaluation_of
from classifiers.examples_file import Example
from classifiers.sorter import Sorter
from classifiers.verdict import Found, MailText, Scored, Verdict


def make_example(primary: str = "refund", *, secondary: tuple[str, ...] = (), source: str = "a") -> Example:
    facts = {"invoice": ("#7704",), "po": (), "amount": (), "state": ()}
    return Example("1", source, MailText("", ""), (primary, *secondary), None, "", facts, "USD")


def make_verdict(best: str = "refund", *, category: str | None = None, probability: float = 1.0) -> Verdict:
    found = (Found("invoice", "7704", "7704", "subject", 0, 4),)
    scored = (Scored(best, probability), Scored("other", 0.6))
    return Verdict(category or best, best, probability, scored, None, 1.0, "USD", found, (), "test")


def test_an_abstention_counts_for_accuracy_but_not_when_sorted() -> None:
    judged = [
        (make_example("refund"), make_verdict("refund")),
        (make_example("dispute"), make_verdict("refund", category="unsorted", probability=0.5)),
    ]

    evaluation = evaluation_of(judged)

    assert evaluation.accuracy == 0.5
    assert evaluation.coverage == 0.5
    assert evaluation.accuracy_when_sorted == 1.0
    assert evaluation.by_category["refund"] == Hits(both=1, said=2, true=1)


def test_the_calibration_error_is_the_gap_between_promise_and_truth() -> None:
    judged = [(make_example("dispute"), make_verdict("refund", probability=0.75))] * 4

    assert evaluation_of(judged).calibration_error == pytest.approx(0.75)


def test_second_categories_and_facts_are_counted_apart() -> None:
    evaluation = evaluation_of([(make_example(secondary=("other",)), make_verdict()), (make_example(), make_verdict())])

    assert evaluation.secondary == Hits(both=1, said=2, true=1)
    assert evaluation.facts["invoice"].f1 == 1.0


def test_each_source_is_judged_by_itself() -> None:
    judged = [
        (make_example(source="a"), make_verdict()),
        (make_example("dispute", source="b"), make_verdict()),
    ]

    evaluation = evaluation_of(judged)

    assert evaluation.by_source == {"a": 1.0, "b": 0.0}
    assert evaluation.mean_macro_f1 == 0.5


def test_the_shipped_model_knows_its_own_examples(sorter: Sorter, examples: list[Example]) -> None:
    evaluation = evaluate(sorter, examples[::10])

    assert evaluation.macro_f1 > 0.9
    assert evaluation.messages == len(examples[::10])
