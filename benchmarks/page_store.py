"""A store as it is after years: a million messages in 200,000 work items, written straight into the tables."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from benchmarks import letters
from bot.desk.search_words import Searchable, index_words, number_words
from bot.ledger.customer import Customer
from bot.mail.address import Address
from bot.store import tables as t
from bot.store.search_tables import search_entry
from bot.store.unit_of_work import SqlStore

NOW = datetime.now(UTC).replace(microsecond=0)
PER_ITEM, VARIANTS, CUSTOMERS, DRAFTS, CHUNK = 5, 300, 500, 2_000, 5_000
# One in so many items is undone, as where a year of resolved work lies behind.
UNDONE = 4
QUEUES = (("icc", "dispute"), ("invoicing", "revision"), ("tax-exempt", "tax_exempt"), ("pov", "po_verification"))
_ADD_WORDS = {
    "sqlite": "INSERT INTO search_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO search_words (entry_id, words)"
    " VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))",
}


def fill(store: SqlStore, messages: int) -> int:
    """How many work items there are then; they are CD-1001 and on."""
    items = max(messages // PER_ITEM, DRAFTS)
    with store.begin() as uow:
        names = [Customer(f"C-{number}", f"Customer {number}", "Net 30", "NY") for number in range(CUSTOMERS)]
        uow.ledger.save_customers(names, NOW)
        connection = uow.connection
        _add(connection, t.thread, (_thread(number) for number in range(1, items + 1)))
        variants = _letters()
        _add(connection, t.message, (_message(number, items, variants) for number in range(1, messages + 1)))
        _add(connection, t.work_item, (_item(number) for number in range(1, items + 1)))
        _add(connection, t.work_item_message, (_link(number, items) for number in range(1, messages + 1)))
        drafts = [number for number in range(1, items + 1) if _is_undone(number)][:DRAFTS]
        _add(connection, t.draft, (_draft(number) for number in drafts))
        _add(connection, t.draft_version, (_version(number) for number in drafts))
        _add(connection, t.draft_work_item, ({"draft_id": n, "work_item_id": 1000 + n} for n in drafts))
        _add_search(connection, messages, variants)
        uow.clocks.set_mark("search_messages", str(messages), NOW)
        connection.execute(text("ANALYZE"))
        uow.commit()
    return items


def _letters() -> list[str]:
    dice = random.Random(7)  # noqa: S311 (the same store at every run)
    writers = letters.customers(VARIANTS)
    return [letters.first_letter(dice, letters.matter(dice, one, is_german=False), one) for one in writers]


def invoice_of(number: int) -> str:
    """The invoice that a message names."""
    return f"INV-{number:08d}"


def _add(connection: Connection, table: Table, rows: Iterator[Mapping[str, Any]]) -> None:
    chunk: list[Mapping[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            connection.execute(insert(table), chunk)
            chunk = []
    if chunk:
        connection.execute(insert(table), chunk)


def _is_undone(number: int) -> bool:
    return number % UNDONE == 0


def _at(number: int) -> datetime:
    return NOW - timedelta(days=400) + timedelta(seconds=number)


def _thread(number: int) -> Mapping[str, Any]:
    kept = {"key": f"{number:032x}", "subject": "price", "opened_at": NOW}
    return {"id": number, "customer_number": _customer(number), **kept}


def _customer(number: int) -> str:
    return f"C-{number % CUSTOMERS}"


def _message(number: int, items: int, variants: list[str]) -> Mapping[str, Any]:
    header = f"m{number}@customer.example"
    return {
        "id": number,
        "thread_id": 1 + number % items,
        "raw_message_id": None,
        "direction": "inbound",
        "mailbox": "icc",
        "message_id_header": header,
        "message_id_sha256": sha256(header.encode()).hexdigest(),
        "reference_ids": [],
        "sender_name": f"Person {number % 997}",
        "sender_email": f"p{number % 997}@customer.example",
        "sender_key": f"p{number % 997}@customer.example",
        "recipients": {"to": [["", "icc@northgate.example"]], "cc": []},
        "subject": f"About {invoice_of(number)}",
        "received_at": _at(number),
        "side": "outside",
        "customer_number": _customer(1 + number % items),
        "is_answerable": True,
        "newest_text": f"{variants[number % VARIANTS]}\n{invoice_of(number)}",
        "quoted_text": "",
        "html": "",
        "attachments": [],
        "flags": [],
        "disposition": "open",
        "why": "sorted",
    }


def _item(number: int) -> Mapping[str, Any]:
    queue, category = QUEUES[number // UNDONE % len(QUEUES)]
    chance = random.Random(number)  # noqa: S311 (the same store at every run)
    due = NOW + timedelta(minutes=chance.randrange(-3000, 6000))
    is_undone = _is_undone(number)
    return {
        "id": 1000 + number,
        "thread_id": number,
        "category": category,
        "state": "open" if is_undone else "resolved",
        "queue": queue,
        "side": "outside",
        "customer_number": _customer(number),
        "subject": f"About {invoice_of(number)}",
        "opened_at": _at(number),
        "due_at": due if is_undone else None,
        "flags": [],
        "clocked_version": 1,
        "sort_at": due,
        "amount_cents": chance.randrange(0, 5_000_000),
        "amount_currency": "USD",
    }


def _link(number: int, items: int) -> Mapping[str, Any]:
    return {"work_item_id": 1001 + number % items, "message_id": number}


def _draft(number: int) -> Mapping[str, Any]:
    kept = {"mailbox": "icc", "kind": "reply", "state": "open", "version": 1, "created_at": NOW}
    return {"id": number, "thread_id": number, "reply_to_message_id": number - 1, **kept}


def _version(number: int) -> Mapping[str, Any]:
    text_of_it = {"subject": f"Re: About {invoice_of(number)}", "body": "Hello,\n\nwe look into it.\n\nNorthgate"}
    kept = {"copies": [], "files": [], "facts": [], "template": "replies/dispute/default", "author": "creditdesk"}
    recipients = [f"p{(number - 1) % 997}@customer.example"]
    return {"draft_id": number, "version": 1, "recipients": recipients, "written_at": NOW, **text_of_it, **kept}


def _add_search(connection: Connection, messages: int, variants: list[str]) -> None:
    """The words of each letter are made once; each message adds its own number and sender to them."""
    common = [
        index_words(Searchable("message", 0, 1, NOW, (one,), Address("", "p@customer.example"))) for one in variants
    ]
    add_words = text(_ADD_WORDS[connection.dialect.name])
    for start in range(1, messages + 1, CHUNK):
        numbers = range(start, min(start + CHUNK, messages + 1))
        rows = [{"id": n, "kind": "message", "subject_id": n, "version": 1, "at": _at(n)} for n in numbers]
        connection.execute(insert(search_entry), rows)
        words = [{"id": n, "words": " ".join([*common[n % VARIANTS], *_own_words(n)])} for n in numbers]
        connection.execute(add_words, words)


def _own_words(number: int) -> tuple[str, ...]:
    named = number_words(f"inv{number:08d}")
    return (*named, *(f"invoice:{word}" for word in named), f"from:p{number % 997}@customer.example")
