"""The header fields that say who, when and in answer to what (RFC 5322 3.6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from bot.mail.address import Address
from bot.mail.addresses import address_in, read_addresses
from bot.mail.charsets import clean
from bot.mail.headers import Head, as_text

MOST_REFERENCES = 1000
# What came before has no credit desk; such a date is a clock that was never set.
FIRST_YEAR = 1990
# No clock is read here; by then somebody will have raised it.
FIRST_YEAR_TO_COME = 2090
MANY_HOPS = 50

_BRACKETED = re.compile(r"<([^<>]+)>")
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_USUAL_DATE = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d?) ({'|'.join(_MONTH_NAMES)}) ([12]\d{{3}})"
    r" (\d\d):(\d\d):(\d\d) ([+-])([01]\d)([0-5]\d)",
    re.ASCII,
)
_SPACE = re.compile(r"\s+")


def addresses_of(head: Head, name: str) -> tuple[Address, ...]:
    """The addresses of all fields of the name; RFC 5322 allows one, mailers write several."""
    found = [address for value in head.all_raw(name) for address in read_addresses(as_text(value))]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def message_ids_of(head: Head) -> list[str]:
    """The usable Message-IDs, without brackets and folding blanks; `<>` and emptiness count as none."""
    ids = (bare_id(as_text(value)) for value in head.all_raw("message-id"))
    return [found for found in ids if found]


def bare_id(value: str) -> str:
    found = _BRACKETED.search(value)
    return clean(_SPACE.sub("", found[1] if found else value.replace("<", "").replace(">", "")))


def references_of(head: Head) -> tuple[str, ...]:
    """From oldest to newest, In-Reply-To last, each once."""
    references = _ids_in(head, "references")
    answered = _ids_in(head, "in-reply-to")
    ids = dict.fromkeys(one for one in references if one not in set(answered))
    ids.update(dict.fromkeys(answered))
    found = tuple(ids)
    return found if len(found) <= MOST_REFERENCES else found[:1] + found[1 - MOST_REFERENCES :]


def _ids_in(head: Head, name: str) -> list[str]:
    ids: list[str] = []
    for value in head.all_raw(name):
        text = as_text(value)
        found = _BRACKETED.findall(text)
        if not found:
            # Gateways lose the brackets; then only what has an @ can be told from a phrase.
            found = [word.strip("<>") for word in re.split(r"[\s,;]+", text) if "@" in word]
        ids.extend(clean(_SPACE.sub("", one)) for one in found)
    return [one for one in ids if one]


def sent_at_of(head: Head) -> datetime | None:
    """The date the sender claims, in UTC; None where there is none that can be read."""
    value = head.raw("date")[:120]
    if not value:
        return None
    usual = _USUAL_DATE.fullmatch(value)
    try:
        date = _usual_date(usual) if usual is not None else parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _usual_date(found: re.Match[str]) -> datetime:
    """RFC 5322 3.3 as nearly all mailers write it, in a third of the library's time. Raises ValueError as that does."""
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone)


def header_flags(
    head: Head, senders: Sequence[Address], reply_to: Sequence[Address], sent_at: datetime | None
) -> list[str]:
    """The short words for what is odd about the header."""
    ids = message_ids_of(head)
    odd = {
        "id_missing": not ids,
        "id_repeated": len(head.all_raw("message-id")) > 1,
        "no_sender": not senders,
        "many_senders": len(senders) > 1,
        "date_missing": sent_at is None,
        "date_odd": sent_at is not None and not FIRST_YEAR <= sent_at.year < FIRST_YEAR_TO_COME,
        "reply_to_elsewhere": _answers_go_elsewhere(senders, reply_to),
        "impersonation": any(_shows_other_address(sender) for sender in senders),
        "loop_suspected": len(head.all_raw("received")) >= MANY_HOPS,
    }
    return [word for word, applies in odd.items() if applies]


def _answers_go_elsewhere(senders: Sequence[Address], reply_to: Sequence[Address]) -> bool:
    domains = {sender.domain for sender in senders}
    return bool(senders) and any(address.domain not in domains for address in reply_to)


def _shows_other_address(sender: Address) -> bool:
    shown = address_in(sender.name)
    return bool(shown) and shown.lower() != sender.key
