"""Sample mail → Maildirs that the desk can watch."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from bot.demo.sample_message import SampleMessage

_PARTS = ("tmp", "new", "cur")


def write_maildirs(messages: Iterable[SampleMessage], folder: Path) -> None:
    """One Maildir for each mailbox below `folder`. Messages that are there already, read or not, stay as they are."""
    for message in messages:
        maildir = folder / message.mailbox
        for part in _PARTS:
            (maildir / part).mkdir(parents=True, exist_ok=True)
        moment = int(message.sent_at.timestamp())
        name = f"{moment}.{message.name}.demo"
        if (maildir / "new" / name).exists() or any((maildir / "cur").glob(f"{name}:2,*")):
            continue
        # A reader of the Maildir looks into new only, so it never sees half of a message.
        (maildir / "tmp" / name).write_bytes(message.raw)
        # Its time is when a message was delivered, and readers take the oldest first.
        os.utime(maildir / "tmp" / name, (moment, moment))
        (maildir / "tmp" / name).rename(maildir / "new" / name)
