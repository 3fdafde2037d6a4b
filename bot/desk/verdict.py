"""The answer for one message: what it is about, how sure that is, and what shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

UNSORTED = "unsorted"
MEANT, MENTIONED = "meant", "mentioned"
# Named as what it is not about: "not S123", "S123 is paid". No draft uses it, and the ledger does not make it meant.
LEFT_OUT = "left_out"
# The field of a value that stands nowhere in the message: a person typed it, and `text` is their name.
TYPED = "person"


class Scored(NamedTuple):
    name: str
    probability: float


class Choice(NamedTuple):
    """A category that a person may choose for an unsorted message, and the reason that fits it best."""

    name: str
    probability: float
    reason: str
    reason_probability: float

    @property
    def is_reason_likely(self) -> bool:
        """Whether the reason is likelier than all others of its category together."""
        return self.reason_probability > _HALF


_HALF = 0.5


class Evidence(NamedTuple):
    """A span of one field (subject, newest_text) that spoke for the verdict. Offsets count characters of that field."""

    field: str
    start: int
    end: int
    text: str
    why: str


class FoundFact(NamedTuple):
    """A value found in the message, and where.

    Kinds: invoice, po, amount, state; and, only ever mentioned, credit_memo, order, account, certificate.
    What the message is about is `meant`. A number that it only names is `mentioned` or `left_out`; no draft uses it.
    `place` is said where a field alone does not tell it: of an enclosed file, its name and page.
    """

    kind: str
    value: str
    text: str
    field: str
    start: int
    end: int
    role: str = MEANT
    place: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`category` is one of the catalog or UNSORTED; `best` is the likeliest even then.

    What is unsorted comes with a question to a person: the likeliest categories, and the sentence that decides between
    the first two of them.
    """

    category: str
    best: str
    probability: float
    categories: tuple[Scored, ...]
    reason: str | None
    currency: str
    facts: tuple[FoundFact, ...]
    evidence: tuple[Evidence, ...]
    model: str
    choices: tuple[Choice, ...] = ()
    question: Evidence | None = None

    def values(self, kind: str) -> tuple[str, ...]:
        """The distinct values of one kind of fact that the message is about, in the order of the text."""
        # A loop, not a comprehension: a message asks a dozen times.
        found: dict[str, None] = {}
        for fact in self.facts:
            if fact.kind == kind and fact.role == MEANT:
                found[fact.value] = None
        return tuple(found)

    @property
    def is_sorted(self) -> bool:
        return self.category != UNSORTED
