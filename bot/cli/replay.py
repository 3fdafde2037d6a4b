"""`creditdesk replay`: what another model would make of past mail. Nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.bootstrap import Desk, house_of
from bot.cli.desk import as_json, open_desk, print_json, print_table
from bot.desk.seen import believable
from bot.ports import Question, Sorter
from bot.sorting import ModelSorter
from bot.store.past_mail import PastMessage, past_mail


@dataclass(frozen=True, slots=True)
class Change:
    item: str
    message_id: int
    received_at: datetime
    subject: str
    before: str
    after: str
    reason: str
    model: str


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Mail that came in from this day on.")
@click.option("--model", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Default: the one in use.")
@as_json
@click.pass_context
def replay(ctx: click.Context, since: datetime, model: Path | None, *, is_json: bool) -> None:
    """Sort past mail once more, and show what would be sorted otherwise. Nothing is changed."""
    with open_desk(ctx) as desk:
        start = since.replace(tzinfo=ZoneInfo(desk.settings.company.time_zone)).astimezone(UTC)
        moves: Counter[tuple[str, str]] = Counter()
        changes: list[Change] = []
        for change in _replayed(desk, start, _sorter(desk, model)):
            moves[change.before, change.after] += 1
            if change.before != change.after:
                changes.append(change)
    if is_json:
        print_json([_json(one) for one in changes])
        return
    _print(moves, changes)


def _sorter(desk: Desk, model: Path | None) -> Sorter:
    if model is None:
        return desk.sorter
    return ModelSorter(model, ask_encoder=desk.settings.sorting.encoder, house=house_of(desk.settings))


def _replayed(desk: Desk, since: datetime, sorter: Sorter) -> Iterator[Change]:
    for page in past_mail(desk.store.engine, since):
        questions = [Question(one.stored.message, one.stored.side, one.stored.mailbox) for one in page]
        for past, verdict in zip(page, sorter.sort_many(questions), strict=True):
            now = believable(verdict, past.stored.message.flags)
            yield _change(past, now.category, now.reason or "", now.model)


def _change(past: PastMessage, after: str, reason: str, model: str) -> Change:
    stored = past.stored
    return Change(
        past.item,
        stored.message_id,
        past.received_at,
        stored.message.subject,
        stored.verdict.category,
        after,
        reason,
        model,
    )


def _json(one: Change) -> dict[str, object]:
    return {
        "item": one.item or None,
        "message": one.message_id,
        "received_at": one.received_at.isoformat(),
        "subject": one.subject,
        "from": one.before,
        "to": one.after,
        "reason": one.reason or None,
        "model": one.model,
    }


def _print(moves: Counter[tuple[str, str]], changes: Sequence[Change]) -> None:
    total = sum(moves.values())
    click.echo(f"{total} messages sorted once more, {len(changes)} of them otherwise; nothing was changed")
    if not changes:
        return
    names = sorted({name for pair in moves for name in pair})
    click.echo("\nfrom (down) to (across):")
    rows = [(before, *(str(moves[before, after] or "") for after in names)) for before in names]
    print_table(("", *names), rows)
    click.echo()
    print_table(("item", "received", "from", "to", "subject"), [_row(one) for one in changes])


def _row(one: Change) -> tuple[str, ...]:
    name = one.item or f"message {one.message_id}"
    return name, one.received_at.date().isoformat(), one.before, one.after, one.subject[:60]
