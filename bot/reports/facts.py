"""What reports are made of: the desk as the record shows it at one moment, and what happened before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.clock import Clock
from bot.desk.history import History
from bot.desk.work_item import number_of


@dataclass(frozen=True, slots=True)
class Sorting:
    """What the sorter said of the message that opened an item. `category` is "unsorted" where it was not sure."""

    category: str
    best: str
    probability: float


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One item as it stood at the moment of the report. `clocks` are there where it was alive in its time."""

    history: History
    clocks: tuple[Clock, ...] = ()
    subject: str = ""
    customer_name: str = ""
    sorting: Sorting | None = None

    @property
    def number(self) -> str:
        return number_of(self.history.item_id)


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """One draft that a person decided about. `mail_at` is when the mail came that it answers."""

    draft_id: int
    kind: str
    subject: str
    decision: str
    decided_by: str
    decided_at: datetime
    is_edited: bool
    mail_at: datetime | None
    items: tuple[int, ...] = ()

    @property
    def thing(self) -> str:
        return f"draft:{self.draft_id}"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that befell a mailbox: a delivery, mail that was sent, an alarm that staff were told of."""

    thing: str
    mailbox: str
    what: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """One message in quarantine."""

    quarantine_id: int
    mailbox: str
    reason: str
    held_at: datetime
    released_at: datetime | None

    @property
    def thing(self) -> str:
        return f"quarantine:{self.quarantine_id}"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything of the span from `since` to `as_of`. `items` reach back further, to `history_since`."""

    since: datetime
    as_of: datetime
    history_since: datetime
    items: tuple[ItemFacts, ...] = ()
    drafts: tuple[DraftFacts, ...] = ()
    happenings: tuple[Happening, ...] = ()
    held: tuple[HeldFacts, ...] = ()
    mailboxes: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
