"""Who people are at the single sign-on provider."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.user_tables import identity


class SqlIdentities:
    """See `user_repositories.Identities`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def name_of(self, issuer: str, subject: str) -> str | None:
        is_it = (identity.c.issuer == issuer) & (identity.c.subject == subject)
        return self._connection.scalar(select(identity.c.user_name).where(is_it))

    def is_linked(self, name: str) -> bool:
        query = select(identity.c.subject).where(identity.c.user_name == name).limit(1)
        return self._connection.scalar(query) is not None

    def link(self, issuer: str, subject: str, name: str, now: datetime) -> None:
        values = {"issuer": issuer, "subject": subject, "user_name": name, "linked_at": now}
        self._connection.execute(insert(identity).values(values))
