"""What the desk knows of one account, and how accounts and their invoices are found by name or number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, exists, func, or_, select, true

from bot.desk.search_words import asked_number, folded, number_words
from bot.desk.user import User
from bot.desk.work_item import ItemState, WorkItem, number_of
from bot.errors import NotFoundError
from bot.ledger.certificate import Certificate
from bot.ledger.customer import Customer
from bot.ledger.invoice import Invoice
from bot.ledger.lookup import number_key
from bot.store import ledger_tables as ledger
from bot.store import tables as t
from bot.store.engine import reading
from bot.store.ledger import SqlLedger
from bot.store.ledger_reading import invoice_from_row
from bot.store.rows import item_from_row
from bot.store.task_tables import suspect_address

MOST_ITEMS, MOST_THREADS, MOST_INVOICES, MOST_MESSAGES, MOST_WRITERS, MOST_FOUND = 50, 200, 200, 20, 30, 8
# Short digits end the numbers of half the ledger.
LEAST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who wrote for the account. `suspect` says why mail to the address is held, "" where it is not."""

    email: str
    name: str
    messages: int
    last_at: datetime
    suspect: str


@dataclass(frozen=True, slots=True)
class LastMessage:
    at: datetime
    direction: str
    who: str
    subject: str
    thread_id: int
    number: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """`undone` and `done` are items of the reader's queues; `invoices` are those not paid, the longest due first."""

    customer: Customer
    undone: tuple[WorkItem, ...]
    done: tuple[WorkItem, ...]
    invoices: tuple[Invoice, ...]
    certificates: tuple[Certificate, ...]
    messages: tuple[LastMessage, ...]
    writers: tuple[Writer, ...]


def customer_page(engine: Engine, number: str, user: User) -> CustomerPage:
    """Raises NotFoundError, also where none of the person's work is about the account."""
    with reading(engine) as connection:
        book = SqlLedger(connection)
        customer = book.customer(number)
        is_theirs = connection.scalar(select(_works_for(user, ledger.customer.c.number)).where(_is(number)))
        if customer is None or not is_theirs:
            raise NotFoundError(f"there is no account {number}")
        undone = (t.work_item.c.state == ItemState.OPEN) | (t.work_item.c.state == ItemState.WAITING)
        return CustomerPage(
            customer=customer,
            undone=_items(connection, number, user, undone),
            done=_items(connection, number, user, t.work_item.c.state == ItemState.RESOLVED),
            invoices=_unpaid(connection, number),
            certificates=tuple(book.certificates_of(number)),
            messages=_messages(connection, number, user),
            writers=_writers(connection, number),
        )


def found_customers(engine: Engine, words: Sequence[str], user: User) -> list[Customer]:
    """By number, by a known address or domain, or by a name that holds all the words."""
    if not words:
        return []
    customer, contact = ledger.customer.c, ledger.contact.c
    numbers = [key for word in words if (key := number_key(word))]
    named = and_(*(func.lower(customer.name).contains(word, autoescape=True) for word in words))
    known = exists().where(contact.customer_number == customer.number, contact.value.in_([*words]))
    bears = func.replace(func.upper(customer.number), "-", "").in_(numbers)
    query = select(customer.number).where(or_(named, known, bears), _works_for(user, customer.number))
    with reading(engine) as connection:
        book = SqlLedger(connection)
        found = connection.scalars(query.order_by(customer.name).limit(MOST_FOUND)).all()
        return [one for number in found if (one := book.customer(number)) is not None]


def found_invoices(engine: Engine, words: Sequence[str], user: User) -> list[Invoice]:
    """Those that bear one of the numbers, or one of the PO numbers, with or without letters, zeros and hyphens."""
    asked = {term for word in words if any(char.isdigit() for char in word) for term in asked_number(_joined(word))}
    digits = {_digits(term) for term in asked if len(_digits(term)) >= LEAST_DIGITS}
    if not asked:
        return []
    invoice = ledger.invoice.c
    keys = [number_key(word) for word in words]
    ends = or_(
        invoice.key.in_(keys),
        invoice.po_key.in_(keys),
        *(column.like(f"%{one}") for one in sorted(digits) for column in (invoice.key, invoice.po_key)),
    )
    query = select(ledger.invoice).where(ends, _works_for(user, invoice.customer_number)).order_by(invoice.number)
    with reading(engine) as connection:
        found = [invoice_from_row(row) for row in connection.execute(query.limit(200))]
    borne = ((one, {*number_words(_joined(one.number)), *number_words(_joined(one.po_number))}) for one in found)
    return [one for one, words_of_it in borne if asked & words_of_it][:MOST_FOUND]


def _joined(text: str) -> str:
    return "".join(char for char in folded(text) if char.isalnum())


def _digits(term: str) -> str:
    return term.lstrip("abcdefghijklmnopqrstuvwxyz:")


def _is(number: str) -> ColumnElement[bool]:
    return ledger.customer.c.number == number


def _works_for(user: User, number: ColumnElement[Any]) -> ColumnElement[bool]:
    """That an item of the account lies in the person's queues. Who has every queue knows every account."""
    if user.queues is None:
        return true()
    item = t.work_item.c
    return exists().where(item.customer_number == number, item.queue.in_(sorted(user.queues)))


def _items(connection: Connection, number: str, user: User, wanted: ColumnElement[bool]) -> tuple[WorkItem, ...]:
    item = t.work_item.c
    query = select(t.work_item).where(item.customer_number == number, wanted).order_by(item.id.desc())
    if user.queues is not None:
        query = query.where(item.queue.in_(sorted(user.queues)))
    return tuple(item_from_row(row) for row in connection.execute(query.limit(MOST_ITEMS)))


def _unpaid(connection: Connection, number: str) -> tuple[Invoice, ...]:
    invoice = ledger.invoice.c
    query = select(ledger.invoice).where(invoice.customer_number == number, invoice.balance_cents != 0)
    rows = connection.execute(query.order_by(invoice.due_on, invoice.number).limit(MOST_INVOICES))
    return tuple(invoice_from_row(row) for row in rows)


def _messages(connection: Connection, number: str, user: User) -> tuple[LastMessage, ...]:
    """The last contacts, of the conversations that the person may see."""
    message, item = t.message.c, t.work_item.c
    theirs = item.customer_number == number
    if user.queues is not None:
        theirs &= item.queue.in_(sorted(user.queues))
    threads = _last_threads(theirs)
    held = select(func.max(item.id)).where(item.thread_id == message.thread_id, theirs).scalar_subquery()
    query = select(
        message.received_at,
        message.direction,
        message.sender_name,
        message.sender_email,
        message.subject,
        message.thread_id,
        held.label("item_id"),
    )
    query = query.where(message.thread_id.in_(threads)).order_by(message.received_at.desc()).limit(MOST_MESSAGES)
    return tuple(
        LastMessage(
            row.received_at,
            row.direction,
            row.sender_name or row.sender_email,
            row.subject,
            row.thread_id,
            number_of(row.item_id),
        )
        for row in connection.execute(query)
    )


def _writers(connection: Connection, number: str) -> tuple[Writer, ...]:
    message, held = t.message.c, suspect_address.c
    known = message.thread_id.in_(_last_threads(t.work_item.c.customer_number == number))
    last = func.max(message.received_at)
    query = (
        select(message.sender_key, func.max(message.sender_name), func.count(), last, func.max(held.reason))
        .outerjoin_from(t.message, suspect_address, held.address == message.sender_key)
        .where(known, message.direction == "inbound", message.side == "outside")
        .group_by(message.sender_key)
        .order_by(last.desc())
        .limit(MOST_WRITERS)
    )
    rows = connection.execute(query).all()
    return tuple(Writer(email, name, count, at, reason or "") for email, name, count, at, reason in rows)


def _last_threads(wanted: ColumnElement[bool]) -> Select[Any]:
    item = t.work_item.c
    return select(item.thread_id).where(wanted).order_by(item.id.desc()).limit(MOST_THREADS)
