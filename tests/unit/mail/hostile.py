"""Stand-ins for `parse` in a child process: what a message does is written in its subject."""

from __future__ import annotations

import os
import signal
import time

from bot.mail.message import InboundMessage
from bot.mail.parse import parse


def parse_or_misbehave(raw: bytes) -> InboundMessage:
    message = parse(raw)
    if message.subject == "hang":
        time.sleep(3600)
    if message.subject == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if message.subject == "bug":
        raise KeyError("a mistake")
    if message.subject == "memory":
        return parse(b"x" * 20_000_000_000)
    if message.subject == "print":
        os.write(1, b"noise of a library")
    return message


def die_of_files(raw: bytes) -> list[str | None]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []
