"""Delivery into Maildirs on this machine: for the demo and for trials, where nothing may leave the house."""

from __future__ import annotations

import hashlib
import mailbox
import re
from pathlib import Path

from bot.errors import PermanentError, TransientError
from bot.mail.envelope import Envelope, Receipt

NAME_LENGTH = 100


class MaildirSender:
    """See ports.Sender. Each recipient has a Maildir of its own below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, envelope: Envelope, raw: bytes) -> Receipt:
        if not envelope.recipients:
            raise PermanentError("the message has no recipient")
        refused: list[tuple[str, str]] = []
        for recipient in envelope.recipients:
            try:
                self._deliver(recipient, raw)
            except OSError as error:
                refused.append((recipient, str(error.strerror)))
        if len(refused) == len(envelope.recipients):
            raise TransientError(f"{self._folder} cannot be written: {refused[0][1]}")
        return Receipt(f"delivered into {self._folder}", tuple(refused))

    def check(self) -> str:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TransientError(f"{self._folder} cannot be made: {error.strerror}") from error
        return f"mail stays on this machine, in {self._folder}"

    def _deliver(self, recipient: str, raw: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(self._folder / folder_name(recipient), factory=None, create=True).add(raw)


def folder_name(address: str) -> str:
    """A file name for an address: readable, and unable to lead anywhere else."""
    key = address.strip().lower()
    name = re.sub(r"[^a-z0-9@._+-]", "_", key).lstrip(".")[:NAME_LENGTH]
    # Two addresses may come out alike; what was changed is therefore told apart by a digest.
    return name if name and name == key else f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
