"""A process of its own for each connection to an IMAP server, seen from the desk; imap_child is the other side.

The first one costs an interpreter's start, since a process is kept that has loaded everything; each further one is a
fork of it: milliseconds and a few MB.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from typing import Any

from bot import child_talk
from bot.errors import TransientError
from bot.mailboxes.imap_errors import error_of

# An interpreter on a machine that is busy or cold; no server is to blame for that.
START_SECONDS = 60.0
_BUFFER_BYTES = 1 << 20
# It finds the modules where this process finds them.
_BEGIN = "import sys; sys.path[:] = sys.argv[2:]; from bot.mailboxes.imap_child import main; main()"
# The child ends by itself where the desk was killed; until then the desk is the one to decide.
_OUTLIVES = 3.0


class ReaderProcess:
    """One child. Used by one thread at a time; only `wake` may come from another."""

    def __init__(self, starter: Starter, wire: socket.socket, pid: int) -> None:
        self._starter = starter
        self._wire = wire
        self._pid = pid

    def ask(self, name: str, *arguments: Any, seconds: float, most_bytes: int) -> tuple[Any, list[bytes]]:
        """The answer and its blobs. Raises what the child raised, and OSError where it died or took too long.

        The process is stopped then: what it says later would be taken for the answer to another question.
        """
        ends_at = time.monotonic() + seconds
        try:
            question = (name, arguments, seconds * _OUTLIVES, most_bytes)
            child_talk.send(self._wire.fileno(), question, (), ends_at)
            (kind, answer), blobs = child_talk.receive(self._wire.fileno(), ends_at)
        except TimeoutError:
            self.stop()
            raise TimeoutError(f"no whole answer within {seconds:g} seconds") from None
        except (EOFError, OSError):
            self.stop()
            raise ConnectionError("the process that reads this mailbox died") from None
        if kind:
            raise error_of(kind, answer)
        return answer, blobs

    def wake(self) -> None:
        """Let whoever waits for an answer wait no longer."""
        with suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._starter.kill(self._pid)
        self._wire.close()


class Starter:
    """Keeps the process that children are forked from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> ReaderProcess:
        """Raises TransientError where no process can be had."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            # A batch passes in few steps. The system grants what it allows.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        os.set_blocking(ours.fileno(), False)
        try:
            with theirs:
                self._hand_over(theirs)
            pid, _ = child_talk.receive(ours.fileno(), time.monotonic() + START_SECONDS)
        except (EOFError, OSError) as error:
            ours.close()
            raise TransientError("no process to read a mailbox could be started") from error
        return ReaderProcess(self, ours, pid)

    def kill(self, pid: int) -> None:
        with self._lock, suppress(OSError):
            if self._control is not None:
                self._control.send(str(pid).encode())

    def close(self) -> None:
        """End the process; readers that still live end with their mailboxes."""
        with self._lock:
            control, self._control = self._control, None
            if control is not None:
                control.close()
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def _hand_over(self, theirs: socket.socket) -> None:
        with self._lock:
            for is_last in (False, True):
                control = self._control if self._control is not None else self._begin()
                try:
                    socket.send_fds(control, [b"fork"], [theirs.fileno()])
                except OSError:
                    # It was killed since; the next one takes over.
                    self._control = None
                    control.close()
                    if is_last:
                        raise
                else:
                    return

    def _begin(self) -> socket.socket:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        # Messages keep their bounds, and processes that were forked from this one can use it side by side.
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of a message
                [sys.executable, "-c", _BEGIN, str(theirs.fileno()), *filter(None, sys.path)],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._control = control
        return control


@cache
def starter() -> Starter:
    """The one of this process. Nothing is started before the first mailbox is opened."""
    made = Starter()
    atexit.register(made.close)
    return made
