"""People and their log-ins."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, null, select, update

from bot.desk.user import Role, User
from bot.store import user_tables as t
from bot.stored import Session

USER: tuple[ColumnElement[Any], ...] = (t.user.c.name, t.user.c.role, t.user.c.is_active, t.user.c.queues)
_OF_SESSION = ("csrf_token", "expires_at", "created_at")


def user_from_row(row: Row[Any]) -> User:
    queues = frozenset(row.queues) if row.queues is not None else None
    return User(row.name, Role(row.role), row.is_active, queues)


class SqlUsers:
    """See `repositories.Users`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> User | None:
        row = self._connection.execute(select(*USER).where(t.user.c.name == name)).one_or_none()
        return user_from_row(row) if row is not None else None

    def password_hash(self, name: str) -> str | None:
        query = select(t.user.c.password_hash).where(t.user.c.name == name, t.user.c.is_active.is_(True))
        return self._connection.scalar(query)

    def save(self, name: str, role: Role, password_hash: str, now: datetime) -> None:
        values = {"role": role, "password_hash": password_hash, "is_active": True}
        if self.get(name) is None:
            self._connection.execute(insert(t.user).values(name=name, created_at=now, **values))
            return
        self._connection.execute(update(t.user).where(t.user.c.name == name).values(**values))
        self._close_all(name)

    def set_queues(self, name: str, queues: Set[str] | None) -> None:
        kept = null() if queues is None else sorted(queues)
        self._connection.execute(update(t.user).where(t.user.c.name == name).values(queues=kept))

    def disable(self, name: str) -> None:
        self._connection.execute(update(t.user).where(t.user.c.name == name).values(is_active=False))
        self._close_all(name)

    def recent_failures(self, name: str, since: datetime) -> int:
        failure = t.login_failure.c
        query = select(func.count()).select_from(t.login_failure).where(failure.user_name == name, failure.at >= since)
        return int(self._connection.scalar(query) or 0)

    def add_failure(self, name: str, now: datetime) -> None:
        self._connection.execute(insert(t.login_failure).values(user_name=name[:100], at=now))

    def forget_failures(self, before: datetime) -> None:
        self._connection.execute(delete(t.login_failure).where(t.login_failure.c.at < before))

    def open_session(self, name: str, token_sha256: str, csrf_token: str, now: datetime, until: datetime) -> None:
        self._connection.execute(delete(t.session).where(t.session.c.expires_at < now))
        self._connection.execute(
            insert(t.session).values(
                token_sha256=token_sha256, user_name=name, csrf_token=csrf_token, created_at=now, expires_at=until
            )
        )

    def session(self, token_sha256: str, now: datetime) -> Session | None:
        joined = t.session.join(t.user, t.user.c.name == t.session.c.user_name)
        query = (
            select(*USER, *(t.session.c[name] for name in _OF_SESSION))
            .select_from(joined)
            .where(t.session.c.token_sha256 == token_sha256, t.session.c.expires_at > now, t.user.c.is_active.is_(True))
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return Session(user_from_row(row), row.csrf_token, row.expires_at, row.created_at)

    def prolong_session(self, token_sha256: str, until: datetime) -> None:
        is_this = t.session.c.token_sha256 == token_sha256
        self._connection.execute(update(t.session).where(is_this).values(expires_at=until))

    def close_session(self, token_sha256: str) -> None:
        self._connection.execute(delete(t.session).where(t.session.c.token_sha256 == token_sha256))

    def _close_all(self, name: str) -> None:
        # A new password or a lost account ends every log-in made with the old one.
        self._connection.execute(delete(t.session).where(t.session.c.user_name == name))
