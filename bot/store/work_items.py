"""Work items and their notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select, update

from bot.desk.work_item import WorkItem, number_of
from bot.errors import ConflictError, NotFoundError
from bot.store import tables as t
from bot.store.conversations import Conversations
from bot.store.kept_back import KeptBack
from bot.store.rows import item_from_row
from bot.store.statement import Statement


def _values(item: WorkItem) -> Mapping[str, object]:
    return {
        "thread_id": item.thread_id,
        "category": item.category,
        "reason": item.reason,
        "state": item.state,
        "queue": item.queue,
        "side": item.side,
        "customer_number": item.customer_number,
        "subject": item.subject,
        "opened_at": item.opened_at,
        "due_at": item.due_at,
        "assignee": item.assignee,
        "resolution": item.resolution,
        "document_number": item.document_number,
        "resolved_at": item.resolved_at,
        "merged_into": item.merged_into,
        "version": item.version,
        "flags": list(item.flags),
        "link": item.link,
        "waiting_until": item.waiting_until,
    }


_GET = Statement(select(t.work_item).where(t.work_item.c.id == bindparam("item_id")))
_OF_THREAD = Statement(
    select(t.work_item).where(t.work_item.c.thread_id == bindparam("thread_id")).order_by(t.work_item.c.id)
)
_LINK = t.work_item_message
_LINKED = Statement(
    select(_LINK.c.message_id).where(
        _LINK.c.work_item_id == bindparam("item_id"), _LINK.c.message_id == bindparam("message_id")
    )
)
_HEARD_AGAIN = Statement(
    update(t.work_item).where(t.work_item.c.id == bindparam("item_id")).values(clocked_version=literal_column("0"))
)


class SqlWorkItems:
    """See `repositories.WorkItems`."""

    def __init__(self, connection: Connection, conversations: Conversations | None = None) -> None:
        self._connection = connection
        self._conversations = conversations or Conversations(connection, KeptBack(connection))

    def get(self, item_id: int) -> WorkItem:
        self._conversations.kept.write()
        row = _GET.first(self._connection, {"item_id": item_id})
        if row is None:
            raise NotFoundError(f"there is no work item {number_of(item_id)}")
        return item_from_row(row)

    def survivor(self, item_id: int) -> WorkItem:
        item = self.get(item_id)
        # A survivor can be merged later itself; merge() refuses circles, so this ends.
        while item.merged_into is not None:
            item = self.get(item.merged_into)
        return item

    def of_thread(self, thread_id: int) -> Sequence[WorkItem]:
        known = self._conversations.known(thread_id)
        if known is not None:
            return list(known.items.values())
        self._conversations.kept.write()
        return [item_from_row(row) for row in _OF_THREAD.rows(self._connection, {"thread_id": thread_id})]

    def add(self, item: WorkItem) -> WorkItem:
        added = replace(item, item_id=self._conversations.kept.next_id(t.work_item))
        self._conversations.kept.add(t.work_item, {"id": added.item_id, **_values(added)})
        self._conversations.keep_item(added)
        return added

    def save(self, item: WorkItem) -> None:
        self._conversations.kept.write()
        changed = self._connection.execute(
            update(t.work_item)
            .where(t.work_item.c.id == item.item_id, t.work_item.c.version == item.version - 1)
            .values(**_values(item))
        )
        if changed.rowcount != 1:
            raise ConflictError(f"{item.number} was changed by someone else meanwhile; look at it again")
        self._conversations.keep_item(item)

    def link_message(self, item_id: int, message_id: int) -> None:
        self._conversations.kept.write()
        if _LINKED.scalar(self._connection, {"item_id": item_id, "message_id": message_id}) is None:
            self._conversations.kept.add(_LINK, {"work_item_id": item_id, "message_id": message_id})

    def link_new_message(self, message_id: int, item_ids: Sequence[int]) -> None:
        for item_id in item_ids:
            self._conversations.kept.add(_LINK, {"work_item_id": item_id, "message_id": message_id})

    def heard_again(self, item_id: int) -> None:
        self._conversations.kept.change(_HEARD_AGAIN, {"item_id": item_id})

    def messages_of(self, item_id: int) -> Sequence[int]:
        self._conversations.kept.write()
        link = t.work_item_message
        query = select(link.c.message_id).where(link.c.work_item_id == item_id).order_by(link.c.message_id)
        return list(self._connection.scalars(query))

    def move_messages(self, item_id: int, survivor_id: int) -> None:
        for message_id in self.messages_of(item_id):
            self.link_message(survivor_id, message_id)

    def unlink_messages(self, item_id: int, message_ids: Sequence[int]) -> None:
        self._conversations.kept.write()
        link = t.work_item_message
        self._connection.execute(delete(link).where(link.c.work_item_id == item_id, link.c.message_id.in_(message_ids)))

    def add_note(self, item_id: int, author: str, body: str, now: datetime) -> None:
        self._connection.execute(insert(t.note).values(work_item_id=item_id, author=author, body=body, written_at=now))
