"""What surrounds a text without saying anything: warnings at the top, signatures and disclaimers at the bottom.

Cut with restraint: a sentence too many costs nothing, a sentence too few may be the one that mattered.
"""

from __future__ import annotations

import re

# A signature mark further up is not one: people also write "--" between paragraphs.
SIGNATURE_LINES = 12
MOST_BANNER_LINES = 8
MOST_PARAGRAPHS = 6

_BANNER = re.compile(
    r"\W{0,10}(?:caution|warning|attention|external|achtung|vorsicht|externe?\b|courriel externe|correo externo"
    r"|this (?:e-?mail|message) (?:originated|came|comes|was sent|is) (?:from )?(?:outside|an? external)"
    r"|you don['’]t often get e-?mail from|some people who received this message don['’]t often get)",
    re.I,
)
_BANNER_SAYS = re.compile(
    r"\b(?:outside|external (?:e-?mail|sender|source|message)|originat|do not click|don['’]t click"
    r"|links?\b.{0,40}attach"
    r"|attach.{0,40}links?\b|don['’]t often get|learn why this is important|recogni[sz]e the sender|know the content"
    r"|extern\w*)",
    re.I,
)
_BANNER_WORDS = re.compile(
    r"click|link|attach|sender|content|safe|organi[sz]ation|extern|outside|learn|caution|warning|trust", re.I
)
_MOBILE = re.compile(
    r"\W{0,3}(?:sent from (?:my|yahoo|outlook|mail for|samsung|proton|workspace|a mobile|the)\b|get outlook for"
    r"|sent via (?:the |my )?(?:samsung|blackberry)|envoyé (?:de|depuis) mon|von meinem .{1,30} gesendet"
    r"|gesendet von (?:mail|meinem|outlook)|enviado desde mi|enviado do meu|verzonden vanaf|inviato da"
    r"|télécharger outlook|outlook für)",
    re.I,
)
_DISCLAIMER = re.compile(
    r"\W{0,10}(?:confidentiality (?:notice|note|statement)|disclaimer\b|privileged (?:and|&) confidential|legal notice"
    r"|(?:this|the information (?:contained |transmitted )?in this|the contents? of this)"
    r" (?:e-?mail|message|communication|transmission)\b.{0,160}\b(?:confidential|intended|privileged|virus|protected)"
    r"|if you (?:are not the intended|have received this (?:e-?mail|message) in error)"
    r"|please consider the environment|think before you print|virus-free\.|this e-?mail has been (?:scanned|checked)"
    r"|diese e-?mail (?:enthält|kann).{0,80}vertraulich|ce (?:message|courriel)\b.{0,160}confidenti"
    r"|este (?:mensaje|correo)\b.{0,160}confidencial)",
    re.I,
)
# A disclaimer is boilerplate: one that names a sum or an invoice is not.
_SAYS_SOMETHING = re.compile(r"[$€£]\s?\d|\b(?:invoice|PO|order|refund|credit)\b.{0,20}\d{3,}", re.I)


def strip_banner(lines: list[str]) -> list[str]:
    """Without the warnings that a gateway puts above a message from outside."""
    at = _first_text(lines, 0)
    if at >= len(lines) or not _BANNER.match(lines[at]):
        return lines
    end = at
    while end < len(lines) and end - at < MOST_BANNER_LINES and lines[end].strip():
        end += 1
    paragraph = " ".join(lines[at:end])[:1000]
    if not _BANNER_SAYS.search(paragraph):
        return lines
    if end - at > 1 and not _is_whole_banner(lines[at:end]):
        end = at + 1
        if not _BANNER_SAYS.search(lines[at][:1000]):
            return lines
    rest = lines[end:]
    return rest if any(line.strip() for line in rest) and len(lines[at]) < 700 else lines


def _is_whole_banner(lines: list[str]) -> bool:
    words = re.compile(
        r"click|link|attach|sender|content|safe|organi[sz]ation|extern|outside|learn|caution|warning|trust", re.I
    )
    return all(words.search(line[:500]) for line in lines)


def _first_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def strip_trimmings(lines: list[str]) -> list[str]:
    """Without signature, mobile line and disclaimer at the end; the lines as they are where nothing would be left."""
    kept = _without_trailing_blanks(lines)
    kept = _cut_at_signature(_cut_disclaimer(kept))
    while kept and _MOBILE.match(kept[-1]):
        kept = _without_trailing_blanks(kept[:-1])
    return kept if any(line.strip() for line in kept) else lines


def _without_trailing_blanks(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _cut_at_signature(lines: list[str]) -> list[str]:
    for at in range(max(0, len(lines) - SIGNATURE_LINES), len(lines)):
        line = lines[at]
        # RFC 3676 4.3 has "-- "; many mailers lose the blank.
        if line.startswith("--") and line.rstrip() == "--":
            return _without_trailing_blanks(lines[:at])
        if _MOBILE.match(line) and not any(later.strip() for later in lines[at + 3 :]):
            return _without_trailing_blanks(lines[:at])
    return lines


def _cut_disclaimer(lines: list[str]) -> list[str]:
    """Cut from the first disclaimer paragraph on, if nothing but such paragraphs and short lines follow."""
    for at in _last_paragraphs(lines):
        if not _DISCLAIMER.match(" ".join(lines[at : at + 3])[:600]):
            continue
        tail = lines[at:]
        if len(tail) <= 3 * SIGNATURE_LINES and not any(_SAYS_SOMETHING.search(line[:2000]) for line in tail):
            return _without_trailing_blanks(lines[:at])
    return lines


def _last_paragraphs(lines: list[str]) -> list[int]:
    """Where the last few paragraphs begin, in order; never the one that begins the text."""
    begins: list[int] = []
    for at in range(len(lines) - 1, 0, -1):
        if lines[at].strip() and not lines[at - 1].strip():
            begins.append(at)
            if len(begins) == MOST_PARAGRAPHS:
                break
    return begins[::-1]
