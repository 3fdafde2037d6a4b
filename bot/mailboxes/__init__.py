"""Adapters that read mail, one file a protocol, listed in PROTOCOLS."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from bot.exchange.account import ExchangeAccount
from bot.mailboxes.account import GraphAccount, ImapAccount, Known, MaildirAccount
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


def _later(module: str, name: str) -> Callable[..., Any]:
    """A class that is imported at its first use: its library takes most of a second, and few desks need it."""
    return lambda *given: getattr(import_module(f"bot.mailboxes.{module}"), name)(*given)


# IMAP has its own order of messages and need not ask which are known.
PROTOCOLS: dict[str, MailboxProtocol] = {
    "imap": MailboxProtocol(
        ImapAccount, lambda account, _known: ImapMailbox(account), ImapSentFolder, ImapDraftsFolder
    ),
    "exchange": MailboxProtocol(
        ExchangeAccount,
        _later("exchange", "ExchangeMailbox"),
        _later("exchange_sent", "ExchangeSentFolder"),
        _later("exchange_drafts", "ExchangeDraftsFolder"),
    ),
    "maildir": MailboxProtocol(MaildirAccount, MaildirMailbox, MaildirSentFolder, MaildirDraftsFolder),
    "graph": MailboxProtocol(
        GraphAccount,
        _later("graph", "GraphMailbox"),
        _later("graph_sent", "GraphSentFolder"),
        _later("graph_drafts", "GraphDraftsFolder"),
    ),
}
