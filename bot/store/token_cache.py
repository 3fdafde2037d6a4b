"""The kept tokens of logins, as sealed bytes. What is in them, the store cannot tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store.login_tables import token_cache


class SqlTokenCache:
    """See `upkeep_repositories.KeptTokens`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self, login: str) -> bytes | None:
        sealed = self._connection.scalar(select(token_cache.c.sealed).where(token_cache.c.login == login))
        return bytes(sealed) if sealed is not None else None

    def save(self, login: str, sealed: bytes, now: datetime) -> None:
        values = {"sealed": sealed, "saved_at": now}
        changed = self._connection.execute(update(token_cache).where(token_cache.c.login == login).values(**values))
        if not changed.rowcount:
            self._connection.execute(insert(token_cache).values(login=login, **values))
