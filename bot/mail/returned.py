"""What a bounce or a receipt says: which message of ours it is about, whom it did not reach, why (RFC 3464, 8098)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.mail.envelope_fields import bare_id
from bot.mail.headers import Head

MOST_RECIPIENTS = 100
MOST_IDS = 50
LONGEST_TEXT = 100_000

_BLOCK_END = re.compile(r"\n[ \t]*\r?\n")
_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)", re.M)
_ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")
_ID_IN_TEXT = re.compile(r"^\W{0,4}(?:original-)?message-id:\s*(<[^<>\s]{3,500}>)", re.I | re.M)
_REPLY = re.compile(r"\b[45]\d\d[ -]\S.{0,160}")


def failed_recipients(head: Head, reports: Sequence[str]) -> dict[str, str]:
    """Lower-case addresses that were not reached for good, each with the server's words. A delay is no failure."""
    named = [word.strip(" <>") for word in head.raw("x-failed-recipients").split(",")]
    found = {name.lower(): "" for name in named if "@" in name}
    for fields in _recipients(reports):
        address = _ADDRESS.search(fields.get("final-recipient", "") or fields.get("original-recipient", ""))
        action, status = fields.get("action", "").lower(), fields.get("status", "")
        if address is None or action not in ("", "failed") or (not action and not status.startswith("5")):
            continue
        said = fields.get("diagnostic-code", "").partition(";")[2] or fields.get("diagnostic-code", "")
        found[address.group().lower()] = " ".join(f"{status} {said}".split())[:300]
    return dict(list(found.items())[:MOST_RECIPIENTS])


def _recipients(reports: Iterable[str]) -> Iterator[Mapping[str, str]]:
    for report in reports:
        for block in _BLOCK_END.split(report[:LONGEST_TEXT]):
            yield {name.lower(): value.strip() for name, value in _FIELD.findall(block)}


def reported_ids(enclosed: Iterable[str], reports: Sequence[str], text: str) -> tuple[str, ...]:
    """The Message-IDs of what came back or was read, the surest first: enclosed, named in the report, quoted."""
    ids = [one for one in enclosed if one]
    for report in (*reports, text):
        ids += [bare_id(found) for found in _ID_IN_TEXT.findall(report[:LONGEST_TEXT])]
    return tuple(dict.fromkeys(ids))[:MOST_IDS]


def server_words(text: str) -> str:
    """The first SMTP answer in a bounce without a report part."""
    found = _REPLY.search(text[:LONGEST_TEXT])
    return " ".join(found.group().split()) if found else ""
