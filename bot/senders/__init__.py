"""Adapters that hand finished mail to the world, one file a protocol, listed in SENDERS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.ports import Sender
from bot.senders.maildir import MaildirSender
from bot.senders.smtp import SmtpSender

# `smtp` takes an SmtpAccount, `maildir` the folder below which it delivers.
SENDERS: dict[str, Callable[[Any], Sender]] = {"smtp": SmtpSender, "maildir": MaildirSender}
