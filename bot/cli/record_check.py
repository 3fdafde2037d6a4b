"""`creditdesk record --verify`: whether the record is as it was written."""

from __future__ import annotations

import re

import click

from bot.bootstrap import Desk
from bot.desk.record_chain import Head, verify
from bot.store.record_seals import sealed_entries, unsealed_entries

_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")
# Whoever rewrote the whole chain would fill the terminal; the first few say where it began.
SHOWN = 20


def verify_record(desk: Desk, noted: str | None) -> bool:
    """Print what the check found; whether all is well."""
    engine = desk.store.engine
    checked = verify(sealed_entries(engine), _head(noted) if noted is not None else None)
    outside = unsealed_entries(engine)
    findings = [*checked.findings, *(f"entry {one} was put in past the chain" for one in outside.passed_over)]
    for finding in findings[:SHOWN]:
        click.echo(f"FAILED {finding}")
    if len(findings) > SHOWN:
        click.echo(f"FAILED and {len(findings) - SHOWN} more")
    click.echo(f"{checked.head.place} entries in the chain, {outside.waiting} newer ones not sealed yet")
    if checked.head.place:
        click.echo(f"head {checked.head}")
    return not findings


def _head(text: str) -> Head:
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise click.BadParameter("write it as record --verify printed it, PLACE:HASH", param_hint="--head")
    return Head(int(found[1]), found[2])
