"""What the rows are written with: raw mail as text, and the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from sqlalchemy import Engine, func, inspect, select, table

# Tables that only say when something was last looked at.
_RESTLESS = {"mailbox", "alembic_version"}


@dataclass(frozen=True)
class Want:
    """What must come out. None: not looked at. `flags` and `not_flags` are of the last message of a work item."""

    items: int | None = None
    drafts: int | None = None
    automatic: int | None = None
    quarantined: int | None = None
    messages: int | None = None
    flags: tuple[str, ...] = ()
    not_flags: tuple[str, ...] = ()
    why_not: str | None = None
    held: str | None = None
    tasks: tuple[str, ...] | None = None
    to: tuple[str, ...] | None = None
    gaps: tuple[str, ...] | None = None
    text: str | None = None
    not_text: str | None = None
    sender: str | None = None
    subject: str | None = None
    customer: str | None = None
    files: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    hints: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class Case:
    """One row: what happens, what comes out, and either mail with what is wanted of it, or a play of its own."""

    id: str
    happens: str
    comes_out: str
    arrives: tuple[bytes, ...] = ()
    want: Want = Want()
    play: Callable[[Any], None] | None = None
    # The play needs a real mail server: desk.server is a Dovecot then.
    on_server: bool = False
    # The model sorts, not a sorter that is told.
    sorts: bool = False


def raw(text: str, **replaced: bytes) -> bytes:
    """Mail as it lies on the wire. {name} stands for bytes that no text can hold."""
    wire = dedent(text).lstrip("\n").replace("\n", "\r\n").encode()
    for name, value in replaced.items():
        wire = wire.replace(b"{" + name.encode() + b"}", value)
    return wire


def letter(head: str = "", body: str = "Please add our PO to INV-1.", **replaced: bytes) -> bytes:
    """A customer's plain request. A line of `head` stands in place of the usual field of that name; an empty one
    removes it."""
    fields = {
        "From": "Ann Lee <ann@acme.example>",
        "To": "icc@northgate.example",
        "Subject": "revision/po_number",
        "Date": "Tue, 24 Nov 2026 09:00:00 -0500",
        "Message-ID": f"<{abs(hash((head, body)))}@acme.example>",
    }
    lines: list[str] = []
    for line in dedent(head).strip("\n").split("\n"):
        name, colon, value = line.partition(":")
        if colon and name in fields:
            fields.pop(name)
            if not value.strip() and value != " ":
                continue
        if line:
            lines.append(line)
    wire = [*(f"{name}: {value}" for name, value in fields.items()), *lines]
    return raw("\n".join(wire) + "\n\n" + dedent(body).lstrip("\n") + "\n", **replaced)


def store_counts(engine: Engine) -> Mapping[str, int]:
    tables = set(inspect(engine).get_table_names()) - _RESTLESS
    # A full-text index cannot be counted; each of its rows has an entry that can.
    names = sorted(name for name in tables if not name.startswith("search_words"))
    with engine.connect() as connection:
        return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
