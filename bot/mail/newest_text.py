"""What a sender wrote now, told apart from what they quoted or forwarded. Linear in the length of the text."""

from __future__ import annotations

from dataclasses import dataclass

import quotequail

from bot.mail.quote_marks import Mark, find_mark, is_quoted_line, may_quote, next_text
from bot.mail.trimmings import strip_banner, strip_trimmings

# Nobody writes more by hand; the rest counts as quoted, so that nothing is lost.
LONGEST_TEXT = 200_000
MOST_LINES = 5_000
# quotequail joins wrapped lines in quadratic time, so it is asked about ordinary mail only.
MOST_LINES_FOR_QUOTEQUAIL = 400
LONGEST_LINE = 998
LONGEST_ORPHAN = 25
# A forward of a forward of a forward: deeper than this nobody has written a word that matters.
MOST_UNWRAPPED = 5


@dataclass(frozen=True, slots=True)
class Split:
    """`newest` is never empty where the text is not. `is_forward` says that a forward mark introduced what is quoted;
    `is_unwrapped` that nothing new was written, so that `newest` is the top of what was quoted."""

    newest: str
    quoted: str
    is_forward: bool = False
    is_unwrapped: bool = False


def split_text(text: str) -> tuple[str, str]:
    """The newest text and the quoted text."""
    split = split_quotes(text)
    return split.newest, split.quoted


def split_quotes(text: str) -> Split:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines, overflow = _bounded(text)
    lines = strip_banner(lines)
    if not may_quote(text[:LONGEST_TEXT]):
        return Split(_joined(strip_trimmings(lines)) or text.strip(), overflow)
    new, old, mark = _divide(lines)
    if not old:
        new, old = _ask_quotequail(lines)
    newest = _joined(strip_trimmings(new))
    quoted = _joined(old)
    is_forward = mark is not None and mark.is_forward
    if not newest:
        return _unwrapped(lines, quoted + overflow, mark) or Split(text.strip(), quoted + overflow, is_forward)
    return Split(newest, quoted + overflow, is_forward)


def _bounded(text: str) -> tuple[list[str], str]:
    head, rest = text[:LONGEST_TEXT], text[LONGEST_TEXT:]
    lines = head.split("\n")
    if len(lines) > MOST_LINES:
        rest = "\n".join(lines[MOST_LINES:]) + rest
        lines = lines[:MOST_LINES]
    return lines, "\n" + rest if rest else ""


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()


def _divide(lines: list[str]) -> tuple[list[str], list[str], Mark | None]:
    """New lines, old lines, and the first mark. Answers between and below `>` lines count as new."""
    new: list[str] = []
    old: list[str] = []
    first = mark = find_mark(lines)
    at = 0
    while at < len(lines):
        if mark is not None and at == mark.start:
            if not _quotes_line_by_line(lines, mark):
                return new, old + lines[at:], first
            old.extend(lines[at : mark.body])
            at = mark.body
            mark = find_mark(lines, at, skip_quoted=True)
            continue
        line = lines[at]
        is_old = is_quoted_line(line) or (len(line) <= LONGEST_ORPHAN and _is_orphan(lines, at))
        (old if is_old else new).append(line)
        at += 1
    return new, old, first


def _quotes_line_by_line(lines: list[str], mark: Mark) -> bool:
    after = next_text(lines, mark.body)
    return not mark.is_block and after < len(lines) and is_quoted_line(lines[after])


def _is_orphan(lines: list[str], at: int) -> bool:
    """The short rest of a quoted line that a mailer wrapped without repeating the mark."""
    if not 0 < at < len(lines) - 1 or not lines[at].strip() or len(lines[at]) > LONGEST_ORPHAN:
        return False
    return len(lines[at - 1]) >= 70 and is_quoted_line(lines[at - 1]) and is_quoted_line(lines[at + 1])


def _ask_quotequail(lines: list[str]) -> tuple[list[str], list[str]]:
    """A second opinion where there are hints of a quote that our own marks do not know."""
    if len(lines) > MOST_LINES_FOR_QUOTEQUAIL or any(len(line) > LONGEST_LINE for line in lines):
        return lines, []
    pieces = quotequail.quote("\n".join(lines), quote_intro_line=True)
    new = [line for is_new, piece in pieces if is_new for line in piece.split("\n")]
    old = [line for is_new, piece in pieces if not is_new for line in piece.split("\n")]
    return (new, old) if _joined(new) else (lines, [])


def _unwrapped(lines: list[str], quoted: str, mark: Mark | None) -> Split | None:
    """Nothing new was written: then the message is the newest of what was passed on."""
    is_forward = mark is not None and mark.is_forward
    for _ in range(MOST_UNWRAPPED):
        lines = _unquoted(lines[mark.body :] if mark is not None else lines)
        new, _, mark = _divide(lines)
        newest = _joined(strip_trimmings(strip_banner(new)))
        if newest:
            return Split(newest, quoted, is_forward, is_unwrapped=True)
        if mark is None and not any(is_quoted_line(line) for line in lines):
            break
    return None


def _unquoted(lines: list[str]) -> list[str]:
    """Without one level of `>`, if every line that says something has one."""
    said = [line for line in lines if line.strip()]
    if not said or not all(is_quoted_line(line) for line in said):
        return lines
    return [line.lstrip()[1:].removeprefix(" ") for line in lines]
