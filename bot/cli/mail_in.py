"""Mail from files and pipes: `ingest` stores and works it, `sort` only says what it would be."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import click

from bot.bootstrap import sorter
from bot.cli.desk import as_json, open_desk, read_settings
from bot.desk.verdict import Verdict
from bot.errors import BotError, SettingsError, TransientError
from bot.jobs.work import sweep_all, take_in_all
from bot.mail.message import InboundMessage
from bot.mail.origin import side_of
from bot.mailboxes.files import FileMessage, read_all
from bot.parsing import ChildParser
from bot.ports import ParseFailure, Question
from bot.steps.ingest import ingest as ingest_step
from bot.steps.receiving import Received

BATCH = 50


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--mailbox", help="The mailbox it counts for; default the first one configured.")
@click.option("--no-work", is_flag=True, help="Only store; the next run works it.")
@click.pass_context
def ingest(ctx: click.Context, paths: tuple[str, ...], mailbox: str | None, *, no_work: bool) -> None:
    """Take in .eml files, folders of them, Maildirs, mbox files, or - for standard input.

    Exits 75 where the mail could not be stored and the mail server should try again later.
    """
    try:
        with open_desk(ctx) as desk:
            slug = mailbox or next(iter(desk.settings.mailboxes))
            if slug not in desk.settings.mailboxes:
                raise SettingsError(f"there is no mailbox {slug}; there are {', '.join(desk.settings.mailboxes)}")
            total = Received()
            for batch in _batches(read_all(paths)):
                arrived = [(one.raw, one.received_at) for one in batch]
                total += ingest_step(slug, arrived, store=desk.store, clock=desk.clock)
            if not no_work:
                take_in_all(desk)
                sweep_all(desk)
    except (BotError, OSError) as error:
        if "-" not in paths and not isinstance(error, TransientError | OSError):
            raise
        # sysexits.h EX_TEMPFAIL: the mail server keeps the message and hands it over again. Whatever is wrong with this
        # desk, its configuration included, must not make the server send the mail back to the customer.
        click.echo(f"creditdesk: {error}", err=True)
        ctx.exit(os.EX_TEMPFAIL)
    click.echo(f"{total.stored} stored, {total.duplicate} duplicate")


@click.command(name="sort")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@as_json
@click.pass_context
def sort(ctx: click.Context, paths: tuple[str, ...], *, is_json: bool) -> None:
    """The verdict for each message; nothing is stored."""
    settings = read_settings(ctx, needs_secrets=False)
    domains = settings.company.domains
    asked = sorter(settings)
    count = 0
    with closing(ChildParser()) as parser:
        for batch in _batches(read_all(paths)):
            count += len(batch)
            parsed = parser.parse_many([one.raw for one in batch])
            good = [one for one in parsed if isinstance(one, InboundMessage)]
            sides = [side_of(one, domains) for one in good]
            verdicts = iter(asked.sort_many([Question(one, side, "") for one, side in zip(good, sides, strict=True)]))
            for file, one in zip(batch, parsed, strict=True):
                if isinstance(one, ParseFailure):
                    _print_failure(file, one, is_json=is_json)
                else:
                    _print(verdict_json(file.pointer, one, side_of(one, domains), next(verdicts)), is_json=is_json)
    if not count:
        click.echo("no messages there: .eml files, Maildirs and mbox files are read", err=True)


def verdict_json(path: str, message: InboundMessage, side: str, verdict: Verdict) -> dict[str, Any]:
    """One line of `sort --json`; a contract that other programs rely on."""
    return {
        "path": path,
        "message_id": message.message_id_header,
        "side": side,
        "automatic": message.automatic,
        "category": verdict.category,
        "best": verdict.best,
        "probability": round(verdict.probability, 4),
        "categories": [{"name": one.name, "probability": round(one.probability, 4)} for one in verdict.categories],
        "reason": verdict.reason,
        "invoices": list(verdict.values("invoice")),
        "pos": list(verdict.values("po")),
        "amounts": list(verdict.values("amount")),
        "currency": verdict.currency,
        "states": list(verdict.values("state")),
        "evidence": [
            {"start": one.start, "end": one.end, "text": one.text, "why": one.why, "field": one.field}
            for one in verdict.evidence
        ],
        "choices": [
            {"name": one.name, "probability": round(one.probability, 4), "reason": one.reason}
            for one in verdict.choices
        ],
        "question": verdict.question.text if verdict.question is not None else None,
        "model": verdict.model,
    }


def _batches(files: Iterable[FileMessage]) -> Iterator[list[FileMessage]]:
    source = iter(files)
    while batch := list(islice(source, BATCH)):
        yield batch


def _print(verdict: dict[str, Any], *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps(verdict, ensure_ascii=False))
        return
    kind = verdict["automatic"] or verdict["category"]
    if verdict["category"] != "unsorted":
        click.echo(f"{verdict['path']}: {kind} {verdict['reason'] or ''} {verdict['probability']:.0%}")
        return
    likely = ", ".join(f"{one['name']} {one['probability']:.0%}" for one in verdict["choices"]) or verdict["best"]
    click.echo(f"{verdict['path']}: {kind} (likeliest {likely})")
    if verdict["question"]:
        click.echo(f"    read first: {' '.join(verdict['question'].split())[:200]}")


def _print_failure(file: FileMessage, failure: ParseFailure, *, is_json: bool) -> None:
    if is_json:
        # Still a line of the contract: a person must look, and `other` is the least that can be said.
        empty: dict[str, Any] = {
            **{"path": file.pointer, "message_id": "", "side": "outside", "automatic": None},
            **{"category": "unsorted", "best": "other", "probability": 0.0, "categories": [], "reason": None},
            **{"invoices": [], "pos": [], "amounts": [], "currency": "USD", "states": [], "evidence": []},
            **{"choices": [], "question": None},
            **{"model": "", "error": failure.reason},
        }
        click.echo(json.dumps(empty, ensure_ascii=False))
        return
    click.echo(f"{file.pointer}: cannot be parsed: {failure.reason}", err=True)
