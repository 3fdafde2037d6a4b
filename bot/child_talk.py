"""How a process of ours and its child talk: lengths, marshalled plain values, and large bytes as they are.

What a child says is data, never code. `ends_at` is a moment of time.monotonic(); after it TimeoutError is raised, where
the descriptor does not block. One that blocks waits for ever.
"""

from __future__ import annotations

import marshal
import math
import os
import select
import time
from collections.abc import Sequence
from typing import Any

_LENGTH_BYTES = 8
_PIECE_BYTES = 1 << 20


def send(descriptor: int, value: Any, blobs: Sequence[bytes] = (), ends_at: float = math.inf) -> None:
    """The blobs leave from where they lie: a copy of each would cost as much as all else about the exchange."""
    said = marshal.dumps((value, [len(blob) for blob in blobs]))
    unsent = [memoryview(piece) for piece in (len(said).to_bytes(_LENGTH_BYTES, "big"), said, *blobs) if piece]
    while unsent:
        try:
            # The system takes a thousand pieces at a time.
            sent = os.writev(descriptor, unsent[:1000])
        except BlockingIOError:
            _wait(descriptor, select.POLLOUT, ends_at)
            continue
        while unsent and sent >= len(unsent[0]):
            sent -= len(unsent.pop(0))
        if sent:
            unsent[0] = unsent[0][sent:]


def receive(descriptor: int, ends_at: float = math.inf) -> tuple[Any, list[bytes]]:
    """The value and its blobs. Raises EOFError where the other side is gone."""
    length = int.from_bytes(_take(descriptor, _LENGTH_BYTES, ends_at), "big")
    # The other side is our own code, behind a pipe that nobody else can write to.
    value, lengths = marshal.loads(_take(descriptor, length, ends_at))  # noqa: S302
    return value, [_take(descriptor, length, ends_at) for length in lengths]


def _take(descriptor: int, count: int, ends_at: float) -> bytes:
    pieces: list[bytes] = []
    while count:
        try:
            piece = os.read(descriptor, min(count, _PIECE_BYTES))
        except BlockingIOError:
            _wait(descriptor, select.POLLIN, ends_at)
            continue
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _wait(descriptor: int, event: int, ends_at: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, ends_at - time.monotonic()) * 1000):
        raise TimeoutError
