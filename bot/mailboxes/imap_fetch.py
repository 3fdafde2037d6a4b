"""FETCH of what a poll asks for: date and size, and whole bodies.

imapclient's lexer goes through every answer letter by letter, which takes more CPU than all the rest of a fetch.
Servers give these answers in one of few forms, which are read here; any other answer is left to imapclient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import IMAPClient
from imapclient.response_parser import parse_fetch_response

from bot.mailboxes import uid_set

Answer = dict[bytes, Any]

_LISTED = re.compile(rb'\d+ \((?:(?:UID (\d+)|RFC822\.SIZE (\d+)|INTERNALDATE "([^"]*)")(?: (?!\))|(?=\))))+\)')
_BODY = re.compile(rb"\d+ \((?:UID (\d+) )?BODY\[\] \{\d+\}")
_BODY_END = re.compile(rb"(?: UID (\d+))?\)")
_DATE = re.compile(rb"([ \d]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = {
    name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}


def fetch(client: IMAPClient, uids: Sequence[int], items: Sequence[str]) -> dict[int, Answer]:
    """Raises what imaplib and imapclient raise."""
    imaplib_client = getattr(client, "_imap", None)
    if imaplib_client is None or not uids:
        return dict(client.fetch(list(uids), items))
    kind, answers = imaplib_client.uid("FETCH", uid_set.write(uids), f"({' '.join(items)})")
    if kind != "OK":
        raise IMAPClient.Error(f"fetch failed: {answers[0]!r}")
    found = read_answers(answers)
    if found is None:
        found = dict(parse_fetch_response(answers, client.normalise_times, client.use_uid))
    # A server may tell of other messages in between.
    return {uid: found[uid] for uid in uids if uid in found}


def read_answers(answers: Sequence[Any]) -> dict[int, Answer] | None:
    """What imaplib made of the answers, by UID; None where one of them has another form."""
    found: dict[int, Answer] = {}
    pending = iter(answers)
    for answer in pending:
        read = _body(answer, next(pending, None)) if isinstance(answer, tuple) else _listed(answer)
        if read is None:
            return None
        found[read[0]] = read[1]
    return found


def _body(answer: tuple[bytes, bytes], after: Any) -> tuple[int, Answer] | None:
    begin = _BODY.fullmatch(answer[0]) if len(answer) == 2 else None
    end = _BODY_END.fullmatch(after) if isinstance(after, bytes) else None
    uid = (begin[1] or end[1]) if begin and end else None
    return (int(uid), {b"BODY[]": answer[1]}) if uid else None


def _listed(answer: Any) -> tuple[int, Answer] | None:
    found = _LISTED.fullmatch(answer) if isinstance(answer, bytes) else None
    if found is None or not found[1]:
        return None
    uid, size, date = found.groups()
    read: Answer = {}
    if size:
        read[b"RFC822.SIZE"] = int(size)
    if date is not None:
        at = _time_of(date)
        if at is None:
            return None
        read[b"INTERNALDATE"] = at
    return int(uid), read


def _time_of(date: bytes) -> datetime | None:
    found = _DATE.fullmatch(date)
    if found is None or found[2] not in _MONTHS:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        local = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        return local - offset if sign == b"+" else local + offset
    except (ValueError, OverflowError):
        return None
