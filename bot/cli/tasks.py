"""Tasks for people: call-backs, returned mail, floods and loops."""

from __future__ import annotations

import click

from bot.cli.desk import as_json, as_user, open_desk, print_json, print_table
from bot.steps.close_task import close_task
from bot.store.task_page import tasks_page


@click.command()
@click.option("--all", "with_done", is_flag=True, help="Also those already done.")
@click.option("--done", "done_id", type=int, metavar="ID", help="Mark a task as done.")
@as_user
@as_json
@click.pass_context
def tasks(ctx: click.Context, done_id: int | None, person: str, *, with_done: bool, is_json: bool) -> None:
    """List what people have to look at beside work items, newest first."""
    with open_desk(ctx) as desk:
        if done_id is not None:
            close_task(done_id, person, store=desk.store, clock=desk.clock)
            click.echo(f"task {done_id} is done")
            return
        rows = tasks_page(desk.store.engine, with_done=with_done)
    if is_json:
        print_json(
            [
                {
                    "id": row.task.task_id,
                    "kind": row.task.kind,
                    "item": row.item or None,
                    "text": row.task.text,
                    "opened_at": row.task.opened_at.isoformat(),
                    "done_at": row.task.done_at.isoformat() if row.task.done_at else None,
                    "done_by": row.task.done_by,
                }
                for row in rows
            ]
        )
        return
    print_table(
        ("id", "kind", "item", "opened at", "what to do"),
        [
            (
                str(row.task.task_id),
                row.task.kind,
                row.item,
                row.task.opened_at.isoformat(timespec="minutes"),
                row.task.text[:160],
            )
            for row in rows
        ],
    )
