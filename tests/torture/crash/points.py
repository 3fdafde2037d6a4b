"""Where the desk can be broken: named functions on the way from fetch to Sent, and every call to the outside between.

Nothing of the product knows of them: they are wrapped by import path, in the process that is to die.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

# In the order of a message's way. Each can be met before and after, and at any of the first few calls.
NAMED = (
    "bot.mailboxes.imap:ImapMailbox.fetch",
    "bot.steps.poll:receive",
    "bot.store.blobs:FolderBlobs.put",
    "bot.store.raw_messages:SqlRawMessages.add",
    "bot.store.mailboxes:SqlMailboxes.save_cursor",
    "bot.store.unit_of_work:SqlUnitOfWork.commit",
    "bot.mailboxes.imap:ImapMailbox.settle",
    "bot.steps.take_in:find_thread",
    "bot.store.messages:SqlMessages.add",
    "bot.steps.take_in:open_items",
    "bot.steps.take_in:answer",
    "bot.steps.decide_draft:compose",
    "bot.store.outbox:SqlOutbox.add",
    "bot.store.outbox:SqlOutbox.claim",
    "bot.senders.smtp:SmtpSender.send",
    "bot.senders.smtp_session:SmtpSession.command",
    "bot.senders.smtp:_hand_over",
    "bot.store.outbox:SqlOutbox.settle",
    "bot.store.messages:SqlMessages.add_outbound",
    "bot.mailboxes.imap_sent:ImapSentFolder.holds",
    "bot.mailboxes.imap_sent:ImapSentFolder.add",
    "bot.store.outbox:SqlOutbox.mark_filed",
    "bot.store.record_seals:SqlRecordSeals.add_many",
)
MOST_CALLS = 6

# What reaches the disk, the database or a server.
_OUTSIDE = frozenset(
    {"execute", "executemany", "commit", "send", "sendall", "recv", "recv_into", "write", "flush", "fsync", "replace"}
)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def freeze() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def at(path: str, when: str, call: int, act: Callable[[], None]) -> None:
    """Act before or after the given call (from 1) of the function at `path`."""
    owner, name = _owner(path)
    original = getattr(owner, name)
    counted = _Count(call)

    def wrapped(*arguments: Any, **named: Any) -> Any:
        is_now = counted.is_reached()
        if is_now and when == "before":
            act()
        result = original(*arguments, **named)
        if is_now and when == "after":
            act()
        return result

    setattr(owner, name, wrapped)


def at_outside_call(call: int, act: Callable[[], None]) -> Callable[[], int]:
    """Act at the given call to the outside, whichever it is. What it answers tells how many there were until now."""
    counted = _Count(call)

    def profile(_frame: Any, event: str, callee: Any) -> None:
        if event == "c_call" and getattr(callee, "__name__", "") in _OUTSIDE and counted.is_reached():
            act()

    threading.setprofile(profile)
    sys.setprofile(profile)
    return lambda: counted.count


class _Count:
    """Counts calls of several threads; the one that is wanted is reached once."""

    def __init__(self, wanted: int) -> None:
        self.count = 0
        self._wanted = wanted
        self._lock = threading.Lock()

    def is_reached(self) -> bool:
        with self._lock:
            self.count += 1
            return self.count == self._wanted


def _owner(path: str) -> tuple[Any, str]:
    module, _, names = path.partition(":")
    owner: Any = import_module(module)
    *inner, name = names.split(".")
    for one in inner:
        owner = getattr(owner, one)
    return owner, name
