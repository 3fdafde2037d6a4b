"""The orders in which people go through what is undone, and the indexes that are read along for them."""

from __future__ import annotations

from sqlalchemy import Index, text

# A moment after every other, as the text that both databases read.
NEVER = "9999-12-31T00:00:00.000000+00:00"
# A query says the condition in these very words: any others would lead SQLite to the index of the states, and to
# sorting all that it finds.
UNDONE_ITEMS = "(state IN ('open', 'waiting')) = true"
QUEUE_ORDERS = {
    "by_due": ("rank", "sort_at", "id"),
    "queue_by_due": ("queue", "rank", "sort_at", "id"),
    "assignee_by_due": ("assignee", "rank", "sort_at", "id"),
    "by_amount": ("amount_cents", "id"),
    "by_age": ("id",),
}


def queue_indexes() -> list[Index]:
    """Of the table of work items, one for each order."""
    return [
        Index(f"ix_work_item_{name}", *columns, sqlite_where=text(UNDONE_ITEMS), postgresql_where=text(UNDONE_ITEMS))
        for name, columns in QUEUE_ORDERS.items()
    ]
