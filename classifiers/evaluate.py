"""How good the sorter is: on examples it has not read, or by leaving out one writer after the other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from classifiers.categories import CATEGORIES
from classifiers.examples_file import Example
from classifiers.sorter import Sorter
from classifiers.verdict import UNSORTED, Verdict

FACT_KINDS = ("invoice", "po", "amount", "state")
BINS = 10


@dataclass(frozen=True, slots=True)
class Hits:
    """Of what was said and what was true, how much was both."""

    both: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        return self.both / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        total = self.said + self.true
        return 2 * self.both / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    messages: int
    accuracy: float
    macro_f1: float
    by_category: Mapping[str, Hits]
    # Macro-F1 of each source by itself; empty names stand for examples without one.
    by_source: Mapping[str, float]
    secondary: Hits
    # Of the messages whose category was right and that have a reason: the share with the right reason.
    reason_accuracy: float
    # The share of messages that were not left unsorted, and how many of those were right.
    coverage: float
    accuracy_when_sorted: float
    calibration_error: float
    facts: Mapping[str, Hits]

    @property
    def mean_macro_f1(self) -> float:
        return sum(self.by_source.values()) / max(1, len(self.by_source))


Judged = tuple[Example, Verdict]


def evaluate(sorter: Sorter, examples: Sequence[Example]) -> Evaluation:
    verdicts = sorter.sort_many([example.mail for example in examples])
    return evaluation_of(list(zip(examples, verdicts, strict=True)))


def leave_one_source_out(examples: Sequence[Example]) -> Evaluation:
    """Each source judged by a sorter that was trained and calibrated on all the others. Needs the extra `train`."""
    # Imported by name at the moment of need, so that evaluating a finished sorter does not ask for scikit-learn.
    judged: list[Judged] = list(import_module("classifiers.train").judged_left_out(examples))
    return evaluation_of(judged)


def evaluation_of(judged: Sequence[Judged]) -> Evaluation:
    right = [example.primary == verdict.best for example, verdict in judged]
    is_sorted = [verdict.category != UNSORTED for _, verdict in judged]
    sorted_right = [hit for hit, sure in zip(right, is_sorted, strict=True) if sure]
    by_category = {category: _category_hits(judged, category) for category in CATEGORIES}
    return Evaluation(
        messages=len(judged),
        accuracy=_share(right),
        macro_f1=_macro_f1(by_category),
        by_category=by_category,
        by_source={source: _macro_of(judged, source) for source in sorted({e.source for e, _ in judged})},
        secondary=_secondary_hits(judged),
        reason_accuracy=_share([e.reason == v.reason for e, v in judged if e.reason and e.primary == v.best]),
        coverage=_share(is_sorted),
        accuracy_when_sorted=_share(sorted_right),
        calibration_error=_calibration_error([verdict.probability for _, verdict in judged], right),
        facts={kind: _fact_hits(judged, kind) for kind in FACT_KINDS},
    )


def _share(answers: Sequence[bool]) -> float:
    return sum(answers) / len(answers) if answers else 1.0


def _category_hits(judged: Sequence[Judged], category: str) -> Hits:
    said = sum(verdict.best == category for _, verdict in judged)
    true = sum(example.primary == category for example, _ in judged)
    both = sum(example.primary == verdict.best == category for example, verdict in judged)
    return Hits(both, said, true)


def _macro_f1(by_category: Mapping[str, Hits]) -> float:
    scores = [hits.f1 for hits in by_category.values() if hits.said or hits.true]
    return sum(scores) / len(scores) if scores else 1.0


def _macro_of(judged: Sequence[Judged], source: str) -> float:
    own = [pair for pair in judged if pair[0].source == source]
    return _macro_f1({category: _category_hits(own, category) for category in CATEGORIES})


def _total(pairs: Iterator[tuple[set[str], set[str]]]) -> Hits:
    counts: Counter[str] = Counter()
    for said, true in pairs:
        counts.update(both=len(said & true), said=len(said), true=len(true))
    return Hits(counts["both"], counts["said"], counts["true"])


def _secondary_hits(judged: Sequence[Judged]) -> Hits:
    return _total(
        ({scored.name for scored in verdict.categories[1:]}, set(example.categories[1:])) for example, verdict in judged
    )


def _fact_hits(judged: Sequence[Judged], kind: str) -> Hits:
    return _total(
        (
            {value.lower() for value in values_of(verdict, kind)},
            {value.lower().lstrip("#") for value in example.facts[kind]},
        )
        for example, verdict in judged
    )


def values_of(verdict: Verdict, kind: str) -> tuple[str, ...]:
    answers = {
        "invoice": verdict.invoices,
        "po": verdict.pos,
        "amount": verdict.amounts,
        "state": verdict.states,
    }
    return answers[kind]


def _calibration_error(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """The expected gap between what was promised and what came true, over ten equal bins."""
    error = 0.0
    for number in range(BINS):
        inside = [place for place, p in enumerate(probabilities) if min(int(p * BINS), BINS - 1) == number]
        if inside:
            promised = sum(probabilities[place] for place in inside) / len(inside)
            kept = sum(right[place] for place in inside) / len(inside)
            error += len(inside) / len(probabilities) * abs(promised - kept)
    return error
