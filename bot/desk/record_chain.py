"""The chain over the record: each seal vouches for its entry and for every seal before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256

from bot.desk.record import RecordEntry

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry of the record under its id."""

    entry_id: int
    entry: RecordEntry


@dataclass(frozen=True, slots=True)
class Seal:
    """One link. Places count from 1 without a gap; ids may have gaps, and come in the order of commits only roughly."""

    place: int
    entry_id: int
    digest: str
    chain: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: whoever notes it elsewhere can prove later that nothing before it was touched."""

    place: int = 0
    chain: str = ""

    def __str__(self) -> str:
        return f"{self.place}:{self.chain}"


def digest_of(kept: KeptEntry) -> str:
    """The hash of everything that an entry says, the same on every database."""
    entry = kept.entry
    said = {
        "id": kept.entry_id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": entry.who,
        "what": entry.what,
        "subject": entry.subject,
        "before": dict(entry.before),
        "after": dict(entry.after),
    }
    return sha256(_ENCODER.encode(said).encode()).hexdigest()


def chained(before: str, place: int, digest: str) -> str:
    return sha256(f"{before}:{place}:{digest}".encode()).hexdigest()


def seal(head: Head, entries: Sequence[KeptEntry]) -> list[Seal]:
    """The links for these entries, behind `head` and in this order."""
    seals = []
    for kept in entries:
        place, digest = head.place + 1, digest_of(kept)
        head = Head(place, chained(head.chain, place, digest))
        seals.append(Seal(place, kept.entry_id, digest, head.chain))
    return seals


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the chain found: a sentence for each thing that is wrong, and how far the chain reaches."""

    findings: tuple[str, ...]
    head: Head


def verify(links: Iterable[tuple[Seal, RecordEntry | None]], noted: Head | None = None) -> Checked:
    """Walk the chain in the order of its places. `noted` is a head of before, which it must still hold."""
    findings: list[str] = []
    head = Head()
    met_noted = noted is None
    for link, entry in links:
        findings += _wrong_with_seal(link, head)
        findings += _wrong_with_entry(link, entry)
        head = Head(link.place, link.chain)
        met_noted = met_noted or head == noted
    if not met_noted:
        findings.append(f"the chain does not hold the head {noted}: it was cut off or written anew")
    return Checked(tuple(findings), head)


def _wrong_with_seal(link: Seal, head: Head) -> list[str]:
    if link.place != head.place + 1:
        first, last = head.place + 1, link.place - 1
        places = f"place {first}" if first == last else f"places {first} to {last}"
        return [f"{places} of the chain: the seal is missing"]
    if link.chain != chained(head.chain, link.place, link.digest):
        return [f"entry {link.entry_id} does not follow on the one before it: seals were changed or reordered"]
    return []


def _wrong_with_entry(link: Seal, entry: RecordEntry | None) -> list[str]:
    if entry is None:
        return [f"entry {link.entry_id} is missing"]
    if digest_of(KeptEntry(link.entry_id, entry)) != link.digest:
        return [f"entry {link.entry_id} was changed: {entry.who}, {entry.what}, {entry.subject}"]
    return []
