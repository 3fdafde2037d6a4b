"""The seals over the record, and reading both for a check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, bindparam, exists, func, insert, select, text

from bot.desk.record import RecordEntry
from bot.desk.record_chain import Head, KeptEntry, Seal
from bot.store import tables as t
from bot.store import watch_tables as w
from bot.store.engine import reading
from bot.store.statement import Statement

# PostgreSQL gives out ids before the commit, so an entry may show up behind the sealed ones. This far back is looked.
LATECOMERS = 10_000

_SEAL, _ENTRY = w.record_seal.c, t.record.c
_IS_UNSEALED = ~exists().where(_SEAL.record_id == _ENTRY.id)
_HEAD = Statement(select(_SEAL.place, _SEAL.chain).order_by(_SEAL.place.desc()).limit(1))
_NEWEST_SEALED = Statement(select(func.max(_SEAL.record_id)))
_UNSEALED = Statement(
    select(t.record).where(_ENTRY.id > bindparam("after"), _IS_UNSEALED).order_by(_ENTRY.id).limit(bindparam("limit"))
)
_ADD = Statement(insert(w.record_seal))


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Entries outside the chain: `waiting` for the next sealing, or so old that none will ever look at them."""

    waiting: int
    passed_over: tuple[int, ...]


class SqlRecordSeals:
    """See `repositories.RecordSeals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_head(self) -> Head:
        if self._connection.dialect.name == "postgresql":
            # SQLite's writer is alone anyway; here only those who seal wait for each other.
            self._connection.execute(text("LOCK TABLE record_seal IN SHARE ROW EXCLUSIVE MODE"))
        row = _HEAD.first(self._connection, {})
        return Head(row.place, row.chain) if row is not None else Head()

    def unsealed(self, limit: int) -> list[KeptEntry]:
        newest = _NEWEST_SEALED.scalar(self._connection, {}) or 0
        rows = _UNSEALED.rows(self._connection, {"after": newest - LATECOMERS, "limit": limit})
        return [_kept(row) for row in rows]

    def add_many(self, seals: Sequence[Seal]) -> None:
        _ADD.run_many(
            self._connection,
            [
                {"place": one.place, "record_id": one.entry_id, "digest": one.digest, "chain": one.chain}
                for one in seals
            ],
        )


def sealed_entries(engine: Engine) -> Iterator[tuple[Seal, RecordEntry | None]]:
    """Every seal in order, with the entry it vouches for; None where that is gone."""
    joined = w.record_seal.outerjoin(t.record, t.record.c.id == w.record_seal.c.record_id)
    query = select(w.record_seal, t.record).select_from(joined).order_by(w.record_seal.c.place)
    with reading(engine) as connection:
        for row in connection.execution_options(yield_per=1000).execute(query):
            seal = Seal(row.place, row.record_id, row.digest, row.chain)
            yield seal, _kept(row).entry if row.id is not None else None


def unsealed_entries(engine: Engine) -> Unsealed:
    """What no seal vouches for. An entry that is passed over was put in between by hand."""
    with reading(engine) as connection:
        newest = connection.scalar(select(func.max(_SEAL.record_id))) or 0
        ids = list(connection.scalars(select(_ENTRY.id).where(_IS_UNSEALED).order_by(_ENTRY.id)))
    passed_over = tuple(one for one in ids if one <= newest - LATECOMERS)
    return Unsealed(len(ids) - len(passed_over), passed_over)


def _kept(row: Row[tuple[object, ...]]) -> KeptEntry:
    return KeptEntry(row.id, RecordEntry(row.at, row.who, row.what, row.subject, row.before, row.after))
