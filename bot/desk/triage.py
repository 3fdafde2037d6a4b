"""What becomes of one sorted message: work, a note in its thread, or nothing to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.desk.category import Catalog
from bot.desk.verdict import UNSORTED, Verdict
from bot.mail.message import InboundMessage

UNSORTED_QUEUE = "unsorted"


class Disposition(StrEnum):
    OPEN = "open"
    NOTE = "note"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Topic:
    """One piece of work in a message."""

    category: str
    reason: str | None
    queue: str


@dataclass(frozen=True, slots=True)
class Triage:
    """`topics` says which work items the message belongs to, the primary first. Every outcome carries its reason."""

    disposition: Disposition
    topics: tuple[Topic, ...]
    why: str


def triage(
    message: InboundMessage, verdict: Verdict, catalog: Catalog, *, joins_thread: bool, is_strange_report: bool = False
) -> Triage:
    """Decide what one message means for the desk. A strange report is about mail that the desk never sent."""
    if is_strange_report:
        return Triage(Disposition.IGNORE, (), "it is about a message that the desk never sent")
    if message.automatic is not None:
        return Triage(Disposition.NOTE, (), f"automatic mail ({message.automatic})")
    if not verdict.is_sorted:
        return Triage(Disposition.OPEN, (Topic(UNSORTED, None, UNSORTED_QUEUE),), "not sure enough to sort")
    primary = catalog[verdict.category]
    if verdict.reason in primary.unanswered:
        return Triage(Disposition.IGNORE, (), f"{verdict.category}: {verdict.reason} needs no answer")
    if joins_thread and verdict.category == "other" and verdict.reason == "thanks":
        return Triage(Disposition.NOTE, (), "thanks for what was done")
    topics = [Topic(verdict.category, verdict.reason, primary.queue)]
    topics += [
        Topic(scored.name, None, catalog[scored.name].queue)
        for scored in verdict.categories
        if scored.name in catalog and scored.name not in (verdict.category, "other")
    ]
    return Triage(Disposition.OPEN, tuple(topics), "sorted")
