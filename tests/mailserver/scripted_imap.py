"""An IMAP server that answers from a script: for what no decent server does."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.mailserver.server import HOST

# Given the command without its tag, the bytes to send before the tagged OK. None cuts the connection there and then;
# what begins with "cut:" is sent first.
Answering = Callable[[str], bytes | None]

SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n"


class ScriptedImapServer:
    """`answer` is asked for each command but those of the greeting; `commands` notes them all."""

    host = HOST

    def __init__(self, answer: Answering, selected: bytes = SELECTED) -> None:
        self._answer = answer
        self._selected = selected
        self._socket = socket.create_server((HOST, 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._open: list[socket.socket] = []
        self.port: int = self._socket.getsockname()[1]
        self.commands: list[str] = []
        self.logins = 0
        self.login_answer = b""
        self.hang = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A thread that waits in accept is woken by a shutdown, not by a close.
        for each in [self._socket, *self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self._open.append(connection)
                with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
                    connection.sendall(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                    for line in lines:
                        tag, _, command = line.decode().rstrip("\r\n").partition(" ")
                        if not self._reply(connection, tag, command):
                            break

    def _reply(self, connection: socket.socket, tag: str, command: str) -> bool:
        self.commands.append(command)
        verb = command.split(" ")[0].upper()
        if self.hang:
            return True
        if verb == "LOGIN" and self.login_answer:
            connection.sendall(tag.encode() + b" " + self.login_answer + b"\r\n")
            return True
        self.logins += verb == "LOGIN"
        own = {"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n", "LOGIN": b"", "NOOP": b"", "LOGOUT": b"* BYE\r\n"}
        own |= {"EXAMINE": self._selected}
        answer = own[verb] if verb in own else self._answer(command)
        if answer is None:
            return False
        if answer.startswith(b"cut:"):
            connection.sendall(answer.removeprefix(b"cut:"))
            return False
        connection.sendall(answer + f"{tag} OK done\r\n".encode())
        return verb != "LOGOUT"


def fetch_answer(uid: int, item: str, value: bytes | None) -> bytes:
    """One FETCH response; None is sent as NIL, bytes as a literal."""
    if value is None:
        return f"* {uid} FETCH (UID {uid} {item} NIL)\r\n".encode()
    return f"* {uid} FETCH (UID {uid} {item} {{{len(value)}}}\r\n".encode() + value + b")\r\n"


def size_answer(uid: int, size: int) -> bytes:
    date = "01-Sep-2026 10:00:00 +0200"
    return f'* {uid} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{date}")\r\n'.encode()
