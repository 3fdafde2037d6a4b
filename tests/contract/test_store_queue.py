"""What the store promises about the order of work items, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.desk.urgency import Rank
from bot.desk.work_item import ItemState
from bot.ledger.money import Money
from bot.store.drafts_page import next_waiting, place_of_draft, waiting_drafts
from bot.store.queue_order import Order, Place
from bot.store.queue_page import QueueChoice, following, place_of, places, queue_page
from bot.store.unit_of_work import SqlStore
from bot.stored import Clocked
from tests.contract.store_rows import NOW, make_draft, make_item, new_thread

HOUR = timedelta(hours=1)
# As (rank, hours until due, amount); the item at place n has the id 1001 + n.
STANDINGS = [
    (Rank.USUAL, 5, "10.00"),
    (Rank.USUAL, 1, "0"),
    (Rank.WAITING, 0, "99.00"),
    (Rank.LARGE, 9, "20000.00"),
    (Rank.USUAL, 5, "10.00"),
    (Rank.USUAL, None, "0"),
]


@pytest.fixture
def queue(store: SqlStore) -> SqlStore:
    thread_id, _ = new_thread(store)
    with store.begin() as uow:
        for place, (rank, hours, amount) in enumerate(STANDINGS):
            state = ItemState.WAITING if rank is Rank.WAITING else ItemState.OPEN
            item = uow.items.add(make_item(thread_id, category=f"c{place}", state=state, assignee="kim"))
            due = NOW + hours * HOUR if hours is not None else None
            uow.clocks.save({item.item_id: Clocked(1, due, rank, Money(Decimal(amount)))}, [])
        uow.commit()
    return store


def _walk(store: SqlStore, chosen: dict[str, object]) -> list[int]:
    """Every item of a list, one to a page."""
    found: list[int] = []
    after: Place | None = None
    while (after := following(store.engine, QueueChoice(**chosen, after=after))) is not None:  # type: ignore[arg-type]
        found.append(after.item_id - 1001)
    return found


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (Order.DUE, [3, 1, 0, 4, 5, 2]),
        (Order.AMOUNT, [3, 2, 4, 0, 5, 1]),
        (Order.NEWEST, [5, 4, 3, 2, 1, 0]),
        (Order.OLDEST, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_every_order_is_walked_forwards_and_backwards(queue: SqlStore, order: Order, wanted: list[int]) -> None:
    page = queue_page(queue.engine, QueueChoice(order=order))
    assert [row.item.item_id - 1001 for row in page.rows] == wanted
    assert page.next_after is None
    assert _walk(queue, {"order": order}) == wanted
    assert _walk(queue, {"order": order, "backwards": True}) == wanted[::-1]


def test_a_page_tells_where_the_next_one_begins(queue: SqlStore) -> None:
    first = queue_page(queue.engine, QueueChoice(order=Order.DUE, limit=2))
    assert first.next_after == place_of(queue.engine, 1002)
    second = queue_page(queue.engine, QueueChoice(order=Order.DUE, limit=2, after=first.next_after))
    assert [row.item.item_id for row in second.rows] == [1001, 1005]
    assert second.rows[0].at_stake == Money(Decimal("10.00"))
    assert queue_page(queue.engine, QueueChoice(order=Order.DUE, limit=6)).rows[4].at_stake is None


def test_drafts_stand_as_their_first_due_items_do(queue: SqlStore) -> None:
    # By places in STANDINGS, in the order in which the drafts were written; the third answers two items.
    answered = [(2,), (1,), (0, 3), (5,)]
    with queue.begin() as uow:
        for places_ in answered:
            thread_id = uow.threads.add("one", None, NOW)
            uow.drafts.add(make_draft(thread_id), [1001 + one for one in places_])
        uow.commit()
    assert [one.draft.draft_id for one in waiting_drafts(queue.engine)] == [3, 2, 4, 1]
    onward = waiting_drafts(queue.engine, place_of_draft(queue.engine, 2))
    assert [one.draft.draft_id for one in onward] == [4, 1]
    after = [next_waiting(queue.engine, draft_id) for draft_id in (3, 2, 4, 1, 99)]
    assert [one.draft.draft_id for one in after if one is not None] == [2, 4, 1, 3, 3]


def test_late_is_what_is_due_by_then_and_waits_for_nobody(queue: SqlStore) -> None:
    late = QueueChoice(order=Order.DUE, late_at=NOW + 5 * HOUR)
    assert [row.item.item_id - 1001 for row in queue_page(queue.engine, late).rows] == [1, 0, 4]


def test_the_least_amount_counts(queue: SqlStore) -> None:
    large = QueueChoice(order=Order.DUE, least_cents=9900)
    assert [row.item.item_id - 1001 for row in queue_page(queue.engine, large).rows] == [3, 2]


@pytest.mark.parametrize(
    ("chosen", "index"),
    [
        (QueueChoice(order=Order.DUE), "by_due"),
        (QueueChoice(order=Order.DUE, queue="invoicing"), "queue_by_due"),
        (QueueChoice(order=Order.DUE, assignee="kim"), "assignee_by_due"),
        (QueueChoice(order=Order.AMOUNT), "by_amount"),
        (QueueChoice(order=Order.OLDEST), "by_age"),
        (QueueChoice(order=Order.NEWEST, states=("resolved",)), "state_id"),
    ],
)
def test_an_order_is_read_along_its_index_from_the_place_on(store: SqlStore, chosen: QueueChoice, index: str) -> None:
    query = places(replace(chosen, after=Place(1, NOW, 0, 5)))
    with store.look() as uow:
        is_sqlite = uow.connection.dialect.name == "sqlite"
        if not is_sqlite:
            # So few rows would be read and sorted at once; with more the planner chooses by itself.
            uow.connection.execute(text("SET LOCAL enable_seqscan = off"))
            uow.connection.execute(text("SET LOCAL enable_sort = off"))
            uow.connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        asked = query.compile(uow.connection, compile_kwargs={"literal_binds": True})
        plan = str(uow.connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {asked}").all())
    assert f"ix_work_item_{index}" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
