"""What the customer will see of a draft: the mail that an approval would send, with facts and gaps marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.bootstrap import Desk
from bot.desk.draft import GAP, DraftFact, DraftFile, DraftText
from bot.errors import RuleViolationError
from bot.mail.address import Address
from bot.mail.compose import quotation
from bot.steps.outgoing import preview
from bot.web import words
from bot.web.marking import Mark, Piece, pieces

FACT, GAP_KIND, TYPED = "fact", "gap", "typed"


@dataclass(frozen=True, slots=True)
class PreviewView:
    """`quoted` is what stands below the answer. `trouble` says why this cannot be sent at all."""

    sender: Address | None
    reply_to: Address | None
    text: DraftText
    subject: tuple[Piece, ...]
    body: tuple[Piece, ...]
    quoted: str
    files: tuple[DraftFile, ...]
    trouble: str = ""


def preview_view(desk: Desk, draft_id: int, text: DraftText, facts: Iterable[DraftFact]) -> PreviewView:
    facts = tuple(facts)
    subject, body = (tuple(pieces(part, _marks(part, facts))) for part in (text.subject, text.body))
    try:
        mail = preview(draft_id, text, store=desk.store, clock=desk.clock, letterhead=desk.letterhead)
    except RuleViolationError as error:
        return PreviewView(None, None, text, subject, body, "", text.files, str(error))
    quoted = quotation(mail.quoted) if mail.quoted is not None else ""
    return PreviewView(mail.sender, mail.reply_to, text, subject, body, quoted, text.files)


def _marks(text: str, facts: Iterable[DraftFact]) -> list[Mark]:
    marks = [Mark(*found.span(), f"{found[1]} is not known yet", GAP_KIND) for found in GAP.finditer(text)]
    for fact in facts:
        kind = TYPED if fact.source.startswith("person:") else FACT
        why = f"{fact.name.replace('_', ' ')}, from {words.source(fact.source)}"
        marks += [Mark(at, at + len(fact.value), why, kind) for at in _places(text, fact.value)]
    return marks


def _places(text: str, value: str) -> list[int]:
    """Where the value stands, each place once; a single letter or digit would mark half the text."""
    places: list[int] = []
    at = text.find(value) if len(value) > 1 else -1
    while at >= 0 and len(places) < 20:
        places.append(at)
        at = text.find(value, at + len(value))
    return places
