"""What goes wrong with an IMAP server, on both sides of the wall between the desk and the child that reads it."""

from __future__ import annotations

import imaplib

from bot.errors import LoginRefusedError, MailboxUnreachableError
from bot.mailboxes.account import ImapAccount

# imapclient's errors are these of imaplib, or below them.
ImapError = imaplib.IMAP4.error
ImapAbort = imaplib.IMAP4.abort

# What imapclient throws over an answer that it cannot read: its parser indexes and converts without checking. Memory
# runs out in the child alone, over an answer that no decent server would give.
GARBLED = (ImapError, ValueError, TypeError, AttributeError, LookupError, MemoryError)
ANY_FAILURE = (OSError, *GARBLED)

# The kinds as they pass through the wall.
_KINDS: dict[str, type[Exception]] = {
    "refused": LoginRefusedError,
    "unreachable": MailboxUnreachableError,
    "abort": ImapAbort,
    "error": ImapError,
    "lost": OSError,
    "garbled": ValueError,
}


def is_torn(error: BaseException) -> bool:
    """Whether the connection is gone, rather than one answer unreadable.

    imaplib says abort for both; only the words tell a lost connection from a line that it did not expect.
    """
    if isinstance(error, ImapAbort):
        return "unexpected" not in str(error)
    return isinstance(error, OSError)


def kind_of(error: Exception) -> str:
    """The name under which one of ANY_FAILURE, or a BotError, passes through the wall."""
    return next((kind for kind, known in _KINDS.items() if isinstance(error, known)), "garbled")


def error_of(kind: str, words: str) -> Exception:
    return _KINDS[kind](words)


def sentence(account: ImapAccount, what: str, error: BaseException, proof: str = "") -> str:
    """What happened, without the password and without `proof`, which a server may repeat."""
    words = str(error) or type(error).__name__
    for one in filter(None, (account.password, proof)):
        words = words.replace(one, "***")
    return f"{account.slug}: {account.host}:{account.port}: {what}: {words[:300]}"
