"""Values that steps hand to the store and get from it. They say what a row means, not how it is kept."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.desk.api_scope import Scope
from bot.desk.mailbox_trouble import Trouble
from bot.desk.sla import ClockKind
from bot.desk.urgency import Rank
from bot.desk.user import User
from bot.desk.verdict import FoundFact, Verdict
from bot.ledger.money import Money
from bot.mail.address import Address
from bot.mail.cursor import Cursor
from bot.mail.message import Attachment, InboundMessage


@dataclass(frozen=True, slots=True)
class MailboxState:
    """What the desk remembers of a mailbox between polls."""

    slug: str
    cursor: Cursor | None = None
    since: datetime | None = None
    first_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    error: str = ""
    failures: int = 0
    trouble: Trouble = Trouble.NONE
    last_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewRaw:
    sha256: str
    fingerprint: str
    content: bytes = field(repr=False)
    mailbox: str
    received_at: datetime
    state: str
    # The whole size where only the head was fetched.
    whole_size: int | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """`is_settled` says that nothing is left to be done about it on the server."""

    mailbox: str
    pointer: str
    received_at: datetime
    outcome: str
    raw_id: int | None
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class StoredRaw:
    raw_id: int
    sha256: str
    content: bytes = field(repr=False)
    mailbox: str
    received_at: datetime
    attempts: int
    # Why the bytes cannot be read any more; "" where they can.
    problem: str = ""
    # The whole size where only the head was fetched.
    whole_size: int | None = None
    # A person looked at it in quarantine and let it in.
    is_released: bool = False


@dataclass(frozen=True, slots=True)
class NewQuarantine:
    mailbox: str
    pointer: str
    reason: str
    raw_id: int | None = None
    head: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One held message. `raw_id` is None where the body was never fetched."""

    quarantine_id: int
    raw_id: int | None
    mailbox: str
    pointer: str
    reason: str
    held_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What take_in decided about one raw message."""

    thread_id: int
    raw_id: int
    mailbox: str
    received_at: datetime
    side: str
    customer_number: str | None
    parsed: InboundMessage
    verdict: Verdict | None
    disposition: str
    why: str
    flags: tuple[str, ...] = ()
    # What a person may want to take up: pairs of a kind and words.
    hints: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """What a reply needs to know of the message it answers."""

    message_id: int
    thread_id: int
    thread_key: str
    direction: str
    mailbox: str
    message_id_header: str
    references: tuple[str, ...]
    sender: Address
    subject: str
    sent_at: datetime | None
    received_at: datetime
    newest_text: str
    quoted_text: str


@dataclass(frozen=True, slots=True)
class InboundRow:
    """A message that came in, as it was understood then. Its attachments carry no content."""

    message_id: int
    message: InboundMessage
    mailbox: str
    side: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class EarlierMessage:
    """What a message that came in brought to its conversation. Its attachments carry no content."""

    message_id: int
    received_at: datetime
    attachments: tuple[Attachment, ...] = ()
    facts: tuple[FoundFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What will be asked about a batch of mail: who writes, which messages and threads it refers to, which numbers."""

    senders: Sequence[Address]
    references: Sequence[str]
    thread_keys: Sequence[str]
    numbers: Sequence[str]


@dataclass(frozen=True, slots=True)
class LogInOrigin:
    """Where a log-in came from, so that its person can tell it from others: network address, and what browsers say."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in of a person since `opened_at`, until `expires_at` unless it is used before.

    `waits_for` says what is still to come before it opens anything, "" where it is whole.
    """

    user: User
    csrf_token: str
    expires_at: datetime
    opened_at: datetime
    waits_for: str = ""
    origin: LogInOrigin = LogInOrigin()


# So much of its hash names a log-in to its person, and does not tell the token.
HANDLE = 16


@dataclass(frozen=True, slots=True)
class OpenLogIn:
    """A log-in as its person sees it in a list. `handle` names it, and opens nothing."""

    handle: str
    user_name: str
    opened_at: datetime
    expires_at: datetime
    origin: LogInOrigin
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Clocked:
    """What the clocks of an item say of the whole of it: for which version they were made, and its place in a queue."""

    version: int
    due_at: datetime | None
    rank: Rank = Rank.USUAL
    at_stake: Money | None = None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of a program that acts for a person. The token itself is nowhere kept."""

    token_id: int
    user_name: str
    label: str
    scopes: Set[Scope]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as the store keeps it: enough to find what is due. The rest is read back from the record."""

    item_id: int
    kind: ClockKind
    rule: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    state: str
    reached: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One thing that a person is told: what it is about, what is the matter, and by when."""

    subject: str
    what: str
    detail: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewNotice:
    person: str
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """Nobody is reminded of this invoice, until a day or until it is ended. `owner` sees to it."""

    invoice_number: str
    reason: str
    owner: str
    until: date | None
    set_by: str


@dataclass(frozen=True, slots=True)
class WrittenReminder:
    """A reminder that was written: of what, when, and in which draft."""

    rule: str
    key: str
    customer_number: str
    written_on: date
    draft_id: int
    waits: bool = True


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft that nobody decided about, and since when."""

    draft_id: int
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided about a draft, and when."""

    person: str
    at: datetime
