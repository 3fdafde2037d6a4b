"""Whether two parsed messages are one that a mail server wrote anew, as a mailbox that moved house shows it."""

from __future__ import annotations

from collections import Counter

from bot.mail.message import InboundMessage


def is_rebuilt(one: InboundMessage, other: InboundMessage) -> bool:
    """Whether both say the same: the same Message-ID, sender, time, subject, words and files.

    A server that keeps messages as items makes MIME anew each time: with other boundaries and encodings, lines broken
    and blanks set otherwise, headers in its own order. What a reader sees stays. Somebody who uses a known Message-ID
    for other words, or adds a file, has written another message.
    """
    return (
        bool(one.message_id_header)
        and one.message_id_header == other.message_id_header
        and [sender.key for sender in one.senders] == [sender.key for sender in other.senders]
        and one.sent_at == other.sent_at
        and _words(one.subject) == _words(other.subject)
        and _words(one.newest_text + "\n" + one.quoted_text) == _words(other.newest_text + "\n" + other.quoted_text)
        and _files(one) == _files(other)
    )


def _words(text: str) -> list[str]:
    return text.split()


def _files(message: InboundMessage) -> Counter[tuple[str, int]]:
    """The enclosed files by their content. A large one is told without its digest: then name and size have to do."""
    return Counter((file.sha256 or file.name, file.size) for file in message.attachments)
