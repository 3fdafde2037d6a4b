"""Adapters that read mail, one file a protocol, listed in PROTOCOLS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.mailboxes.account import ImapAccount, Known, MaildirAccount
from bot.mailboxes.imap import ImapMailbox
from bot.mailboxes.imap_drafts import ImapDraftsFolder
from bot.mailboxes.imap_sent import ImapSentFolder
from bot.mailboxes.maildir import MaildirMailbox, MaildirSentFolder
from bot.mailboxes.maildir_drafts import MaildirDraftsFolder
from bot.ports import DraftsFolder, Mailbox, SentFolder


class MailboxProtocol(NamedTuple):
    """How one protocol is opened: each factory takes the protocol's own kind of account."""

    account: type
    mailbox: Callable[[Any, Known], Mailbox]
    sent_folder: Callable[[Any], SentFolder]
    # None where the protocol cannot put approved replies into Drafts.
    drafts_folder: Callable[[Any], DraftsFolder] | None = None


# IMAP has its own order of messages and need not ask which are known.
PROTOCOLS: dict[str, MailboxProtocol] = {
    "imap": MailboxProtocol(
        ImapAccount, lambda account, _known: ImapMailbox(account), ImapSentFolder, ImapDraftsFolder
    ),
    "maildir": MailboxProtocol(MaildirAccount, MaildirMailbox, MaildirSentFolder, MaildirDraftsFolder),
}
