"""What the sorter is given and what it answers: plain frozen values, free of spaCy and numpy."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

UNSORTED = "unsorted"
OWN_FIELDS = ("subject", "newest_text")
# What a message is about, and what it only names.
MEANT, MENTIONED = "meant", "mentioned"


@dataclass(frozen=True, slots=True)
class MailText:
    """One message as text; the caller has cut quotes and signature from the newest text as well as it could."""

    subject: str
    newest_text: str
    quoted_text: str = ""
    side: str = "outside"
    mailbox: str = ""
    sender: str = ""
    attachments: tuple[str, ...] = ()
    automatic: str | None = None
    # What each attachment says, in their order, pages divided by form feeds; empty where none was read.
    file_texts: tuple[str, ...] = ()


class Scored(NamedTuple):
    name: str
    probability: float


class Choice(NamedTuple):
    """A category that a person may choose for an unsorted message, with the reason that fits it best."""

    name: str
    probability: float
    reason: str
    reason_probability: float


class Evidence(NamedTuple):
    """A stretch of `subject` or `newest_text`: `text` is always exactly that field from start to end."""

    field: str
    start: int
    end: int
    text: str
    why: str


class Found(NamedTuple):
    """A fact and where it was read: field is subject, newest_text, quoted_text, attachment (a file's name) or file.

    Of a file, the offsets are those of its text, and `place` tells a person which file and page.
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
    category: str
    best: str
    probability: float
    categories: tuple[Scored, ...]
    reason: str | None
    reason_probability: float
    currency: str
    facts: tuple[Found, ...]
    evidence: tuple[Evidence, ...]
    model: str
    # Of an unsorted message: what a person is asked, and the sentence that decides between the first two.
    choices: tuple[Choice, ...] = ()
    question: Evidence | None = None

    @property
    def invoices(self) -> tuple[str, ...]:
        return self._values("invoice")

    @property
    def pos(self) -> tuple[str, ...]:
        return self._values("po")

    @property
    def amounts(self) -> tuple[str, ...]:
        return self._values("amount")

    @property
    def states(self) -> tuple[str, ...]:
        return self._values("state")

    def _values(self, kind: str) -> tuple[str, ...]:
        return distinct(fact.value for fact in self.facts if fact.kind == kind and fact.role == MEANT)


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
