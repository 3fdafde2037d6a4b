"""Adapters that read mail, one file a protocol, listed in PROTOCOLS."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.exchange.account import ExchangeAccount
from bot.mailboxes.account import GraphAccount, ImapAccount, Known, MaildirAccount

if TYPE_CHECKING:
    from bot.ports import DraftsFolder, Mailbox, SentFolder


class MailboxProtocol(NamedTuple):
    """How one protocol is opened: each factory takes the protocol's own kind of account."""

    account: type
    mailbox: Callable[[Any, Known], Mailbox]
    sent_folder: Callable[[Any], SentFolder]
    # None where the protocol cannot put approved replies into Drafts.
    drafts_folder: Callable[[Any], DraftsFolder] | None = None


def _later(module: str, name: str) -> Callable[..., Any]:
    """A class that is imported at its first use: a library may take most of a second, and few desks need it.

    What reads IMAP in a process of its own needs none of them.
    """
    return lambda *given: getattr(import_module(f"bot.mailboxes.{module}"), name)(*given)


_imap = _later("imap", "ImapMailbox")

PROTOCOLS: dict[str, MailboxProtocol] = {
    "imap": MailboxProtocol(
        ImapAccount,
        # IMAP has its own order of messages and need not ask which are known.
        lambda account, _known: _imap(account),
        _later("imap_sent", "ImapSentFolder"),
        _later("imap_drafts", "ImapDraftsFolder"),
    ),
    "exchange": MailboxProtocol(
        ExchangeAccount,
        _later("exchange", "ExchangeMailbox"),
        _later("exchange_sent", "ExchangeSentFolder"),
        _later("exchange_drafts", "ExchangeDraftsFolder"),
    ),
    "maildir": MailboxProtocol(
        MaildirAccount,
        _later("maildir", "MaildirMailbox"),
        _later("maildir", "MaildirSentFolder"),
        _later("maildir_drafts", "MaildirDraftsFolder"),
    ),
    "graph": MailboxProtocol(
        GraphAccount,
        _later("graph", "GraphMailbox"),
        _later("graph_sent", "GraphSentFolder"),
        _later("graph_drafts", "GraphDraftsFolder"),
    ),
}
