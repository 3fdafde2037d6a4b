"""Requests that no letter may decide: other bank details, and orders to a machine. Cheap words are looked for first."""

from __future__ import annotations

import re

from bot.mail.flag import Flag

LONGEST_TEXT = 20_000

_BANK_HINTS = ("bank", "banc", "remit", "iban", "rib", "payment details", "account details", "payment instructions")
_DETAILS = (
    r"(?:bank(?:ing)?(?: account)?|remit(?:tance)?(?:[- ]to)?|iban|ach|wire|payment)"
    r"(?: (?:account|details?|information|info|instructions?|address|data|coordinates|institution))*"
)
_BANK_CHANGE = re.compile(
    # Our bank details have changed.
    rf"\bour (?:new |company |corporate )*{_DETAILS} (?:has|have|had|was|were|is|are|will)(?: been| be| now)*"
    r" (?:changed?|changing|updated?|moved|replaced|revised)"
    rf"|\b(?:changed|switched|moved) (?:our |to (?:a )?new |to another )?(?:banks?\b|banking|{_DETAILS})"
    rf"|\b(?:change (?:of|in|to)|changes to|new|updated|revised) (?:our )?{_DETAILS}"
    r" (?:account|details?|information|info|instructions?|address|coordinates)\b"
    r"|\bour (?:new|updated) (?:bank|remit|account (?:details|number)|iban|payment (?:details|instructions))"
    r"|\b(?:use|to) (?:the|our|this) (?:following |new )+(?:bank|account) (?:account|details|number|from)"
    r"|\bto (?:the|a|our) new (?:bank|account)\b"
    r"|\bbank(?:verbindung|daten)\b.{0,40}(?:geändert|gewechselt|neu)"
    r"|\b(?:neue|geänderte|aktualisierte)n? bank(?:verb|dat)"
    r"|\b(?:nos|nouvelles) (?:nouvelles )?coordonnées bancaires\b.{0,30}(?:chang|modifi|:|$)|\bnouveau rib\b"
    r"|\bchangement de (?:rib|coordonnées bancaires|compte bancaire|banque)"
    r"|\b(?:nuevos|nuestros) (?:nuevos )?datos bancarios\b|\bcambio de (?:cuenta bancaria|datos bancarios|banco)\b",
    re.I,
)
# Whoever asks for our details, or whether they changed, changes nothing.
_ASKS_FOR_OURS = re.compile(
    r"\b(?:your|ihre|vos|sus) (?:new |updated |current |correct )*(?:bank|remit|payment|ach|wire)", re.I
)

_ORDER_HINTS = ("instruction", "prompt", "language model", "anweisung", "system message")
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|ignoriere)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|all|your"
    r"|vorherigen?)\b.{0,20}\b(?:instructions?|prompts?|rules|anweisungen)"
    r"|\b(?:system|developer) prompt\b|\byou are (?:now )?(?:an? )?(?:ai|large|language)\b.{0,20}\b(?:assistant|model)",
    re.I,
)


def request_flags(subject: str, text: str) -> list[str]:
    """The flags for what a message asks, from what its sender wrote now."""
    whole = f"{subject}\n{text[:LONGEST_TEXT]}"
    low = whole.lower()
    flags: list[str] = []
    if any(hint in low for hint in _BANK_HINTS) and _changes_bank(whole):
        flags.append(Flag.BANK_DETAILS_CHANGED)
    if any(hint in low for hint in _ORDER_HINTS) and _ORDER.search(whole):
        flags.append(Flag.INSTRUCTS_MACHINE)
    return flags


def _changes_bank(text: str) -> bool:
    for found in _BANK_CHANGE.finditer(" ".join(text.split())):
        sentence = _around(found.string, found.start(), found.end())
        if not (_ASKS_FOR_OURS.search(sentence) or sentence.endswith("?")):
            return True
    return False


def _around(text: str, start: int, end: int) -> str:
    """The sentence that holds this."""
    begins = max(text.rfind(mark, 0, start) for mark in ".!?:")
    ends = [at for mark in ".!?" if (at := text.find(mark, end)) >= 0]
    return text[begins + 1 : (min(ends) + 1 if ends else len(text))]
