"""Sets of UIDs written as IMAP writes them: 3,7:9."""

from __future__ import annotations

from collections.abc import Iterable


def write(uids: Iterable[int]) -> str:
    ranges: list[list[int]] = []
    for uid in sorted(set(uids)):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)


def read(text: str) -> set[int]:
    uids: set[int] = set()
    for part in text.split(",") if text else ():
        first, _, last = part.partition(":")
        uids.update(range(int(first), int(last or first) + 1))
    return uids
