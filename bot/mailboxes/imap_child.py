"""The processes that read what IMAP servers say: one that loads everything once, and forks a child for each connection.

A child reads one connection and nothing else, within limits of memory and of bytes for each answer. Whatever a server
does to it, it is one process that can be killed, and no other mailbox and no other connection notices.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from imapclient import IMAPClient

from bot import child_talk
from bot.errors import BotError
from bot.mailboxes.account import ImapAccount
from bot.mailboxes.imap_errors import ANY_FAILURE, ImapAbort, kind_of
from bot.mailboxes.imap_fetch import fetch
from bot.mailboxes.imap_login import open_client

# Interpreter, libraries, and several copies of the largest message that a configuration may reasonably allow.
MEMORY_BYTES = 1_500_000_000


def main() -> None:
    """Fork a child for each socket that comes in; kill the child whose number comes in. Ends when nobody is left."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A library's remarks on hostile bytes are no news.
    logging.disable(logging.CRITICAL)
    # The forks share what is loaded, and keep sharing it where no collection touches it.
    gc.freeze()
    living: set[int] = set()
    while True:
        words, descriptors, _, _ = socket.recv_fds(control, 64, 1)
        living -= _ended()
        if descriptors:
            living.add(_fork(control, descriptors[0]))
        elif not words:
            return
        elif int(words) in living:
            # Not waited for yet, so the number is still this child's.
            os.kill(int(words), signal.SIGKILL)


def _ended() -> set[int]:
    ended: set[int] = set()
    with suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            ended.add(pid)
    return ended


def _fork(control: socket.socket, descriptor: int) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        control.close()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        # Whoever asked may be gone before this is ready.
        with suppress(EOFError, ConnectionError):
            _Conversation(descriptor).hold()
    finally:
        # Nothing of the parent's may run here a second time, whatever happened.
        os._exit(0)


class _Conversation:
    """What the desk asks of one connection, and the answers, until the desk hangs up."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._client: IMAPClient | None = None
        self._secret = ""

    def hold(self) -> None:
        """Ends with the EOFError of the desk's hanging up."""
        child_talk.send(self._descriptor, os.getpid())
        while True:
            (name, arguments, seconds, most_bytes), _ = child_talk.receive(self._descriptor)
            # If the desk was killed while this hangs, nobody else is left to end it.
            signal.setitimer(signal.ITIMER_REAL, seconds)
            answer, blobs = self._answer(name, arguments, most_bytes)
            signal.setitimer(signal.ITIMER_REAL, 0)
            child_talk.send(self._descriptor, answer, blobs)

    def _answer(self, name: str, arguments: Sequence[Any], most_bytes: int) -> tuple[tuple[str, Any], list[bytes]]:
        try:
            if self._client is None:
                # The first question of all, asked again with another token where the first was refused.
                fields, token = arguments
                account = ImapAccount(**fields)
                self._secret = token or account.password
                self._client = open_client(account, token)
                return ("", None), []
            _bound(self._client, most_bytes)
            if name == "fetch":
                return _plain_answers(fetch(self._client, *arguments))
            return ("", _plain(_CALLS[name](self._client, *arguments))), []
        except BotError as error:
            return (kind_of(error), str(error)), []
        except ANY_FAILURE as error:
            words = str(error) or type(error).__name__
            return (kind_of(error), (words.replace(self._secret, "***") if self._secret else words)[:2000]), []


# Everything that the desk may ask for, besides opening and fetching.
_CALLS: dict[str, Callable[..., Any]] = {
    "noop": IMAPClient.noop,
    "select_folder": IMAPClient.select_folder,
    "search": IMAPClient.search,
    "list_folders": IMAPClient.list_folders,
    "capabilities": IMAPClient.capabilities,
    "idle": IMAPClient.idle,
    "idle_check": IMAPClient.idle_check,
    "idle_done": IMAPClient.idle_done,
    "append": IMAPClient.append,
    "create_folder": IMAPClient.create_folder,
    "folder_exists": IMAPClient.folder_exists,
    "move": IMAPClient.move,
    "copy": IMAPClient.copy,
    "add_flags": partial(IMAPClient.add_flags, silent=True),
    "uid_expunge": IMAPClient.uid_expunge,
    "namespace": IMAPClient.namespace,
    "logout": IMAPClient.logout,
}


def _bound(client: IMAPClient, most_bytes: int) -> None:
    """Read no more than so many bytes for one answer: a literal of any size would otherwise be believed."""
    wire: Any = client._imap  # noqa: SLF001 (imapclient offers no way to bound what it reads)
    left = most_bytes

    def spend(count: int) -> None:
        nonlocal left
        left -= count
        if left < 0:
            raise ImapAbort(f"unexpected: an answer of more than {most_bytes:,} bytes")

    def read(size: int) -> bytes:
        spend(size)
        found: bytes = type(wire).read(wire, size)
        return found

    def readline() -> bytes:
        line: bytes = type(wire).readline(wire)
        spend(len(line))
        return line

    wire.read, wire.readline = read, readline


def _plain_answers(found: dict[int, dict[bytes, Any]]) -> tuple[tuple[str, Any], list[bytes]]:
    """Bodies travel beside the rest as they are."""
    rows: list[tuple[int, dict[bytes, Any], bool]] = []
    bodies: list[bytes] = []
    for uid, fields in found.items():
        body = fields.pop(b"BODY[]", None)
        if isinstance(body, bytes):
            bodies.append(body)
        rows.append((uid, _plain(fields), isinstance(body, bytes)))
    return ("", rows), bodies


def _plain(value: Any) -> Any:
    """What marshal can write. A moment becomes seconds, one without a zone nothing."""
    if isinstance(value, datetime):
        return value.timestamp() if value.tzinfo else None
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, str, bytes)) else str(value)
