"""Files of ours for drafts: each once, under its SHA-256, in the row or, where large, in the blob folder."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from bot.errors import NotFoundError
from bot.store.blobs import FolderBlobs, Place
from bot.store.file_tables import draft_file
from bot.store.raw_messages import LARGE


class SqlDraftFiles:
    """See `repositories.DraftFiles`."""

    def __init__(self, connection: Connection, blobs: FolderBlobs) -> None:
        self._connection = connection
        self._blobs = blobs

    def add(self, content: bytes, now: datetime) -> str:
        digest = sha256(content).hexdigest()
        file = draft_file.c
        if self._connection.scalar(select(file.size).where(file.sha256 == digest)) is not None:
            return digest
        is_large = len(content) > LARGE
        if is_large:
            self._blobs.put({digest: content})
        row = {"sha256": digest, "size": len(content), "content": None if is_large else content, "stored_at": now}
        self._connection.execute(insert(draft_file), row)
        return digest

    def get(self, digest: str) -> bytes:
        row = self._connection.execute(select(draft_file).where(draft_file.c.sha256 == digest)).one_or_none()
        if row is None:
            raise NotFoundError("there is no such file")
        return bytes(row.content) if row.content is not None else self._blobs.get(Place(digest, 0), row.size, digest)
