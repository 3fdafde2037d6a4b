"""What travels through the pipeline: one message, and what each component found out about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc
from spacy.vocab import Vocab

from classifiers.blend import Opinion
from classifiers.encoder import Heard
from classifiers.linear import Judged
from classifiers.spans import Span
from classifiers.verdict import Choice, Evidence, Found, MailText, Scored

READING = "reading"


class ModelNotLoadedError(RuntimeError):
    """The pipeline was run before its model was loaded."""


@dataclass(slots=True)
class Decision:
    category: str
    best: str
    probability: float
    categories: tuple[Scored, ...]
    reason: tuple[str, float]
    by_headers: bool = False


@dataclass(slots=True)
class Reading:
    """What is known of a message so far; each component adds its part. `heard` is None where no encoder was asked."""

    mail: MailText
    judgement: Judged | None = None
    heard: Heard | None = None
    opinion: Opinion | None = None
    decision: Decision | None = None
    facts: tuple[Found, ...] = ()
    currency: str = "USD"
    evidence: tuple[Evidence, ...] = ()
    spans: Sequence[Span] = ()
    choices: tuple[Choice, ...] = ()
    question: Evidence | None = None


def to_doc(vocab: Vocab, mail: MailText) -> Doc:
    """A document without tokens: spaCy would keep every word of every message in its string store for ever."""
    doc = Doc(vocab)
    doc.user_data[READING] = Reading(mail)
    return doc


def reading_of(doc: Doc) -> Reading:
    reading: Reading = doc.user_data[READING]
    return reading


def says_something(mail: MailText) -> bool:
    return any(letter.isalpha() for letter in mail.subject) or any(letter.isalpha() for letter in mail.newest_text)
