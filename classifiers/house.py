"""What an installation tells the sorter of itself: what its mistakes cost, and how it writes its own numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from classifiers.facts_words import INVOICE

# From true category to the one that was said: what such a mistake costs, counted in ordinary ones.
Costs = Mapping[str, Mapping[str, float]]
NO_COSTS: Costs = {}
# As Northgate, the house of the examples, writes its invoices.
EXAMPLE_INVOICE = re.compile(r"(?:S\d{7}|K\d{11}|77\d{5})(?:-\d{1,2}|[A-Z])?")


@dataclass(frozen=True, slots=True)
class NumberShapes:
    """How the house writes the numbers of its documents, by kind: a pattern of the whole number.

    `invoice` and `po` are what such a number is taken for wherever no word right before it says otherwise. Any other
    kind (order, credit_memo, account, certificate) is kept out of both, and told as what it is.
    """

    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def kind_of(self, text: str) -> str | None:
        """The kind whose shape the number has; None for one that no shape fits."""
        for kind, pattern in self.patterns.items():
            if pattern.fullmatch(text):
                return kind
        return None

    @property
    def own_invoice(self) -> re.Pattern[str]:
        """By which the model tells that a message names an invoice of the house."""
        return self.patterns.get(INVOICE, EXAMPLE_INVOICE)


@dataclass(frozen=True, slots=True)
class House:
    costs: Costs = field(default_factory=dict)
    shapes: NumberShapes = field(default_factory=NumberShapes)


ANY_HOUSE = House()
