"""Subject lines: what they say without prefixes, and the work items that their tags name."""

from __future__ import annotations

import re
from functools import lru_cache

_REPLY = r"re|aw|antw(?:ort)?|sv|vs|ref|réf|ynt|odp|r|res|rv|回复|答复"
_FORWARD = r"fwd?|wg|weitergeleitet|tr|transf|rv|enc|i|doorst|vb|vl|pd|转发"
_PREFIX = re.compile(
    rf"\s*(?:(?:{_REPLY}|{_FORWARD})\s?(?:\[\d{{1,3}}\]|\(\d{{1,3}}\))?\s?[:：]|\[[^\[\]]{{1,40}}\])\s*", re.I
)
_IS_FORWARD = re.compile(
    r"\s*(?:\[[^\[\]]{1,40}\]\s*)*(?:(?:re|aw|antw|sv)\s?:\s*)*(?:fwd?|wg|weitergeleitet|tr|transf|rv|enc|doorst|vb|转发)\s?[:：]",
    re.I,
)
# Only tags in brackets count: a bare CD-1042 in a subject may be anybody's part number.
_TAG = re.compile(r"\[\s?(CD-\d{1,12})\s?\]", re.I)
_TRAILING_TAG = re.compile(r"\s*\[[^\[\]]{1,40}\]\s*$")
MOST_PREFIXES = 30


# Each message asks for its subject several times, and so do the next ones of its thread.
@lru_cache(maxsize=1024)
def normalised_subject(subject: str) -> str:
    """Lower case, without reply and forward prefixes, bracketed tags at either end, and repeated blanks."""
    text = " ".join(subject[:2000].split())
    for _ in range(MOST_PREFIXES):
        shorter = _TRAILING_TAG.sub("", _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text)
        if shorter == text:
            break
        text = shorter
    return text.strip().lower()


def subject_tags(subject: str) -> tuple[str, ...]:
    """The distinct work item numbers named in brackets, as CD-1042."""
    return tuple(dict.fromkeys(tag.upper() for tag in _TAG.findall(subject[:2000])))


def is_forward_subject(subject: str) -> bool:
    return _IS_FORWARD.match(subject[:2000]) is not None


def reply_subject(subject: str, tag: str = "") -> str:
    """The subject of an answer: "Re:" once, and the tag at the end unless it is there."""
    text = " ".join(subject.split())
    if tag:
        # A second tag would keep every answer out of the thread (two tags join nothing).
        others = [found for found in subject_tags(text) if found != tag.upper()]
        text = " ".join(_TAG.sub(lambda found: "" if found[1].upper() in others else found[0], text).split())
    if tag and f"[{tag}]".lower() not in text.lower():
        text = f"{text} [{tag}]".strip()
    return text if re.match(r"re\s?:", text, re.I) else f"Re: {text}".strip()
