"""What a person says was to be read in a message, instead of what the desk read there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bot.desk.verdict import LEFT_OUT, MEANT, TYPED, FoundFact, Verdict
from bot.errors import RuleViolationError
from bot.ledger.amount import parse_amount
from bot.ledger.lookup import number_key
from bot.ledger.states import state_code
from bot.mail.message import InboundMessage

# The kinds that a person corrects, with the words for them.
KINDS: Mapping[str, str] = {"invoice": "invoice", "po": "PO", "amount": "amount", "state": "state"}
LONGEST_VALUE = 40
MOST_VALUES = 50


def read_again(message: InboundMessage, verdict: Verdict, wanted: Mapping[str, Sequence[str]], person: str) -> Verdict:
    """The verdict with exactly these values meant, for each kind that is named; other kinds stay as they are.

    What stands in the message points there; what stands nowhere in it points at the person. What the desk had read and
    the person does not want is left out, and stays marked. Raises RuleViolationError for what is no such value.
    """
    values = {kind: _checked(kind, given) for kind, given in wanted.items()}
    taken = {_key(kind, value) for kind, given in values.items() for value in given}
    kept = [one for one in verdict.facts if one.kind not in values and _key(one.kind, one.value) not in taken]
    for kind, given in values.items():
        kept += _of_kind(kind, given, message, verdict, person)
    return replace(verdict, facts=tuple(kept))


def _checked(kind: str, given: Sequence[str]) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(_normal(kind, one.strip()) for one in given if one.strip()))
    if len(values) > MOST_VALUES:
        raise RuleViolationError(f"that are more than {MOST_VALUES} values")
    return values


def _normal(kind: str, text: str) -> str:
    if kind == "amount":
        try:
            return str(parse_amount(text, "point")[0])
        except (ValueError, InvalidOperation) as error:
            raise RuleViolationError(f"{text} is no amount; write it as 1,204.50") from error
    if kind == "state":
        code = state_code(text)
        if not code:
            raise RuleViolationError(f"{text} is no state; write its name or its two letters")
        return code
    if len(text) > LONGEST_VALUE or not number_key(text):
        raise RuleViolationError(f"{text[:LONGEST_VALUE]} is no number of {KINDS[kind]}s")
    return text


def _key(kind: str, value: str) -> str:
    """Equal for spellings of one value. A number is the same whatever it was taken for."""
    if kind in ("invoice", "po"):
        return f"number:{number_key(value)}"
    if kind == "amount":
        try:
            return f"amount:{Decimal(value).normalize()}"
        except InvalidOperation:
            return f"amount:{value}"
    return f"{kind}:{value}"


def _of_kind(
    kind: str, wanted: Sequence[str], message: InboundMessage, verdict: Verdict, person: str
) -> Iterator[FoundFact]:
    keys = {_key(kind, value): value for value in wanted}
    found: set[str] = set()
    for fact in verdict.facts:
        key = _key(fact.kind, fact.value)
        if key in keys:
            found.add(key)
            # Taken for a PO before, an invoice now: it is the same place.
            yield fact._replace(kind=kind, role=MEANT)
        elif fact.kind == kind:
            yield fact._replace(role=LEFT_OUT)
    for key, value in keys.items():
        if key not in found:
            yield _placed(kind, value, message, person)


def _placed(kind: str, value: str, message: InboundMessage, person: str) -> FoundFact:
    for field, text in (
        ("subject", message.subject),
        ("newest_text", message.newest_text),
        ("quoted_text", message.quoted_text),
    ):
        start = text.upper().find(value.upper())
        if start >= 0 and len(text.upper()) == len(text):
            return FoundFact(kind, value, text[start : start + len(value)], field, start, start + len(value))
    return FoundFact(kind, value, person, TYPED, 0, 0)
