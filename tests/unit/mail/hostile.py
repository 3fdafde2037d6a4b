"""Stand-ins for what reads mail and files in a child process: what a message does is written in its subject."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping

from bot.mail.message import InboundMessage
from bot.mail.parse import parse_with_files
from bot.mail.parts import Part


def parse_or_misbehave(raw: bytes) -> tuple[InboundMessage, Mapping[int, Part]]:
    message, files = parse_with_files(raw)
    if message.subject == "hang":
        time.sleep(3600)
    if message.subject == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if message.subject == "bug":
        raise KeyError("a mistake")
    if message.subject == "memory":
        return parse_with_files(b"x" * 20_000_000_000)
    if message.subject == "print":
        os.write(1, b"noise of a library")
    return message, files


def die_of_files(content: bytes, content_type: str) -> str | None:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


def fail_at_files(content: bytes, content_type: str) -> str | None:
    raise KeyError(content_type)
