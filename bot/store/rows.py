"""From rows of the store to the values that the steps know. Shared by the repositories; nothing is asked here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from bot.desk.basis import Basis, InvoiceThen
from bot.desk.draft import Draft, DraftFact, DraftFile, DraftState, DraftText
from bot.desk.resolution import Resolution
from bot.desk.work_item import ItemState, WorkItem
from bot.mail.message import Attachment
from bot.store import tables as t

# Longer than any real address is bait, and longer than an index takes.
MOST_OF_ADDRESS = 320

NEWEST = t.draft.join(
    t.draft_version,
    (t.draft_version.c.draft_id == t.draft.c.id) & (t.draft_version.c.version == t.draft.c.version),
)
COLUMNS = (
    t.draft.c.id,
    t.draft.c.version,
    t.draft.c.state,
    t.draft.c.kind,
    t.draft.c.thread_id,
    t.draft.c.reply_to_message_id,
    t.draft.c.mailbox,
    t.draft.c.basis,
    t.draft_version.c.recipients,
    t.draft_version.c.copies,
    t.draft_version.c.subject,
    t.draft_version.c.body,
    t.draft_version.c.files,
    t.draft_version.c.facts,
    t.draft_version.c.template,
    t.draft_version.c.author,
    t.draft_version.c.written_at,
)


def text_from_row(row: Row[*tuple[Any, ...]]) -> DraftText:
    """The text of one version, from a row with its columns."""
    files = tuple(DraftFile(*file) for file in row.files)
    return DraftText(tuple(row.recipients), tuple(row.copies), row.subject, row.body, files)


def draft_from_row(row: Row[*tuple[Any, ...]]) -> Draft:
    """A draft from a row of COLUMNS."""
    return Draft(
        draft_id=row.id,
        version=row.version,
        state=DraftState(row.state),
        kind=row.kind,
        thread_id=row.thread_id,
        reply_to_message_id=row.reply_to_message_id,
        mailbox=row.mailbox,
        text=text_from_row(row),
        facts=tuple(DraftFact(*fact) for fact in row.facts),
        template=row.template,
        author=row.author,
        created_at=row.written_at,
        basis=_basis_from_json(row.basis),
    )


def _basis_from_json(stored: Any) -> Basis | None:
    if stored is None:
        return None
    number, address, invoices = stored
    return Basis(number, address, tuple(InvoiceThen(*one) for one in invoices))


def basis_to_json(basis: Basis | None) -> object:
    if basis is None:
        return None
    invoices = [[one.number, one.status, one.balance] for one in basis.invoices]
    return [basis.customer_number, basis.address, invoices]


def item_from_row(row: Row[Any]) -> WorkItem:
    return WorkItem(
        item_id=row.id,
        thread_id=row.thread_id,
        category=row.category,
        reason=row.reason,
        state=ItemState(row.state),
        queue=row.queue,
        side=row.side,
        customer_number=row.customer_number,
        subject=row.subject,
        opened_at=row.opened_at,
        due_at=row.due_at,
        assignee=row.assignee,
        resolution=Resolution(row.resolution) if row.resolution else None,
        document_number=row.document_number,
        resolved_at=row.resolved_at,
        merged_into=row.merged_into,
        version=row.version,
        flags=tuple(row.flags),
        link=row.link,
        waiting_until=row.waiting_until,
    )


def attachments_from(stored: Iterable[Sequence[Any]]) -> tuple[Attachment, ...]:
    """Attachments as a message's row lists them. They carry no content."""
    return tuple(
        Attachment(name, content_type, size, digest, is_inline=is_inline)
        for name, content_type, size, digest, is_inline in stored
    )


@lru_cache(maxsize=4096)
def header_key(message_id_header: str) -> str:
    """What a Message-ID is looked up by, whatever its length."""
    return sha256(message_id_header.encode("utf-8", "surrogatepass")).hexdigest()
