"""Raw messages: the bytes as they arrived, in the row or, where large, in the blob folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.errors import NotFoundError, PermanentError
from bot.store import tables as t
from bot.store.blobs import FolderBlobs, Place
from bot.store.statement import ListStatement, Statement
from bot.stored import NewRaw, StoredRaw

# Above this a row slows every page of the table down; below it a file of its own costs more than the row.
LARGE = 64_000

# The advisory lock of whoever stores what arrived.
_RECEIVING = 20_261


_RAW = t.raw_message.c
_BY_SHA = ListStatement(lambda keys: select(_RAW.sha256, _RAW.id).where(_RAW.sha256.in_(keys)))
_BY_FINGERPRINT = ListStatement(
    lambda keys: select(_RAW.fingerprint, _RAW.id).where(_RAW.fingerprint.in_(keys)).order_by(_RAW.id.desc())
)
_STILL_WAITING = ListStatement(lambda keys: select(_RAW.id).where(_RAW.id.in_(keys), _RAW.state == "waiting"))
_SIZES = Statement(
    select(_RAW.id, _RAW.size).where(_RAW.state == "waiting").order_by(_RAW.id).limit(bindparam("limit"))
)
_READ = (
    _RAW.id,
    _RAW.sha256,
    _RAW.size,
    _RAW.content,
    _RAW.blob,
    _RAW.blob_offset,
    _RAW.mailbox,
    _RAW.received_at,
    _RAW.attempts,
    _RAW.whole_size,
    _RAW.is_released,
)
_WAITING = ListStatement(lambda keys: select(*_READ).where(_RAW.id.in_(keys)).order_by(_RAW.id))
_ADD = Statement(insert(t.raw_message))
_SET_ONE_STATE = Statement(
    update(t.raw_message).where(_RAW.id == bindparam("raw_id")).values(state=bindparam("new_state"))
)


class SqlRawMessages:
    """See `repositories.RawMessages`."""

    def __init__(self, connection: Connection, blobs: FolderBlobs) -> None:
        self._connection = connection
        self._blobs = blobs

    def known(self, shas: Sequence[str], fingerprints: Sequence[str]) -> tuple[Mapping[str, int], Mapping[str, int]]:
        if self._connection.dialect.name == "postgresql":
            # Two mailboxes that bring one message at once must see each other; SQLite has one writer anyway.
            self._connection.execute(select(func.pg_advisory_xact_lock(_RECEIVING)))
        by_sha = _BY_SHA.rows(self._connection, shas)
        by_fingerprint = _BY_FINGERPRINT.rows(self._connection, fingerprints)
        return {row.sha256: row.id for row in by_sha}, {row.fingerprint: row.id for row in by_fingerprint}

    def add_many(self, raws: Sequence[NewRaw], now: datetime) -> Mapping[str, int]:
        places = self._blobs.put({raw.sha256: raw.content for raw in raws if len(raw.content) > LARGE})
        _ADD.run_many(self._connection, [_row_of(raw, places.get(raw.sha256), now) for raw in raws])
        return {row.sha256: row.id for row in _BY_SHA.rows(self._connection, [raw.sha256 for raw in raws])}

    def get(self, raw_id: int) -> StoredRaw:
        row = self._connection.execute(select(*_READ).where(_RAW.id == raw_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no raw message {raw_id}")
        return self._from_row(row)

    def waiting(self, limit: int, total_bytes: int) -> Sequence[StoredRaw]:
        chosen: list[int] = []
        room = total_bytes
        for raw_id, size in _SIZES.rows(self._connection, {"limit": limit}):
            if chosen and size > room:
                break
            room -= size
            chosen.append(raw_id)
        return [self._readable(row) for row in _WAITING.rows(self._connection, chosen)]

    def still_waiting(self, raw_ids: Sequence[int]) -> set[int]:
        return {row[0] for row in _STILL_WAITING.rows(self._connection, raw_ids)}

    def set_state(self, raw_ids: Sequence[int], state: str) -> None:
        _SET_ONE_STATE.run_many(self._connection, [{"raw_id": one, "new_state": state} for one in raw_ids])

    def release(self, raw_id: int) -> None:
        self._connection.execute(
            update(t.raw_message).where(t.raw_message.c.id == raw_id).values(state="waiting", is_released=True)
        )

    def count_attempt(self, raw_id: int) -> int:
        raw = t.raw_message.c
        counted = update(t.raw_message).where(raw.id == raw_id).values(attempts=raw.attempts + 1)
        return int(self._connection.execute(counted.returning(raw.attempts)).scalar_one())

    def _readable(self, row: Row[Any]) -> StoredRaw:
        # One file that is gone must not keep all that wait behind it.
        try:
            return self._from_row(row)
        except PermanentError as error:
            return StoredRaw(row.id, row.sha256, b"", row.mailbox, row.received_at, row.attempts, str(error))

    def _from_row(self, row: Row[*tuple[Any, ...]]) -> StoredRaw:
        content = row.content if row.content is not None else self._blobs.get(_place_of(row), row.size, row.sha256)
        return StoredRaw(
            row.id,
            row.sha256,
            content,
            row.mailbox,
            row.received_at,
            row.attempts,
            whole_size=row.whole_size,
            is_released=row.is_released,
        )


def _row_of(raw: NewRaw, place: Place | None, now: datetime) -> dict[str, Any]:
    return {
        "sha256": raw.sha256,
        "fingerprint": raw.fingerprint,
        "size": len(raw.content),
        "content": raw.content if place is None else None,
        "blob": place.name if place is not None else None,
        "blob_offset": place.offset if place is not None else None,
        "stored_at": now,
        "state": raw.state,
        "mailbox": raw.mailbox,
        "received_at": raw.received_at,
        "whole_size": raw.whole_size,
    }


def _place_of(row: Row[Any]) -> Place:
    return Place(row.blob or row.sha256, row.blob_offset or 0)
