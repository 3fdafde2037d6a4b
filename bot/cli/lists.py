"""The lists: items, drafts, outbox, quarantine, record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from bot.cli.desk import as_json, as_user, open_desk, print_json, print_table
from bot.cli.record_check import verify_record
from bot.desk.work_item import number_of
from bot.steps.send import decide_entry
from bot.store.queries import DraftRow, ItemFilter, ItemRow, OutboxRow


@click.command()
@click.option("--queue")
@click.option("--category")
@click.option("--state")
@click.option("--assignee")
@click.option("--side", type=click.Choice(["inside", "outside"]))
@click.option("--customer", metavar="NUMBER")
@click.option("--limit", type=int)
@as_json
@click.pass_context
def items(ctx: click.Context, /, *, is_json: bool, **chosen: Any) -> None:
    """List work items, newest first."""
    with open_desk(ctx) as desk:
        rows = desk.queries.items(ItemFilter(**chosen))
    if is_json:
        print_json([item_json(row) for row in rows])
        return
    headings = ("number", "category", "reason", "state", "queue", "customer", "assignee", "subject")
    print_table(
        headings,
        [
            (
                row.item.number,
                row.item.category,
                row.item.reason or "",
                row.item.state,
                row.item.queue,
                row.customer_name or row.item.customer_number or "",
                row.item.assignee or "",
                row.item.subject[:60],
            )
            for row in rows
        ],
    )


@click.command()
@click.option("--state", help="open, stale, approved, rejected or superseded.")
@click.option("--item", metavar="NUMBER", help="Only drafts for this work item.")
@click.option("--limit", type=int)
@as_json
@click.pass_context
def drafts(ctx: click.Context, state: str | None, item: str | None, limit: int | None, *, is_json: bool) -> None:
    """List drafts, newest first."""
    with open_desk(ctx) as desk:
        item_id = int(item.upper().removeprefix("CD-")) if item else None
        rows = desk.queries.drafts(state, item_id, limit)
    if is_json:
        print_json([draft_json(row) for row in rows])
        return
    print_table(
        ("id", "version", "state", "item", "to", "gaps", "subject"),
        [
            (
                str(row.draft.draft_id),
                str(row.draft.version),
                row.draft.state,
                ", ".join(number_of(one) for one in row.item_ids),
                ", ".join(row.draft.text.to),
                ", ".join(row.draft.gaps),
                row.draft.text.subject[:60],
            )
            for row in rows
        ],
    )


@click.command()
@click.option("--state", help="queued, sending, sent, uncertain, failed, in_drafts or deleted.")
@click.option(
    "--decide", nargs=2, metavar="ID sent|again|cancel|deleted", help="Decide about an entry that waits for a person."
)
@as_user
@as_json
@click.pass_context
def outbox(
    ctx: click.Context, state: str | None, decide: tuple[str, str] | None, person: str, *, is_json: bool
) -> None:
    """List what is on its way out, newest first."""
    with open_desk(ctx) as desk:
        if decide is not None:
            entry_id, decision = decide
            outcome = decide_entry(int(entry_id), decision, person, store=desk.store, clock=desk.clock)
            click.echo(f"outbox entry {entry_id}: {type(outcome).__name__.lower()}")
            return
        rows = desk.queries.outbox(state)
    if is_json:
        print_json([outbox_json(row) for row in rows])
        return
    print_table(
        ("id", "state", "to", "approved by", "error", "subject"),
        [
            (
                str(row.entry.entry_id),
                row.entry.state,
                ", ".join(row.entry.envelope.recipients),
                row.entry.approved_by,
                row.entry.error or ", ".join(f"came back from {one}: {why}" for one, why in row.entry.returned)[:160],
                row.subject[:60],
            )
            for row in rows
        ],
    )


@click.command()
@click.option("--all", "with_released", is_flag=True, help="Also those already released.")
@as_json
@click.pass_context
def quarantine(ctx: click.Context, *, with_released: bool, is_json: bool) -> None:
    """List what is held for an operator, newest first."""
    with open_desk(ctx) as desk:
        rows = desk.queries.quarantined(with_released=with_released)
    if is_json:
        print_json(
            [
                {
                    "id": row.quarantine_id,
                    "mailbox": row.mailbox,
                    "pointer": row.pointer,
                    "reason": row.reason,
                    "held_at": row.held_at.isoformat(),
                    "released_at": row.released_at.isoformat() if row.released_at else None,
                }
                for row in rows
            ]
        )
        return
    print_table(
        ("id", "mailbox", "held at", "reason"),
        [
            (str(row.quarantine_id), row.mailbox, row.held_at.isoformat(timespec="minutes"), row.reason[:100])
            for row in rows
        ],
    )


@click.command()
@click.option("--subject", help="Only entries about this thing: CD-1042, draft:7, outbox:3, user:kim.")
@click.option("--limit", type=int, default=200, show_default=True)
@click.option("--verify", "is_check", is_flag=True, help="Check the chain of hashes; exits 1 where it is broken.")
@click.option("--head", metavar="PLACE:HASH", help="A head that --verify printed, which the chain must still hold.")
@as_json
@click.pass_context
def record(
    ctx: click.Context, subject: str | None, limit: int, head: str | None, *, is_check: bool, is_json: bool
) -> None:
    """List who changed what, newest first."""
    with open_desk(ctx) as desk:
        if is_check or head is not None:
            ctx.exit(0 if verify_record(desk, head) else 1)
        rows = desk.queries.record(subject, limit)
    if is_json:
        print_json(
            [
                {
                    "at": row.at.isoformat(),
                    "who": row.who,
                    "what": row.what,
                    "subject": row.subject,
                    "before": dict(row.before),
                    "after": dict(row.after),
                }
                for row in rows
            ]
        )
        return
    print_table(
        ("at", "who", "what", "subject", "after"),
        [
            (
                row.at.isoformat(timespec="seconds"),
                row.who,
                row.what,
                row.subject,
                ", ".join(f"{key}={value}" for key, value in row.after.items())[:100],
            )
            for row in rows
        ],
    )


def item_json(row: ItemRow) -> Mapping[str, Any]:
    item = row.item
    return {
        "number": item.number,
        "category": item.category,
        "reason": item.reason,
        "state": item.state,
        "queue": item.queue,
        "side": item.side,
        "customer": item.customer_number,
        "customer_name": row.customer_name or None,
        "subject": item.subject,
        "thread": item.thread_id,
        "messages": row.messages,
        "opened_at": item.opened_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
        "waiting_until": str(item.waiting_until) if item.waiting_until else None,
        "assignee": item.assignee,
        "resolution": item.resolution,
        "document_number": item.document_number or None,
        "merged_into": number_of(item.merged_into) if item.merged_into else None,
        "flags": list(item.flags),
        "link": item.link or None,
    }


def draft_json(row: DraftRow) -> Mapping[str, Any]:
    draft = row.draft
    numbers = [number_of(one) for one in row.item_ids]
    return {
        "id": draft.draft_id,
        "version": draft.version,
        "item": numbers[0] if numbers else None,
        "items": numbers,
        "kind": draft.kind,
        "to": list(draft.text.to),
        "cc": list(draft.text.cc),
        "subject": draft.text.subject,
        "body": draft.text.body,
        "gaps": list(draft.gaps),
        "facts": [{"name": fact.name, "value": fact.value, "source": fact.source} for fact in draft.facts],
        "state": draft.state,
        "mailbox": draft.mailbox,
        "template": draft.template,
        "author": draft.author,
        "created_at": draft.created_at.isoformat(),
        "decision": row.decision or None,
        "decided_by": row.decided_by or None,
    }


def outbox_json(row: OutboxRow) -> Mapping[str, Any]:
    entry = row.entry
    return {
        "id": entry.entry_id,
        "draft": entry.draft_id,
        "state": entry.state,
        "to": list(entry.envelope.recipients),
        "subject": row.subject,
        "message_id": entry.message_id_header,
        "approved_by": entry.approved_by,
        "sha256": entry.approved_sha256,
        "failures": entry.failures,
        "error": entry.error or None,
        "refused": [{"recipient": recipient, "answer": answer} for recipient, answer in entry.refused],
        "returned": [{"recipient": recipient, "answer": answer} for recipient, answer in entry.returned],
        "sent_at": entry.sent_at.isoformat() if entry.sent_at else None,
        "in_sent_folder": entry.is_filed,
        "way": entry.way,
        "in_drafts_at": entry.in_drafts_at.isoformat() if entry.in_drafts_at else None,
        "changed": entry.is_changed,
    }
