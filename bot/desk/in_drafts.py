"""Replies that people send themselves from Drafts: what became of each, told from what lies in Drafts and in Sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.outbox import Deleted, InDrafts, OutboxEntry, SentByPerson, Uncertain
from bot.mail.filed import FiledMessage
from bot.mail.message import InboundMessage

# Between its leaving Drafts and its copy in Sent lies the sending, in some mail programs minutes of it.
GONE_FOR = timedelta(minutes=10)
# The clock of the mail server may be behind ours.
CLOCKS_DIFFER = timedelta(minutes=5)
# How far before a try that went wrong its message may have come into Sent.
LOOKS_BACK = timedelta(days=3)
# How much of the approved text must be left for a message to be that reply: whoever corrects a reply keeps more of it,
# and two different answers to one question have less in common.
KEPT_AT_LEAST = 0.5

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply that was put into Drafts, as approved."""

    entry: OutboxEntry
    approved: InboundMessage


def is_itself(entry: OutboxEntry, filed: FiledMessage) -> bool:
    return filed.message_id_header == entry.message_id_header


def may_be(letter: Letter, filed: FiledMessage) -> bool:
    """Whether a message under another Message-ID must be read to tell: it answers what the reply answers.

    A reminder answers nothing, and what a mail program makes of it neither.
    """
    if filed.filed_at < (letter.entry.in_drafts_at or filed.filed_at) - CLOCKS_DIFFER:
        return False
    ours = {*letter.approved.references, letter.entry.message_id_header}
    if letter.approved.references:
        return not ours.isdisjoint(filed.refers_to)
    return not filed.refers_to or letter.entry.message_id_header in filed.refers_to


def is_that_reply(approved: InboundMessage, other: InboundMessage) -> bool:
    """Whether a message is the approved reply, with whatever a person corrected in it: so its people and words say."""
    to, others = _receivers(approved), _receivers(other)
    if others and to.isdisjoint(others):
        return False
    wanted = set(_WORD.findall(approved.newest_text.lower()))
    kept = wanted.intersection(_WORD.findall(other.newest_text.lower()))
    return len(kept) >= KEPT_AT_LEAST * len(wanted)


def is_changed(approved: InboundMessage, sent: InboundMessage) -> bool:
    """Whether a person would call it another text; mail programs fold lines and paragraphs as they like."""
    same_people = _receivers(approved) == _receivers(sent)
    same_files = [one.sha256 for one in approved.attachments] == [one.sha256 for one in sent.attachments]
    same_words = approved.newest_text.split() == sent.newest_text.split() and approved.subject == sent.subject
    return not (same_people and same_files and same_words)


def _receivers(message: InboundMessage) -> set[str]:
    return {address.key for address in (*message.to, *message.cc)}


def after_lost_put(entry: OutboxEntry, *, is_there: bool, now: datetime) -> InDrafts | Uncertain:
    """What became of an entry whose process died while it put it into Drafts."""
    if is_there:
        return InDrafts(entry.claimed_at or now)
    return Uncertain("the desk stopped while it put this into Drafts, and it lies neither there nor in Sent")


def after_gone(entry: OutboxEntry, now: datetime) -> Deleted | None:
    """What became of an entry that lies neither in Drafts nor in Sent; None while that may still be its sending."""
    if entry.missing_since is None or now - entry.missing_since < GONE_FOR:
        return None
    return Deleted("it lies neither in Drafts nor in Sent any more")


def sent_by_person(letter: Letter, filed: FiledMessage, message: InboundMessage, now: datetime) -> SentByPerson:
    # A mail program may date what it files as it likes; it was sent after it was put there, and before now.
    earliest = letter.entry.in_drafts_at or now
    at = min(max(filed.filed_at, earliest), now)
    return SentByPerson(at, message, is_changed(letter.approved, message))
