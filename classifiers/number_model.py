"""The trained weights of the signs around a number, and what they make of the numbers of a message."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from pathlib import Path

from classifiers.candidates import Candidate
from classifiers.facts_words import INVOICE, NEITHER, PO
from classifiers.house import ANY_HOUSE, NumberShapes
from classifiers.numbers import Circumstances, Known, circumstances_of, known_of, signs_in, words_around
from classifiers.verdict import MailText

NUMBERS_FILE = "numbers.json"
KINDS = (NEITHER, INVOICE, PO)
# Where hits and misses balance best on authors left out.
ENOUGH = 0.38
MAYBE = 0.12
# Circumstances whose weight is remembered; ordinary mail meets a few hundred.
REMEMBERED = 5_000
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Told:
    """What a candidate is, and whether the message is about it or only mentions it."""

    candidate: Candidate
    kind: str
    is_meant: bool


@dataclass(frozen=True)
class NumberModel:
    """For each sign, what it adds for an invoice and for a PO, against being neither."""

    bias: Pair = (0.0, 0.0)
    weights: Mapping[str, Pair] = field(default_factory=dict)
    _weighed: dict[Circumstances, Pair] = field(default_factory=dict, init=False, repr=False, compare=False)

    def tell(
        self, candidates: Sequence[Candidate], mail: MailText, best: str, shapes: NumberShapes = ANY_HOUSE.shapes
    ) -> list[Told]:
        """The numbers of invoices and POs. A number that stands there twice is the same thing in both places."""
        known = known_of(candidates, shapes.own_invoice)
        chances: dict[str, Pair] = {}
        for each, where in zip(known, circumstances_of(known, best, mail.side), strict=True):
            invoice, po = self._chances(each.one, where)
            # With the word right before it, or in a list that begins so, it is one whatever else speaks against it.
            if each.label == "I0" or each.named == "Ij":
                invoice = max(invoice, ENOUGH)
            elif each.label == "P0" or each.named == "Pj":
                po = max(po, ENOUGH)
            if shapes.patterns:
                invoice, po = _by_shape(each, shapes, invoice, po)
            before = chances.get(each.key, (0.0, 0.0))
            chances[each.key] = max(before[0], invoice), max(before[1], po)
        return [told for each in known if (told := _told(each, *chances[each.key])) is not None]

    def _chances(self, one: Candidate, where: Circumstances) -> Pair:
        weighed = self._weighed.get(where)
        if weighed is None:
            weighed = self._sum(signs_in(where), self.bias)
            if len(self._weighed) >= REMEMBERED:
                self._weighed.clear()
            self._weighed[where] = weighed
        invoice, po = self._sum(words_around(one), weighed)
        raised = exp(min(invoice, 30.0)), exp(min(po, 30.0))
        total = 1.0 + raised[0] + raised[1]
        return raised[0] / total, raised[1] / total

    def _sum(self, signs: Iterable[str], begun: Pair) -> Pair:
        invoice, po = begun
        weights = self.weights
        for sign in dict.fromkeys(signs):
            if sign in weights:
                first, second = weights[sign]
                invoice += first
                po += second
        return invoice, po

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"bias": self.bias, "weights": self.weights}, ensure_ascii=False, indent=0, sort_keys=True)
        (folder / NUMBERS_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "NumberModel":
        stored = json.loads((folder / NUMBERS_FILE).read_text(encoding="utf-8"))
        first, second = stored["bias"]
        return cls((first, second), {sign: (pair[0], pair[1]) for sign, pair in stored["weights"].items()})


def _by_shape(each: Known, shapes: NumberShapes, invoice: float, po: float) -> Pair:
    """A shape of the house says more than the words around, but for the word right before the number."""
    kind = shapes.kind_of(each.one.text)
    is_named = each.label.endswith("0")
    if kind == INVOICE and (not is_named or each.label == "I0"):
        return max(invoice, ENOUGH), min(po, MAYBE)
    if kind == PO and (not is_named or each.label == "P0"):
        return min(invoice, MAYBE), max(po, ENOUGH)
    if kind not in (None, INVOICE, PO):
        return 0.0, 0.0
    return invoice, po


def _told(known: Known, invoice: float, po: float) -> Told | None:
    kind, chance = (INVOICE, invoice) if invoice >= po else (PO, po)
    if chance < MAYBE:
        return None
    return Told(known.one, kind, is_meant=chance >= ENOUGH)
