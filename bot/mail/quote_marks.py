"""Where quoted history or a forwarded message begins in plain text, by the marks that mailers write."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A cheap look over the whole text; only where it finds something are the lines read one by one. Each hint begins with a
# fixed text, because a search for that is many times faster.
_LINE_HINT = re.compile(
    r"\n[ \t]*(?:>|\|[ ]|_{20}|-{2,}[^\n]{2}"
    r"|\*?(?:From|Von|De|Da|Van|Fra|Från|Od|Subject|Betreff|Objet|Asunto|Oggetto)[ \xa0]?:)"
)
_WORD_HINTS = [
    re.compile(word + r"\b")
    for word in (
        *("wrote", "writes", "schrieb", "geschrieben", "écrit", "escribió", "escreveu", "schreef", "scritto"),
        *("skrev", "napisał", "написал"),
    )
]
_PHRASES = (
    *("forwarded message", "forwarded by", "original message", "nachricht", "message transf", "mensaje reenviado"),
)

_FORWARD_WORDS = (
    r"Forwarded Message|Begin forwarded message|Forwarded\b.{0,80}|Weitergeleitete Nachricht"
    r"|Anfang der weitergeleiteten (?:E-Mail|Nachricht)|Message transféré|Début du message (?:réexpédié|transféré)"
    r"|Mensaje reenviado|Inicio del mensaje reenviado|Mensagem encaminhada|Messaggio inoltrato|Doorgestuurd bericht"
)
_ORIGINAL_WORDS = (
    r"Original Message|Original Appointment|Original|Ursprüngliche Nachricht|Message d['’]origine|Message original"
    r"|Mensaje original|Mensagem original|Messaggio originale|Oorspronkelijk bericht|Reply message|Previous message"
    r"|[^-:]{1,60} wrote ?:?"
)
_RULED = re.compile(
    rf"[\s>*_-]*-{{2,}} ?(?:(?P<forward>{_FORWARD_WORDS})|(?:{_ORIGINAL_WORDS})) ?(?:(?<=:)|-{{2,}})[\s>*_-]*", re.I
)
# Notes writes "---- Forwarded by NAME on DATE ----" and wraps it.
_NOTES_FORWARD = re.compile(r"[ \t]*-{8,} ?forwarded by .{1,160}", re.I)
_BARE_FORWARD = re.compile(
    r"[>* ]*(?:Begin forwarded message|Anfang der weitergeleiteten E-Mail|Début du message réexpédié"
    r"|Inicio del mensaje reenviado):[* ]*",
    re.I,
)
_RULE = re.compile(r"[ \t]*(?:_{20,}|[-_]{4,})[ \t]*")
_DATE_LINE = re.compile(
    r"(?P<name>.{0,120}?)\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?\s*", re.I
)
_ONLY_SENDER = re.compile(r"[ \t]*(?:From|Von|De) ?: ?\S.{0,120}")

_WROTE = (
    (re.compile(r"[>\s-]*On\b", re.I), re.compile(r"\b(?:wrote|writes|said)\s?:\s*$")),
    (re.compile(r"[>\s]*Am\b"), re.compile(r"\bschrieb\b[^:]{0,200}:\s*$")),
    (re.compile(r"[>\s]*Le\b"), re.compile(r"\ba\s(?:écrit|ecrit)\s?:\s*$")),
    (re.compile(r"[>\s]*El\b"), re.compile(r"\bescribi(?:ó|o)\s?:\s*$")),
    (re.compile(r"[>\s]*Em\b"), re.compile(r"\bescreveu\s?:\s*$")),
    (re.compile(r"[>\s]*Op\b"), re.compile(r"\b(?:schreef|geschreven)\b[^:]{0,200}:\s*$")),
    (re.compile(r"[>\s]*Il\b"), re.compile(r"\bha scritto\s?:\s*$")),
    (re.compile(r"[>\s]*D(?:en|\.)"), re.compile(r"\bskrev\b[^:]{0,200}:\s*$")),
)
# Any of these openings, in one look.
_OPENING = re.compile(r"[>\s-]*(?i:On)\b|[>\s]*(?:(?:Am|Le|El|Em|Op|Il)\b|D(?:en|\.))")
_NAME_WROTE = re.compile(r"[>\s]*[^\s:][^:]{1,80}[ >\"](?:wrote|writes|schrieb|a écrit|escribió)\s?:\s*$")
_HAS_TIME = re.compile(r"\d|@|\bOn (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)")
# A wrapped introduction: mailers break the line at 78, and addresses are long.
MOST_WRAPPED = 3

_FIELDS = {
    "sender": r"From|Von|De|Da|Van|Fra|Från|Expéditeur|Remitente",
    "sent": r"Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Enviada(?: em)?|Fecha|Data|Inviato|Verzonden|Skickat"
    r"|Sendt|Received",
    "other": r"To|Cc|Bcc|An|Kopie|À|A|Para|Pour|Aan|Till|Til|Reply-To|Importance|Attachments|Anlagen|Organi[sz]ation",
    "subject": r"Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne",
}
_FIELD = re.compile(
    "[>*\\s]{0,20}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _FIELDS.items())
    + r")[ \xa0]?\*?:\*?[ \t\xa0]*(?P<value>.*)",
    re.I,
)
MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A quote or forward begins at line `start`; its own introduction ends before line `body`."""

    start: int
    body: int
    is_forward: bool
    sender: str = ""
    sent: str = ""
    is_block: bool = False


def may_quote(text: str) -> bool:
    """Whether anything in the text hints at a quote; without a hint there is none."""
    if _LINE_HINT.search("\n" + text) or any(hint.search(text) for hint in _WORD_HINTS):
        return True
    lower = text.lower()
    return any(phrase in lower for phrase in _PHRASES)


def is_quoted_line(line: str) -> bool:
    return line.startswith(">") or line.lstrip()[:1] == ">"


def find_mark(lines: list[str], start: int = 0, *, skip_quoted: bool = False) -> Mark | None:
    """The first introduction of a quote or forward at or after the line."""
    for at in range(start, len(lines)):
        line = lines[at]
        if skip_quoted and is_quoted_line(line):
            continue
        if len(line) < 3 or (":" not in line and "--" not in line and "__" not in line and not _OPENING.match(line)):
            continue
        mark = _ruled(lines, at) or _header_block(lines, at) or _introduction(lines, at) or _notes_reply(lines, at)
        if mark is not None:
            return mark
    return None


def _ruled(lines: list[str], at: int) -> Mark | None:
    """A line of dashes or underscores with or above the introduction of a message."""
    line = lines[at]
    if len(line) > 250:
        return None
    if _NOTES_FORWARD.fullmatch(line):
        wrapped = not line.rstrip().endswith("--") and at + 1 < len(lines) and lines[at + 1].rstrip().endswith("--")
        return Mark(at, at + 2 if wrapped else at + 1, is_forward=True, is_block=True)
    ruled = _RULED.fullmatch(line)
    is_rule = ruled is None and _RULE.fullmatch(line) is not None
    if ruled is None and not is_rule and not _BARE_FORWARD.fullmatch(line):
        return None
    following = next_text(lines, at + 1)
    block = _read_block(lines, following) if following < len(lines) else None
    is_forward = not is_rule and (ruled is None or ruled["forward"] is not None)
    if block is not None:
        return Mark(at, block.body, is_forward, block.sender, block.sent, block.is_block)
    if is_rule and not (following < len(lines) and _ONLY_SENDER.fullmatch(lines[following])):
        return None
    return Mark(at, following, is_forward) if ruled is not None or is_rule else None


def _header_block(lines: list[str], at: int) -> Mark | None:
    block = _read_block(lines, at)
    return block if block is not None and _is_trustworthy(block, lines) else None


def _is_trustworthy(block: Mark, lines: list[str]) -> bool:
    """A text that says "From: Dallas, To: Houston" is no header block; an address, a date or a subject makes it one."""
    return "@" in block.sender or bool(block.sent) or _has_subject(lines[block.start : block.body])


def _has_subject(lines: list[str]) -> bool:
    return any((found := _FIELD.match(line)) and found["subject"] for line in lines)


def _read_block(lines: list[str], at: int) -> Mark | None:
    """The header lines from here on, if they begin as such and name a sender and at least one thing more."""
    found: dict[str, str] = {}
    end = at
    for end in range(at, min(at + MOST_FIELDS, len(lines))):
        field = _FIELD.match(lines[end]) if len(lines[end]) < 2000 else None
        if field is None:
            if not found or not lines[end].strip(" >") or not lines[end].startswith((" ", "\t", "> ")) or end == at:
                break
            continue
        found.setdefault(_kind(field), field["value"].strip(" *"))
    else:
        end += 1
    if "sender" not in found or len(found) < 2 or _FIELD.match(lines[at]) is None:
        return None
    is_block = not is_quoted_line(lines[at])
    return Mark(at, end, is_forward=False, sender=found["sender"], sent=found.get("sent", ""), is_block=is_block)


def _kind(field: re.Match[str]) -> str:
    return next(kind for kind in _FIELDS if field[kind])


def _notes_reply(lines: list[str], at: int) -> Mark | None:
    """Lotus Notes writes the sender's name and the time on lines of their own, then To, cc and Subject."""
    when = _DATE_LINE.fullmatch(lines[at]) if len(lines[at]) < 200 else None
    if when is None:
        return None
    to = next_text(lines, at + 1)
    fields = [_FIELD.match(line) for line in lines[to : to + MOST_FIELDS]]
    subject = next((place for place, field in enumerate(fields) if field and field["subject"] is not None), None)
    if subject is None or fields[0] is None or fields[0]["other"] is None or to - at > 3:
        return None
    has_name_above = not when["name"].strip() and at > 0 and lines[at - 1].strip()
    sender = lines[at - 1] if has_name_above else when["name"]
    return Mark(at - 1 if has_name_above else at, to + subject + 1, is_forward=False, sender=sender, is_block=True)


def _introduction(lines: list[str], at: int) -> Mark | None:
    """ "On …, … wrote:", possibly wrapped over a few lines."""
    for opening, ending in _WROTE if _OPENING.match(lines[at]) else ():
        if not opening.match(lines[at]):
            continue
        joined = ""
        for end in range(at, min(at + MOST_WRAPPED, len(lines))):
            if end > at and not lines[end].strip(" >"):
                break
            joined = f"{joined} {lines[end].strip()}"
            if len(joined) > 400:
                break
            if ending.search(joined):
                return Mark(at, end + 1, is_forward=False, sender=joined) if _HAS_TIME.search(joined) else None
    if _NAME_WROTE.match(lines[at]) and len(lines[at]) < 200 and _quote_follows(lines, at + 1):
        return Mark(at, at + 1, is_forward=False, sender=lines[at])
    return None


def _quote_follows(lines: list[str], at: int) -> bool:
    at = next_text(lines, at)
    return at < len(lines) and lines[at].lstrip().startswith((">", "| "))


def next_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip(" >\t\xa0"):
        at += 1
    return at
