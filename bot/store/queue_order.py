"""The orders in which people go through work items, and how one goes on from an item in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, tuple_

from bot.store import tables as t

_ITEM = t.work_item.c


class Order(StrEnum):
    DUE = "due"
    AMOUNT = "amount"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stood in every order when it was looked at. It may have moved or gone since: one goes on from there
    all the same, and every page costs the same."""

    rank: int
    sort_at: datetime
    cents: int
    item_id: int


PLACE = (_ITEM.rank, _ITEM.sort_at, _ITEM.amount_cents, _ITEM.id)


def place_from_row(row: Row[*tuple[Any, ...]]) -> Place:
    """From a row with the columns of PLACE."""
    return Place(row.rank, row.sort_at, row.amount_cents, row.id)


_COLUMNS: Mapping[Order, Sequence[ColumnElement[Any]]] = {
    Order.DUE: (_ITEM.rank, _ITEM.sort_at, _ITEM.id),
    # Of equal sums the newest first, so that both columns go the same way and one index serves.
    Order.AMOUNT: (_ITEM.amount_cents, _ITEM.id),
    Order.NEWEST: (_ITEM.id,),
    Order.OLDEST: (_ITEM.id,),
}
_DOWNWARDS = frozenset({Order.AMOUNT, Order.NEWEST})


def in_order(query: Select[Any], order: Order, after: Place | None, *, backwards: bool) -> Select[Any]:
    """The query in this order, from after a place on; backwards it goes up the list from there."""
    columns = _COLUMNS[order]
    goes_down = (order in _DOWNWARDS) is not backwards
    if after is not None:
        values = _values(order, after)
        there = tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))
        here = tuple_(*columns)
        query = query.where(here < there if goes_down else here > there)
    return query.order_by(*(column.desc() if goes_down else column for column in columns))


def _values(order: Order, place: Place) -> tuple[object, ...]:
    if order is Order.DUE:
        return (place.rank, place.sort_at, place.item_id)
    return (place.cents, place.item_id) if order is Order.AMOUNT else (place.item_id,)
