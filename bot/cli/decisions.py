"""What a person decides about drafts and quarantine, and the one look at an item before."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import click
from click.termui import edit

from bot.bootstrap import Desk
from bot.cli.clock_lines import clock_json, clock_lines
from bot.cli.desk import as_json, as_user, open_desk, print_json
from bot.cli.lists import draft_json, item_json
from bot.desk.hints import HINTS
from bot.desk.work_item import id_of
from bot.mail.flag import REMARKS, WARNINGS
from bot.steps.decide_draft import approve_draft, reject_draft, revise_draft
from bot.steps.release import release as release_quarantined
from bot.store.clock_page import item_clocks
from bot.store.item_page import ItemPage, item_page
from bot.store.queries import ItemRow

_version = click.option("--version", "version", type=int, help="The version you looked at; default the newest.")


@click.command()
@click.argument("number")
@as_json
@click.pass_context
def show(ctx: click.Context, number: str, *, is_json: bool) -> None:
    """Show a work item with its conversation and drafts."""
    with open_desk(ctx) as desk:
        page = item_page(desk.store.engine, id_of(number))
        drafts = desk.queries.drafts(item_id=page.item.item_id)
        clocks = item_clocks(desk.store.engine, page.item.item_id, desk.settings.sla, desk.clock.now())
    name = page.customer.name if page.customer else ""
    shown = dict(item_json(ItemRow(page.item, name, len(page.conversation))))
    if is_json:
        shown["conversation"] = [
            {
                "id": one.message_id,
                "direction": one.direction,
                "from": str(one.sender),
                "mailboxes": list(one.mailboxes),
                "subject": one.subject,
                "received_at": one.received_at.isoformat(),
                "text": one.newest_text,
                "automatic": one.automatic,
                "flags": list(one.flags),
                "hints": [{"kind": kind, "text": text} for kind, text in one.hints],
            }
            for one in page.conversation
        ]
        shown["notes"] = [
            {"author": one.author, "body": one.body, "written_at": one.written_at.isoformat()} for one in page.notes
        ]
        shown["clocks"] = [clock_json(one) for one in clocks]
        shown["drafts"] = [draft_json(row) for row in drafts]
        print_json([shown])
        return
    _print_page(page)
    for clock in clocks:
        click.echo("\n" + "\n".join(clock_lines(clock)))
    for row in drafts:
        draft = row.draft
        click.echo(
            f"\n--- draft {draft.draft_id}, version {draft.version}, {draft.state}, to {', '.join(draft.text.to)}"
        )
        click.echo(f"Subject: {draft.text.subject}\n\n{draft.text.body}")
        if draft.gaps:
            click.echo(f"gaps: {', '.join(draft.gaps)}")


def _print_page(page: ItemPage) -> None:
    item = page.item
    click.echo(f"{item.number}  {item.category}/{item.reason or '-'}  {item.state}  queue {item.queue}  {item.subject}")
    if page.customer:
        click.echo(f"customer {page.customer.number} {page.customer.name}")
    for invoice in page.known.invoices:
        click.echo(f"invoice {invoice.number}: {invoice.amount}, owed {invoice.balance}, due {invoice.due_on}")
    if page.known.foreign_numbers:
        click.echo(f"numbers of another account: {', '.join(page.known.foreign_numbers)}")
    for one in page.conversation:
        click.echo(f"\n--- message {one.message_id} {one.direction} {one.received_at:%Y-%m-%d %H:%M} {one.sender}")
        for flag in one.flags:
            click.echo(f"! {WARNINGS[flag]}" if flag in WARNINGS else f"- {REMARKS.get(flag, flag)}")
        for kind, text in one.hints:
            click.echo(f"- {HINTS.get(kind, kind)} {text}")
        click.echo(one.newest_text)
    for note in page.notes:
        click.echo(f"\n--- note by {note.author} {note.written_at:%Y-%m-%d %H:%M}\n{note.body}")


@click.command()
@click.argument("draft_id", type=int)
@_version
@as_user
@click.pass_context
def approve(ctx: click.Context, draft_id: int, version: int | None, person: str) -> None:
    """Approve a draft: exactly this text will be sent."""
    with open_desk(ctx) as desk:
        entry_id = approve_draft(
            draft_id,
            _newest(desk, draft_id, version),
            person,
            store=desk.store,
            clock=desk.clock,
            letterhead=desk.letterhead,
        )
    click.echo(f"draft {draft_id} approved by {person}; outbox entry {entry_id} is queued")


@click.command()
@click.argument("draft_id", type=int)
@click.option("--reason", required=True)
@_version
@as_user
@click.pass_context
def reject(ctx: click.Context, draft_id: int, reason: str, version: int | None, person: str) -> None:
    """Reject a draft, with the reason."""
    with open_desk(ctx) as desk:
        newest = _newest(desk, draft_id, version)
        reject_draft(draft_id, newest, reason, person, store=desk.store, clock=desk.clock)
    click.echo(f"draft {draft_id} rejected")


@click.command()
@click.argument("draft_id", type=int)
@click.option("--to", multiple=True, help="Replace the recipients; repeat for several.")
@click.option("--cc", multiple=True, help="Replace the copies; repeat for several.")
@click.option("--subject")
@click.option("--body", help="The new text; - reads standard input. Without any option an editor opens.")
@_version
@as_user
@click.pass_context
def revise(ctx: click.Context, /, draft_id: int, version: int | None, person: str, **changed: Any) -> None:
    """Write the next version of a draft."""
    body: str | None = changed["body"]
    with open_desk(ctx) as desk:
        newest = _newest(desk, draft_id, version)
        with desk.store.look() as uow:
            old = uow.drafts.get(draft_id).text
        if not any(changed.values()):
            body = edit(old.body)
        text = replace(
            old,
            to=changed["to"] or old.to,
            cc=changed["cc"] or old.cc,
            subject=changed["subject"] or old.subject,
            body=_new_body(body, old.body),
        )
        revised = revise_draft(draft_id, newest, text, person, store=desk.store, clock=desk.clock)
    gaps = f"; gaps: {', '.join(revised.gaps)}" if revised.gaps else ""
    click.echo(f"draft {draft_id} is at version {revised.version} now{gaps}")


@click.command()
@click.argument("quarantine_id", type=int)
@as_user
@click.pass_context
def release(ctx: click.Context, quarantine_id: int, person: str) -> None:
    """Let a quarantined message be tried again."""
    with open_desk(ctx) as desk:
        release_quarantined(quarantine_id, person, store=desk.store, clock=desk.clock)
    click.echo(f"quarantine entry {quarantine_id} released; the next run takes it in")


def _newest(desk: Desk, draft_id: int, version: int | None) -> int:
    if version is not None:
        return version
    with desk.store.look() as uow:
        return uow.drafts.get(draft_id).version


def _new_body(given: str | None, old: str) -> str:
    if given == "-":
        return sys.stdin.read()
    return old if given is None else given
