"""The examples of the company: corrections that were kept, and mail that was answered as the desk had sorted it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from bot.desk.example import ExampleMail, Learning, OwnExample, Right, Said, as_said, example_mail, said_of
from bot.desk.work_item import ItemState
from bot.store import tables as t
from bot.store.learning_tables import example
from bot.store.messages import understood
from bot.store.statement import in_parts

# However the configuration stands, mail that is only looked at for a comparison shows no people.
_COVERED = Learning(masks_people=True)


class SqlExamples:
    """See `learning_repositories.Examples`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, kept: OwnExample) -> None:
        self.forget([kept.message_id])
        facts = kept.right.facts
        values = {
            "message_id": kept.message_id,
            "thread_id": kept.thread_id,
            "customer_number": kept.customer_number,
            "mail": asdict(kept.mail),
            "categories": list(kept.right.categories),
            "reason": kept.right.reason,
            "facts": {kind: list(found) for kind, found in facts.items()} if facts is not None else None,
            "currency": kept.currency,
            "said": asdict(kept.said),
            "corrected_by": kept.corrected_by,
            "corrected_at": kept.corrected_at,
        }
        self._connection.execute(insert(example), [values])

    def of_message(self, message_id: int) -> OwnExample | None:
        row = self._connection.execute(select(example).where(example.c.message_id == message_id)).one_or_none()
        return example_from_row(row) if row is not None else None

    def kept(self) -> Sequence[OwnExample]:
        return [example_from_row(row) for row in self._connection.execute(select(example).order_by(example.c.id))]

    def answered_as_sorted(self, limit: int) -> Sequence[OwnExample]:
        found: dict[int, OwnExample] = {}
        for row in self._connection.execute(_answered(limit)):
            one = found.get(row.id) or _answered_example(row)
            if one is not None and row.item_category == one.right.categories[0]:
                found[row.id] = one
        return list(found.values())

    def forget(self, message_ids: Sequence[int]) -> int:
        count = 0
        for part in in_parts(list(message_ids)):
            count += self._connection.execute(delete(example).where(example.c.message_id.in_(part))).rowcount
        return count

    def forget_before(self, moment: datetime) -> int:
        return int(self._connection.execute(delete(example).where(example.c.corrected_at < moment)).rowcount)


def example_from_row(row: Row[Any]) -> OwnExample:
    mail = {**row.mail, "attachments": tuple(row.mail["attachments"])}
    facts = {kind: tuple(found) for kind, found in row.facts.items()} if row.facts is not None else None
    return OwnExample(
        message_id=row.message_id,
        thread_id=row.thread_id,
        customer_number=row.customer_number,
        mail=ExampleMail(**mail),
        right=Right(tuple(row.categories), row.reason, facts),
        currency=row.currency,
        said=Said(**row.said),
        corrected_by=row.corrected_by,
        corrected_at=row.corrected_at,
    )


def _answered(limit: int) -> Select[Any]:
    """Messages with an approved answer, each with the category of an item that the answer is for."""
    drafted, item = t.draft_work_item.c, t.work_item.c
    joined = (
        t.message.join(t.draft, t.draft.c.reply_to_message_id == t.message.c.id)
        .join(t.approval, (t.approval.c.draft_id == t.draft.c.id) & (t.approval.c.decision == "approved"))
        .join(t.draft_work_item, drafted.draft_id == t.draft.c.id)
        .join(t.work_item, (item.id == drafted.work_item_id) & (item.state != ItemState.MERGED))
        .outerjoin(example, example.c.message_id == t.message.c.id)
    )
    columns = (
        t.message,
        item.category.label("item_category"),
        t.approval.c.decided_by,
        t.approval.c.decided_at,
    )
    query = select(*columns).select_from(joined)
    query = query.where(example.c.id.is_(None), t.message.c.direction == "inbound", t.message.c.automatic.is_(None))
    return query.order_by(t.message.c.id.desc()).limit(limit)


def _answered_example(row: Row[Any]) -> OwnExample | None:
    stored = understood(row)
    if stored is None or not stored.verdict.is_sorted:
        return None
    verdict = stored.verdict
    return OwnExample(
        message_id=row.id,
        thread_id=row.thread_id,
        customer_number=row.customer_number,
        mail=example_mail(stored.message, stored.side, stored.mailbox, _COVERED),
        right=as_said(verdict),
        currency=verdict.currency,
        said=said_of(verdict),
        corrected_by=row.decided_by,
        corrected_at=row.decided_at,
    )
