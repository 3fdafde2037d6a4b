"""What a message suggests to a person: whom a forward is from, whom an out-of-office names. Never applied by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bot.mail.address import Address, is_in_domains
from bot.mail.addresses import address_in
from bot.mail.message import InboundMessage
from bot.mail.origin import forwarded_sender

Hint = tuple[str, str]

HINTS: Mapping[str, str] = {
    "original_sender": "It seems to be from",
    "original_date": "It seems to have been written on",
    "original_account": "Its real sender belongs to account",
    "new_contact": "The out-of-office names another contact",
    "back_on": "The out-of-office says until when",
}

_BACK = re.compile(
    r"\b(?:until|till|back on|returning on|return on|bis(?: zum)?|ab dem|jusqu['’]au|hasta el|dès le)\s+"
    r"([^\n.,;:]{0,24}\d[^\n.,;:]{0,20})",
    re.I,
)


def original_sender(message: InboundMessage, own_domains: Collection[str]) -> Address | None:
    """Whom a forward is really from, as far as it says so itself."""
    is_forward = message.enclosed or "forwarded" in message.flags
    # Without a mark, what a colleague quotes outside of any conversation was passed on.
    if message.automatic is not None or not (is_forward or (message.quoted_text and not message.references)):
        return None
    found = forwarded_sender(message, own_domains)
    return found if found is not None and found.key not in {one.key for one in message.senders} else None


def hints_of(message: InboundMessage, original: Address | None, own_domains: Collection[str]) -> list[Hint]:
    """`original` is what `original_sender` found."""
    if message.automatic == "auto_reply":
        return _of_absence(message, own_domains)
    if original is None:
        return []
    hints = [("original_sender", str(original)[:400])]
    dates = [one.sent_at for one in message.enclosed if one.sender == original and one.sent_at]
    return [*hints, *(("original_date", f"{date:%Y-%m-%d %H:%M} UTC") for date in dates[-1:])]


def _of_absence(message: InboundMessage, own_domains: Collection[str]) -> list[Hint]:
    text = message.newest_text[:5000]
    found = address_in(text)
    hints: list[Hint] = []
    known = {one.key for one in message.senders}
    if found and found.lower() not in known and not is_in_domains(Address("", found), own_domains):
        hints.append(("new_contact", found))
    until = _BACK.search(text)
    return [*hints, ("back_on", until[1].strip())] if until else hints
