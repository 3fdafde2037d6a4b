"""Adapters that hand finished mail to the world, one file a protocol, listed in SENDERS."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from bot.ports import Sender
from bot.senders.account import ExchangeOutgoing, GraphOutgoing
from bot.senders.maildir import MaildirSender
from bot.senders.smtp import SmtpSender


def _exchange(account: ExchangeOutgoing) -> Sender:
    # Imported by name: its library takes most of a second to load, and few desks need it.
    opened: Sender = import_module("bot.senders.exchange").ExchangeSender(account)
    return opened


def _graph(account: GraphOutgoing) -> Sender:
    # Imported by name: a desk without Microsoft 365 need not load what talks to it.
    opened: Sender = import_module("bot.senders.graph").GraphSender(account)
    return opened


# `smtp` takes an SmtpAccount, `maildir` the folder below which it delivers, `exchange` an ExchangeOutgoing, `graph` a
# GraphOutgoing.
SENDERS: dict[str, Callable[[Any], Sender]] = {
    "smtp": SmtpSender,
    "maildir": MaildirSender,
    "exchange": _exchange,
    "graph": _graph,
}
