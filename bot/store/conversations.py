"""The threads that the mail of one transaction points at, each with what decides about a further message.

They are read together, and kept true to what the repositories of the transaction write. What is not known here is asked
in the database, once that has what is kept back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, null, or_, select

from bot.desk.draft import Draft, DraftState
from bot.desk.verdict import FoundFact
from bot.desk.work_item import ItemState, WorkItem
from bot.ledger.lookup import number_key
from bot.mail.subjects import normalised_subject
from bot.mail.thread import ThreadCandidate
from bot.store import tables as t
from bot.store.kept_back import KeptBack
from bot.store.rows import COLUMNS, NEWEST, attachments_from, draft_from_row, item_from_row
from bot.store.statement import ListStatement, Statement, in_parts
from bot.stored import EarlierMessage

# How many of a sender's messages are looked at for an answer that still waits.
MOST_WAITING = 5
# Above that, each sender is asked about alone.
MOST_ROWS = 1000

_WAITS = or_(t.draft.c.state == DraftState.OPEN, t.draft.c.state == DraftState.STALE)


def _held(query: Select[Any], of: Any) -> Select[Any]:
    """Until the commit nobody else changes what a decision rests on. SQLite has one writer anyway."""
    return query.with_for_update(key_share=True, of=of)


_THREADS = ListStatement(
    lambda keys: _held(
        select(t.thread.c.id, t.thread.c.customer_number, t.thread.c.subject)
        .where(t.thread.c.id.in_(keys))
        .order_by(t.thread.c.id),
        t.thread,
    )
)
_MESSAGES = ListStatement(
    lambda keys: (
        select(
            t.message.c.id,
            t.message.c.thread_id,
            t.message.c.direction,
            t.message.c.sender_key,
            t.message.c.received_at,
            case((t.message.c.direction == "outbound", t.message.c.recipients), else_=null()).label("recipients"),
            t.message.c.attachments,
            t.message.c.verdict["facts"].label("facts"),
        )
        .where(t.message.c.thread_id.in_(keys))
        .order_by(t.message.c.id)
    )
)
_ITEMS = ListStatement(
    lambda keys: _held(
        select(t.work_item).where(t.work_item.c.thread_id.in_(keys)).order_by(t.work_item.c.id), t.work_item
    )
)
_DRAFTS = ListStatement(
    lambda keys: _held(
        select(*COLUMNS).select_from(NEWEST).where(t.draft.c.thread_id.in_(keys), _WAITS).order_by(t.draft.c.id),
        t.draft,
    )
)
_LINK = t.draft_work_item
_DRAFT_ITEMS = ListStatement(
    lambda keys: (
        select(_LINK.c.draft_id, _LINK.c.work_item_id).where(_LINK.c.draft_id.in_(keys)).order_by(_LINK.c.work_item_id)
    )
)
_HOLDING = ListStatement(
    lambda keys: select(t.message.c.message_id_sha256, t.message.c.id, t.message.c.thread_id).where(
        t.message.c.message_id_sha256.in_(keys)
    )
)
_WITH_KEYS = ListStatement(lambda keys: select(t.thread.c.id).where(t.thread.c.key.in_(keys)))
_WAITING = Statement(
    select(t.message.c.thread_id)
    .select_from(t.message.join(t.draft, t.draft.c.thread_id == t.message.c.thread_id))
    .where(t.message.c.sender_key == bindparam("sender"), t.message.c.direction == "inbound", _WAITS)
    .order_by(t.message.c.id.desc())
    .limit(MOST_WAITING)
)

_ALL_WAITING = ListStatement(
    lambda keys: (
        select(t.message.c.sender_key, t.message.c.thread_id)
        .select_from(t.message.join(t.draft, t.draft.c.thread_id == t.message.c.thread_id))
        .where(t.message.c.sender_key.in_(keys), t.message.c.direction == "inbound", _WAITS)
        .order_by(t.message.c.id.desc())
        .limit(MOST_ROWS)
    )
)


@dataclass(slots=True)
class Conversation:
    """`drafts` are those that wait, by id; `lost_draft` tells that one of them waits no longer."""

    thread_id: int
    customer_number: str | None
    subject: str
    participants: set[str] = field(default_factory=set)
    invoices: set[str] = field(default_factory=set)
    inbound: list[EarlierMessage] = field(default_factory=list)
    items: dict[int, WorkItem] = field(default_factory=dict)
    drafts: dict[int, Draft] = field(default_factory=dict)
    lost_draft: bool = False

    @property
    def open_draft(self) -> Draft | None:
        return next(reversed(self.drafts.values()), None)

    @property
    def closed_at(self) -> datetime | None:
        """When the last of its work items was resolved; None while one is open or where there is none."""
        live = [item for item in self.items.values() if item.state is not ItemState.MERGED]
        if not live or any(item.state is not ItemState.RESOLVED for item in live):
            return None
        return max(item.resolved_at for item in live if item.resolved_at is not None)

    def candidate(self) -> ThreadCandidate:
        return ThreadCandidate(
            self.thread_id,
            self.customer_number,
            frozenset(self.participants - {""}),
            self.subject,
            frozenset(self.invoices),
            self.closed_at,
            tuple(message.received_at for message in self.inbound),
        )

    def take(self, message: EarlierMessage, sender_key: str) -> None:
        self.participants.add(sender_key)
        self.invoices.update(number_key(fact.value) for fact in message.facts if fact.kind == "invoice")
        self.inbound.append(message)


class Conversations:
    """Those of one transaction."""

    def __init__(self, connection: Connection, kept: KeptBack) -> None:
        self._connection = connection
        self.kept = kept
        self._known: dict[int, Conversation] = {}
        # Message-IDs and senders that were foreseen: (message, thread) of each, oldest first.
        self._by_header: dict[str, list[tuple[int, int]]] = {}
        self._by_sender: dict[str, list[tuple[int, int]]] = {}
        self._foreseen_senders: set[str] = set()
        self._draft_items: dict[int, list[int]] = {}

    def known(self, thread_id: int) -> Conversation | None:
        return self._known.get(thread_id)

    def get(self, thread_ids: Iterable[int]) -> list[Conversation]:
        """Each once, in this order."""
        ids = list(dict.fromkeys(thread_ids))
        missing = [one for one in ids if one not in self._known]
        for part in in_parts(missing):
            self._load(part)
        return [self._known[one] for one in ids]

    def foresee(self, header_keys: Iterable[str], thread_keys: Iterable[str], sender_keys: Iterable[str]) -> None:
        """Read at once what these point at."""
        self.kept.begin_batch()
        pointed_at: list[int] = []
        for part in in_parts(sorted(set(header_keys) - self._by_header.keys())):
            self._by_header.update((key, []) for key in part)
            for key, message_id, thread_id in sorted(_HOLDING.rows(self._connection, part)):
                self._by_header[key].append((message_id, thread_id))
                pointed_at.append(thread_id)
        pointed_at += self.thread_ids_with_keys(sorted(set(thread_keys)))
        senders = sorted(set(sender_keys) - self._foreseen_senders - {""})
        pointed_at += self._waiting_for(senders)
        self.get(pointed_at)
        self._foreseen_senders.update(senders)

    def thread_ids_holding(self, header_keys: Sequence[str]) -> list[int]:
        """The threads that hold a message with one of these Message-IDs, newest first."""
        missing = [key for key in header_keys if key not in self._by_header]
        found = [one for key in header_keys for one in self._by_header.get(key, ())]
        if missing:
            self.kept.write()
        for part in in_parts(missing):
            found += [(message_id, thread_id) for _, message_id, thread_id in _HOLDING.rows(self._connection, part)]
        return [thread_id for _, thread_id in sorted(found, reverse=True)]

    def thread_ids_with_keys(self, thread_keys: Sequence[str]) -> list[int]:
        # A thread that is kept back has no mail of ours yet, so nobody can know its key.
        return [row[0] for part in in_parts(thread_keys) for row in _WITH_KEYS.rows(self._connection, part)]

    def thread_ids_waiting(self, sender_key: str) -> list[int]:
        """The threads in which this sender wrote and a draft still waits, newest first."""
        if sender_key in self._foreseen_senders:
            newest_first = sorted(self._by_sender.get(sender_key, ()), reverse=True)
            wrote = [(self._known[thread_id], thread_id) for _, thread_id in newest_first]
            # Where a draft no longer waits, an older message may count that was not read.
            if not any(one.lost_draft and not one.drafts for one, _ in wrote):
                waiting = (thread_id for one, thread_id in wrote if one.drafts)
                return list(islice(waiting, MOST_WAITING))
        return self._waiting_threads(sender_key)

    def _waiting_for(self, sender_keys: Sequence[str]) -> list[int]:
        found: list[int] = []
        for part in in_parts(sender_keys):
            rows = _ALL_WAITING.rows(self._connection, part)
            counts: Counter[str] = Counter()
            for sender, thread_id in rows:
                counts[sender] += 1
                if counts[sender] <= MOST_WAITING:
                    found.append(thread_id)
            if len(rows) == MOST_ROWS:
                # Somebody has a great deal that waits, and may have crowded out the others.
                found += [thread_id for sender in part for thread_id in self._waiting_threads(sender)]
        return found

    def _waiting_threads(self, sender_key: str) -> list[int]:
        self.kept.write()
        return _WAITING.scalars(self._connection, {"sender": sender_key})

    def opened(self, thread_id: int, subject: str, customer_number: str | None) -> None:
        self._known[thread_id] = Conversation(thread_id, customer_number, normalised_subject(subject))

    def took(self, thread_id: int, message: EarlierMessage, header_key: str, sender_key: str) -> None:
        """A message that came in was added to a thread."""
        if header_key in self._by_header:
            self._by_header[header_key].append((message.message_id, thread_id))
        conversation = self._known.get(thread_id)
        if conversation is None:
            self._foreseen_senders.discard(sender_key)
            return
        conversation.take(message, sender_key)
        self._by_sender.setdefault(sender_key, []).append((message.message_id, thread_id))

    def keep_item(self, item: WorkItem) -> None:
        """A work item as it was just written."""
        conversation = self._known.get(item.thread_id)
        if conversation is not None:
            conversation.items[item.item_id] = item

    def keep_draft(self, draft: Draft, item_ids: Iterable[int]) -> None:
        """A new draft that waits, and the items that it answers."""
        conversation = self._known.get(draft.thread_id)
        if conversation is not None:
            conversation.drafts[draft.draft_id] = draft
            self._draft_items[draft.draft_id] = sorted(item_ids)
        else:
            self._foreseen_senders.clear()

    def change_draft(self, draft: Draft, state: DraftState) -> None:
        conversation = self._known.get(draft.thread_id)
        if conversation is None or draft.draft_id not in conversation.drafts:
            return
        if state in (DraftState.OPEN, DraftState.STALE):
            conversation.drafts[draft.draft_id] = replace(draft, state=state)
        else:
            del conversation.drafts[draft.draft_id]
            conversation.lost_draft = True

    def items_of_draft(self, draft_id: int) -> list[int] | None:
        """None where it is not known here."""
        return self._draft_items.get(draft_id)

    def add_items_to_draft(self, draft_id: int, item_ids: Sequence[int]) -> None:
        if draft_id in self._draft_items:
            self._draft_items[draft_id] = sorted([*self._draft_items[draft_id], *item_ids])

    def forget(self) -> None:
        """After a change that is not kept up with here."""
        self._known.clear()
        self._by_header.clear()
        self._by_sender.clear()
        self._foreseen_senders.clear()
        self._draft_items.clear()

    def _load(self, thread_ids: Sequence[int]) -> None:
        self.kept.write()
        for row in _THREADS.rows(self._connection, thread_ids):
            self.opened(row.id, row.subject, row.customer_number)
        for row in _MESSAGES.rows(self._connection, thread_ids):
            conversation = self._known[row.thread_id]
            if row.direction == "outbound":
                # Whom a person approved an answer to belongs to the conversation; whom a stranger copied does not.
                named = row.recipients["to"] + row.recipients["cc"]
                conversation.participants.update(email.lower() for _, email in named)
                continue
            understood = EarlierMessage(row.id, row.received_at)
            if row.facts is not None:
                facts = tuple(FoundFact(*fact) for fact in row.facts)
                understood = EarlierMessage(row.id, row.received_at, attachments_from(row.attachments), facts)
            conversation.take(understood, row.sender_key)
            self._by_sender.setdefault(row.sender_key, []).append((row.id, row.thread_id))
        for row in _ITEMS.rows(self._connection, thread_ids):
            self.keep_item(item_from_row(row))
        drafts = [draft_from_row(row) for row in _DRAFTS.rows(self._connection, thread_ids)]
        for draft in drafts:
            self.keep_draft(draft, ())
        for draft_id, item_id in _DRAFT_ITEMS.rows(self._connection, [draft.draft_id for draft in drafts]):
            self._draft_items[draft_id].append(item_id)
