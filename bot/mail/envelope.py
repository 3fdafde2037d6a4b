"""What goes on the wire beside the bytes of an outgoing message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bare addresses: who sends, who receives."""

    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receiving server said. `refused` maps each refused recipient to the server's words.

    `is_filed` says that the server itself puts a copy into the folder of sent mail.
    """

    answer: str
    refused: tuple[tuple[str, str], ...] = ()
    is_filed: bool = False
