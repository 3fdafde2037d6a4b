"""What the steps ask of the store: a unit of work with one repository a noun. The contracts stand here, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bot.desk.approval import Approval
from bot.desk.draft import Draft, DraftState
from bot.desk.outbox import OutboxEntry, Outcome
from bot.desk.record import RecordEntry
from bot.desk.user import Role, User
from bot.desk.verdict import Verdict
from bot.desk.work_item import WorkItem
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import Known
from bot.ledger.order import Order
from bot.mail.address import Address
from bot.mail.cursor import Cursor
from bot.mail.message import InboundMessage
from bot.mail.thread import ThreadCandidate


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


@dataclass(frozen=True, slots=True)
class NewRaw:
    sha256: str
    fingerprint: str
    content: bytes = field(repr=False)
    mailbox: str
    received_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class NewDelivery:
    mailbox: str
    pointer: str
    received_at: datetime
    outcome: str
    raw_id: int | None


@dataclass(frozen=True, slots=True)
class StoredRaw:
    raw_id: int
    sha256: str
    content: bytes = field(repr=False)
    mailbox: str
    received_at: datetime
    attempts: int


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
class Session:
    """A log-in of a person, until `expires_at`."""

    user: User
    csrf_token: str
    expires_at: datetime


class Mailboxes(Protocol):
    def get(self, slug: str) -> MailboxState: ...
    def begin(self, slug: str, since: datetime | None, now: datetime) -> None:
        """Remember the set point of a mailbox that is polled for the first time."""
        ...

    def save_cursor(self, slug: str, before: Cursor | None, after: Cursor, now: datetime) -> None:
        """Move the cursor. Raises ConflictError where someone else has moved it since `before` was read."""
        ...

    def succeeded(self, slug: str, now: datetime) -> None: ...
    def failed(self, slug: str, error: str, now: datetime) -> None: ...


class RawMessages(Protocol):
    def known(self, shas: Sequence[str], fingerprints: Sequence[str]) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Raw ids by SHA-256 and by fingerprint, of those already stored."""
        ...

    def add(self, raw: NewRaw, now: datetime) -> int: ...
    def get(self, raw_id: int) -> StoredRaw: ...
    def waiting(self, limit: int, total_bytes: int) -> Sequence[StoredRaw]:
        """The oldest raw messages not taken in yet, at least one where there is one."""
        ...

    def set_state(self, raw_ids: Sequence[int], state: str) -> None: ...
    def count_attempt(self, raw_id: int) -> int:
        """One more failed try; the number of tries so far."""
        ...


class Deliveries(Protocol):
    def known_pointers(self, mailbox: str, pointers: Sequence[str]) -> set[str]: ...
    def add_many(self, deliveries: Sequence[NewDelivery], now: datetime) -> None: ...


class Quarantine(Protocol):
    def hold(self, held: NewQuarantine, now: datetime) -> int: ...
    def get(self, quarantine_id: int) -> Quarantined: ...
    def release(self, quarantine_id: int, person: str, now: datetime) -> None: ...


class Threads(Protocol):
    def holding(self, message_ids: Sequence[str]) -> Sequence[ThreadCandidate]:
        """The threads that hold a message with one of these Message-IDs, newest first."""
        ...

    def with_keys(self, keys: Sequence[str]) -> Sequence[ThreadCandidate]: ...
    def of_item(self, item_id: int) -> ThreadCandidate | None:
        """The thread of a work item, or of the one it was merged into; None where there is no such item."""
        ...

    def waiting_for_answer(self, sender_key: str) -> Sequence[ThreadCandidate]:
        """Threads in which this sender wrote and a draft still waits."""
        ...

    def add(self, subject: str, customer_number: str | None, now: datetime, linked_to: int | None = None) -> int: ...
    def key_of(self, thread_id: int) -> str: ...
    def set_customer(self, thread_id: int, customer_number: str) -> None: ...


class Messages(Protocol):
    def add(self, message: NewMessage) -> int: ...
    def add_outbound(self, entry: OutboxEntry, draft: Draft, now: datetime) -> int: ...
    def get(self, message_id: int) -> StoredMessage: ...
    def inbound(self, message_id: int) -> InboundRow | None:
        """The message as it was understood; None where it went out or was never sorted."""
        ...

    def of_raw(self, raw_id: int) -> int | None: ...
    def move_to_thread(self, message_ids: Sequence[int], thread_id: int) -> None: ...


class WorkItems(Protocol):
    def get(self, item_id: int) -> WorkItem:
        """The item itself, also where it was merged. Raises NotFoundError."""
        ...

    def survivor(self, item_id: int) -> WorkItem:
        """The item that a number leads to, through any merges."""
        ...

    def of_thread(self, thread_id: int) -> Sequence[WorkItem]: ...
    def add(self, item: WorkItem) -> WorkItem:
        """Store a new item (its item_id is ignored) and answer it with its id."""
        ...

    def save(self, item: WorkItem) -> None:
        """Raises ConflictError unless the stored version is the one before."""
        ...

    def link_message(self, item_id: int, message_id: int) -> None: ...
    def messages_of(self, item_id: int) -> Sequence[int]: ...
    def move_messages(self, item_id: int, survivor_id: int) -> None: ...
    def unlink_messages(self, item_id: int, message_ids: Sequence[int]) -> None: ...
    def add_note(self, item_id: int, author: str, body: str, now: datetime) -> None: ...


class Drafts(Protocol):
    def get(self, draft_id: int) -> Draft: ...
    def open_of_thread(self, thread_id: int) -> Draft | None:
        """The draft of the thread that waits for a person (open or stale)."""
        ...

    def add(self, draft: Draft, item_ids: Iterable[int]) -> Draft: ...
    def add_version(self, draft: Draft) -> None:
        """Raises ConflictError unless the stored version is the one before."""
        ...

    def set_state(self, draft: Draft, state: DraftState) -> None:
        """Raises ConflictError unless version and state are still those of `draft`."""
        ...

    def items_of(self, draft_id: int) -> Sequence[int]: ...
    def add_items(self, draft_id: int, item_ids: Iterable[int]) -> None: ...
    def approve(self, approval: Approval) -> None: ...
    def reject(self, draft: Draft, reason: str, person: str, now: datetime) -> None: ...


class Outbox(Protocol):
    def add(self, entry: OutboxEntry) -> int: ...
    def get(self, entry_id: int) -> OutboxEntry: ...
    def due(self, now: datetime, limit: int) -> Sequence[int]: ...
    def claim(self, entry_id: int, now: datetime) -> OutboxEntry | None:
        """Take a due entry for sending; None where someone else has it or it is not due."""
        ...

    def lost_claims(self, before: datetime) -> Sequence[int]: ...
    def unfiled(self, limit: int) -> Sequence[int]:
        """Sent entries whose copy is not in the Sent folder yet."""
        ...

    def settle(self, entry: OutboxEntry, outcome: Outcome) -> None:
        """Raises ConflictError unless the entry is still in the state that `entry` shows."""
        ...

    def mark_filed(self, entry_id: int) -> None: ...
    def holds(self, message_id_header: str) -> bool: ...


class Ledger(Protocol):
    def customer(self, number: str) -> Customer | None: ...
    def customer_of_sender(self, sender: Address) -> Customer | None:
        """By address first, then by a domain that belongs to one account alone."""
        ...

    def lookup(self, customer: Customer | None, numbers: Sequence[str], states: Sequence[str]) -> Known: ...
    def owners(self, numbers: Sequence[str]) -> set[str]:
        """The accounts that these invoice, order or PO numbers belong to."""
        ...

    def domains(self) -> frozenset[str]: ...
    def save_customers(self, rows: Sequence[Customer], now: datetime) -> None: ...
    def save_invoices(self, rows: Sequence[Invoice], now: datetime) -> None: ...
    def save_orders(self, rows: Sequence[Order], now: datetime) -> None: ...
    def save_certificates(self, rows: Sequence[Certificate], now: datetime) -> None: ...


class Users(Protocol):
    def get(self, name: str) -> User | None: ...
    def password_hash(self, name: str) -> str | None: ...
    def save(self, name: str, role: Role, password_hash: str, now: datetime) -> None: ...
    def disable(self, name: str) -> None: ...
    def recent_failures(self, name: str, since: datetime) -> int: ...
    def add_failure(self, name: str, now: datetime) -> None: ...
    def open_session(self, name: str, token_sha256: str, csrf_token: str, now: datetime, until: datetime) -> None: ...
    def session(self, token_sha256: str, now: datetime) -> Session | None: ...
    def close_session(self, token_sha256: str) -> None: ...


class Record(Protocol):
    def add(self, entry: RecordEntry) -> None: ...


class UnitOfWork(Protocol):
    """One transaction. Leaving it without commit() undoes everything."""

    @property
    def mailboxes(self) -> Mailboxes: ...
    @property
    def raw(self) -> RawMessages: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def quarantine(self) -> Quarantine: ...
    @property
    def threads(self) -> Threads: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def items(self) -> WorkItems: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def users(self) -> Users: ...
    @property
    def record(self) -> Record: ...

    def commit(self) -> None: ...
    def savepoint(self) -> AbstractContextManager[object]:
        """A part that is undone alone when it raises."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Store(Protocol):
    """Opens units of work."""

    def begin(self) -> UnitOfWork:
        """A transaction that writes."""
        ...

    def look(self) -> UnitOfWork:
        """A transaction that only reads, and holds up nobody."""
        ...

    def secret(self) -> bytes:
        """The random secret of this installation, made once."""
        ...
