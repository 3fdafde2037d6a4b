"""The facts of a message, each with the place where it was read: numbers, amounts and states."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from classifiers.candidates import Candidate, candidates_in
from classifiers.facts_amounts import Amount, amounts_in, main_currency
from classifiers.facts_files import facts_in_files
from classifiers.facts_states import states_in
from classifiers.facts_words import FURTHER_KINDS, INVOICE, PO
from classifiers.house import ANY_HOUSE, NumberShapes
from classifiers.number_model import NumberModel, Told
from classifiers.numbers import naming_word
from classifiers.tokens import TEXT_LIMIT
from classifiers.verdict import MEANT, MENTIONED, Found, MailText

ATTACHMENTS_READ = 50
QUOTED_LIMIT = 5_000
QUOTED_NUMBERS = 30
USED_IN_DRAFTS = (INVOICE, PO)
DIGIT = re.compile(r"\d")


class Figures(NamedTuple):
    """The figures of a message before anybody has judged them. Of file names only the numbers count."""

    amounts: Sequence[tuple[str, Amount]]
    candidates: Sequence[Candidate]


def figures_in(mail: MailText) -> Figures:
    amounts: list[tuple[str, Amount]] = []
    candidates: list[Candidate] = []
    for field, text in _own_texts(mail):
        if DIGIT.search(text):
            here = amounts_in(text)
            amounts += ((field, amount) for amount in here)
            candidates += candidates_in(text, field, [(amount.start, amount.end) for amount in here])
    for name in _file_names(mail):
        candidates += candidates_in(name, "attachment")
    return Figures(amounts, candidates)


def quoted_candidates(mail: MailText) -> list[Candidate]:
    quoted = mail.quoted_text[:QUOTED_LIMIT]
    if not DIGIT.search(quoted):
        return []
    masked = [(amount.start, amount.end) for amount in amounts_in(quoted)]
    return candidates_in(quoted, "quoted_text", masked)[:QUOTED_NUMBERS]


def facts_in(
    mail: MailText, best: str, numbers: NumberModel, shapes: NumberShapes = ANY_HOUSE.shapes
) -> tuple[tuple[Found, ...], str]:
    """The facts and the currency. What a bare number is depends on what the message is about, its `best` category."""
    amounts, candidates = figures_in(mail)
    told = numbers.tell(candidates, mail, best, shapes)
    # Who names a number means that one; only where nobody does, the history says which is meant.
    if not any(each.is_meant for each in told) and (quoted := quoted_candidates(mail)):
        candidates = [*candidates, *quoted]
        told = numbers.tell(candidates, mail, best, shapes)
    found = [_number(mail, each) for each in told]
    known = {(each.candidate.field, each.candidate.start) for each in told}
    found += _further(mail, [one for one in candidates if (one.field, one.start) not in known], shapes)
    for field, amount in amounts:
        text = mail.subject if field == "subject" else mail.newest_text
        found.append(Found("amount", amount.value, text[amount.start : amount.end], field, amount.start, amount.end))
    found += _states(mail)
    if mail.file_texts:
        found += facts_in_files(mail, found, shapes)
    return tuple(found), main_currency([amount for _, amount in amounts])


def _own_texts(mail: MailText) -> tuple[tuple[str, str], ...]:
    return ("subject", mail.subject[:TEXT_LIMIT]), ("newest_text", mail.newest_text[:TEXT_LIMIT])


def _file_names(mail: MailText) -> list[str]:
    """Without their endings; as long as they are, so that what is found stands at the same place in the name."""
    return [name[:200].rpartition(".")[0].replace("_", " ") for name in mail.attachments[:ATTACHMENTS_READ]]


def _number(mail: MailText, told: Told) -> Found:
    one = told.candidate
    role = MEANT if told.is_meant else MENTIONED
    return Found(told.kind, one.text, _written(mail, one), one.field, one.start, one.end, role)


def _written(mail: MailText, one: Candidate) -> str:
    """As it stands there: in a file's name there may be a stroke where we read a blank."""
    if one.field != "attachment":
        return one.text
    names = zip(_file_names(mail), mail.attachments, strict=False)
    return next(name[one.start : one.end] for read, name in names if read[one.start : one.end] == one.text)


def _further(mail: MailText, candidates: Sequence[Candidate], shapes: NumberShapes) -> Iterator[Found]:
    """Numbers that are neither an invoice nor a PO, where their shape or a word before them says what they are."""
    for one in candidates:
        kind = shapes.kind_of(one.text)
        if kind in (None, *USED_IN_DRAFTS):
            kind = FURTHER_KINDS.get(naming_word(one)[1])
        if kind is not None:
            yield Found(kind, one.text, _written(mail, one), one.field, one.start, one.end, MENTIONED)


def _states(mail: MailText) -> Iterator[Found]:
    for field, text in _own_texts(mail):
        for state in states_in(text):
            yield Found("state", state.code, text[state.start : state.end], field, state.start, state.end, MEANT)
    for name in _file_names(mail):
        for state in states_in(name):
            yield Found("state", state.code, name[state.start : state.end], "attachment", state.start, state.end, MEANT)
