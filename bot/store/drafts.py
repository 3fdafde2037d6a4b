"""Drafts with all their versions, and the decisions on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from bot.desk.approval import Approval
from bot.desk.basis import Basis
from bot.desk.draft import Draft, DraftState
from bot.errors import ConflictError, NotFoundError
from bot.store import tables as t
from bot.store.conversations import Conversations
from bot.store.rows import COLUMNS, NEWEST, basis_to_json, draft_from_row
from bot.store.statement import Statement
from bot.stored import Decided

_OPEN_OF_THREAD = Statement(
    select(*COLUMNS)
    .select_from(NEWEST)
    .where(
        t.draft.c.thread_id == bindparam("thread_id"),
        or_(t.draft.c.state == DraftState.OPEN, t.draft.c.state == DraftState.STALE),
    )
    .order_by(t.draft.c.id.desc())
    .limit(1)
)
_SET_STATE = Statement(
    update(t.draft)
    .where(
        t.draft.c.id == bindparam("draft_id"),
        t.draft.c.version == bindparam("known_version"),
        t.draft.c.state == bindparam("known_state"),
    )
    .values(state=bindparam("new_state"))
)
_LINK = t.draft_work_item
_ITEMS_OF = Statement(
    select(_LINK.c.work_item_id).where(_LINK.c.draft_id == bindparam("draft_id")).order_by(_LINK.c.work_item_id)
)


class SqlDrafts:
    """See `repositories.Drafts`."""

    def __init__(self, connection: Connection, conversations: Conversations) -> None:
        self._connection = connection
        self._conversations = conversations

    def get(self, draft_id: int) -> Draft:
        self._conversations.kept.write()
        row = self._connection.execute(
            select(*COLUMNS).select_from(NEWEST).where(t.draft.c.id == draft_id)
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no draft {draft_id}")
        return draft_from_row(row)

    def open_of_thread(self, thread_id: int) -> Draft | None:
        known = self._conversations.known(thread_id)
        if known is not None:
            return known.open_draft
        self._conversations.kept.write()
        row = _OPEN_OF_THREAD.first(self._connection, {"thread_id": thread_id})
        return draft_from_row(row) if row is not None else None

    def add(self, draft: Draft, item_ids: Iterable[int]) -> Draft:
        added = replace(draft, draft_id=self._conversations.kept.next_id(t.draft))
        values = {
            "id": added.draft_id,
            "thread_id": draft.thread_id,
            "reply_to_message_id": draft.reply_to_message_id,
            "mailbox": draft.mailbox,
            "kind": draft.kind,
            "state": draft.state,
            "version": draft.version,
            "created_at": draft.created_at,
            "basis": basis_to_json(draft.basis),
        }
        self._conversations.kept.add(t.draft, values)
        self._add_version(added)
        self._conversations.keep_draft(added, ())
        self.add_items(added.draft_id, item_ids)
        return added

    def add_version(self, draft: Draft) -> None:
        self._conversations.kept.write()
        changed = self._connection.execute(
            update(t.draft)
            .where(
                t.draft.c.id == draft.draft_id,
                t.draft.c.version == draft.version - 1,
                t.draft.c.state.in_([DraftState.OPEN, DraftState.STALE]),
            )
            .values(version=draft.version, state=draft.state, reply_to_message_id=draft.reply_to_message_id)
        )
        self._conversations.forget()
        self._expect_one(changed.rowcount, draft.draft_id)
        self._add_version(draft)

    def set_state(self, draft: Draft, state: DraftState) -> None:
        kept = self._conversations.kept.kept(t.draft, draft.draft_id)
        if kept is not None and (kept["version"], kept["state"]) == (draft.version, draft.state):
            kept["state"] = state
            self._conversations.change_draft(draft, state)
            return
        known = {"draft_id": draft.draft_id, "known_version": draft.version, "known_state": draft.state}
        self._expect_one(_SET_STATE.run(self._connection, {**known, "new_state": state}), draft.draft_id)
        self._conversations.change_draft(draft, state)

    def set_basis(self, draft_id: int, basis: Basis) -> None:
        self._conversations.kept.write()
        changed = update(t.draft).where(t.draft.c.id == draft_id)
        self._connection.execute(changed.values(basis=basis_to_json(basis)))

    def items_of(self, draft_id: int) -> Sequence[int]:
        known = self._conversations.items_of_draft(draft_id)
        if known is not None:
            return known
        self._conversations.kept.write()
        return _ITEMS_OF.scalars(self._connection, {"draft_id": draft_id})

    def add_items(self, draft_id: int, item_ids: Iterable[int]) -> None:
        known = self.items_of(draft_id)
        new = [item_id for item_id in dict.fromkeys(item_ids) if item_id not in known]
        for item_id in new:
            self._conversations.kept.add(_LINK, {"draft_id": draft_id, "work_item_id": item_id})
        self._conversations.add_items_to_draft(draft_id, new)

    def approve(self, approval: Approval) -> None:
        self._connection.execute(
            insert(t.approval).values(
                draft_id=approval.draft_id,
                version=approval.version,
                decision="approved",
                decided_by=approval.decided_by,
                decided_at=approval.decided_at,
                sha256=approval.sha256,
            )
        )

    def reject(self, draft: Draft, reason: str, person: str, now: datetime) -> None:
        self._connection.execute(
            insert(t.approval).values(
                draft_id=draft.draft_id,
                version=draft.version,
                decision="rejected",
                reason=reason,
                decided_by=person,
                decided_at=now,
            )
        )

    def take_back_decision(self, draft_id: int) -> Decided | None:
        approval = t.approval.c
        row = self._connection.execute(
            delete(t.approval).where(approval.draft_id == draft_id).returning(approval.decided_by, approval.decided_at)
        ).one_or_none()
        return Decided(row.decided_by, row.decided_at) if row is not None else None

    def _add_version(self, draft: Draft) -> None:
        self._conversations.kept.add(
            t.draft_version,
            {
                "draft_id": draft.draft_id,
                "version": draft.version,
                "recipients": list(draft.text.to),
                "copies": list(draft.text.cc),
                "subject": draft.text.subject,
                "body": draft.text.body,
                "files": [[file.name, file.content_type, file.size, file.sha256] for file in draft.text.files],
                "facts": [[fact.name, fact.value, fact.source] for fact in draft.facts],
                "template": draft.template,
                "author": draft.author,
                "written_at": draft.created_at,
            },
        )

    @staticmethod
    def _expect_one(changed: int, draft_id: int) -> None:
        if changed != 1:
            raise ConflictError(f"draft {draft_id} was changed or decided by someone else meanwhile; look at it again")
