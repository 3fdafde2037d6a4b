"""Messages in the folders that a mail program keeps for drafts and for sent mail, told by their heads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.mail.headers import read_head
from bot.mail.identity import with_lf

_ID = re.compile(rb"<?([^<>\s]+)>?")


@dataclass(frozen=True, slots=True)
class FiledMessage:
    """One message of a Drafts or Sent folder. `pointer` names it for the adapter that listed it, and for no other.

    `message_id_header` is "" where the mail program has given none yet; `refers_to` are the Message-IDs that it answers
    or refers to; `filed_at` is when it came into the folder.
    """

    pointer: str
    message_id_header: str
    refers_to: frozenset[str]
    filed_at: datetime


def filed_message(pointer: str, head: bytes, filed_at: datetime) -> FiledMessage:
    """From a header block, of which Message-ID, In-Reply-To and References suffice."""
    fields = read_head(with_lf(head))
    own = _ids(fields.all_raw("message-id")[:1])
    refers_to = _ids([*fields.all_raw("in-reply-to"), *fields.all_raw("references")])
    return FiledMessage(pointer, next(iter(own), ""), frozenset(refers_to), filed_at)


def _ids(values: list[bytes]) -> list[str]:
    return [found.decode("utf-8", "replace") for value in values for found in _ID.findall(value)]
