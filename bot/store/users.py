"""People: what they may do, how they prove who they are, and their log-ins."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, null, select, update

from bot.desk.user import Role, User
from bot.store import user_tables as t
from bot.stored import HANDLE, LogInOrigin, OpenLogIn, Session

USER: tuple[ColumnElement[Any], ...] = (t.user.c.name, t.user.c.role, t.user.c.is_active, t.user.c.queues)
_OF_SESSION = tuple(
    t.session.c[name] for name in ("csrf_token", "expires_at", "created_at", "waits_for", "address", "browser")
)


def user_from_row(row: Row[Any]) -> User:
    queues = frozenset(row.queues) if row.queues is not None else None
    return User(row.name, Role(row.role), row.is_active, queues)


class SqlUsers:
    """See `user_repositories.Users`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> User | None:
        row = self._connection.execute(select(*USER).where(t.user.c.name == name)).one_or_none()
        return user_from_row(row) if row is not None else None

    def administrators(self) -> Set[str]:
        is_one = t.user.c.role == Role.ADMINISTRATOR
        return set(self._connection.scalars(select(t.user.c.name).where(is_one, t.user.c.is_active.is_(True))))

    def password_hash(self, name: str) -> str | None:
        query = select(t.user.c.password_hash).where(t.user.c.name == name, t.user.c.is_active.is_(True))
        return self._connection.scalar(query)

    def save(self, name: str, role: Role, password_hash: str, now: datetime) -> None:
        values = {"role": role, "password_hash": password_hash, "is_active": True}
        if self.get(name) is None:
            self._connection.execute(insert(t.user).values(name=name, created_at=now, **values))
            return
        self._set(name, **values)
        # A new password or a lost account ends every log-in made with the old one.
        self.close_sessions(name)

    def set_queues(self, name: str, queues: Set[str] | None) -> None:
        self._set(name, queues=null() if queues is None else sorted(queues))

    def set_role(self, name: str, role: Role) -> None:
        self._set(name, role=role)
        self.close_sessions(name)

    def set_password(self, name: str, password_hash: str, kept_session: str = "") -> None:
        self._set(name, password_hash=password_hash)
        others = (t.session.c.user_name == name) & (t.session.c.token_sha256 != kept_session)
        self._connection.execute(delete(t.session).where(others))

    def disable(self, name: str) -> None:
        self._set(name, is_active=False)
        self.close_sessions(name)
        self._connection.execute(delete(t.password_link).where(t.password_link.c.user_name == name))

    def enable(self, name: str) -> None:
        self._set(name, is_active=True)

    def add_password_link(self, name: str, token_sha256: str, until: datetime) -> None:
        self._connection.execute(delete(t.password_link).where(t.password_link.c.user_name == name))
        values = {"token_sha256": token_sha256, "user_name": name, "expires_at": until}
        self._connection.execute(insert(t.password_link).values(values))

    def name_of_link(self, token_sha256: str, now: datetime) -> str | None:
        link = t.password_link.c
        query = select(link.user_name).where(link.token_sha256 == token_sha256, link.expires_at > now)
        return self._connection.scalar(query)

    def use_link(self, token_sha256: str, now: datetime) -> bool:
        link = t.password_link.c
        fits = (link.token_sha256 == token_sha256) & (link.expires_at > now)
        return self._connection.execute(delete(t.password_link).where(fits)).rowcount == 1

    def code_secret(self, name: str) -> tuple[str, int]:
        query = select(t.user.c.code_secret, t.user.c.code_step).where(t.user.c.name == name)
        row = self._connection.execute(query).one_or_none()
        return (row.code_secret, row.code_step) if row is not None else ("", 0)

    def set_code_secret(self, name: str, secret: str, step: int) -> None:
        self._set(name, code_secret=secret, code_step=step)

    def take_code_step(self, name: str, step: int) -> bool:
        is_newer = (t.user.c.name == name) & (t.user.c.code_step < step)
        return self._connection.execute(update(t.user).where(is_newer).values(code_step=step)).rowcount == 1

    def set_recovery_codes(self, name: str, code_sha256s: Sequence[str]) -> None:
        self._connection.execute(delete(t.recovery_code).where(t.recovery_code.c.user_name == name))
        if code_sha256s:
            rows = [{"user_name": name, "code_sha256": one} for one in code_sha256s]
            self._connection.execute(insert(t.recovery_code), rows)

    def recovery_codes_left(self, name: str) -> int:
        query = select(func.count()).select_from(t.recovery_code).where(t.recovery_code.c.user_name == name)
        return int(self._connection.scalar(query) or 0)

    def use_recovery_code(self, name: str, code_sha256: str) -> bool:
        code = t.recovery_code.c
        fits = (code.user_name == name) & (code.code_sha256 == code_sha256)
        return self._connection.execute(delete(t.recovery_code).where(fits)).rowcount == 1

    def recent_failures(self, name: str, since: datetime) -> int:
        failure = t.login_failure.c
        query = select(func.count()).select_from(t.login_failure).where(failure.user_name == name, failure.at >= since)
        return int(self._connection.scalar(query) or 0)

    def add_failure(self, name: str, now: datetime) -> None:
        self._connection.execute(insert(t.login_failure).values(user_name=name[:100], at=now))

    def forget_failures(self, before: datetime) -> None:
        self._connection.execute(delete(t.login_failure).where(t.login_failure.c.at < before))

    def forget_failures_of(self, name: str) -> None:
        self._connection.execute(delete(t.login_failure).where(t.login_failure.c.user_name == name))

    def open_session(self, name: str, token_sha256: str, csrf_token: str, now: datetime, until: datetime) -> None:
        self._connection.execute(delete(t.session).where(t.session.c.expires_at < now))
        self._connection.execute(
            insert(t.session).values(
                token_sha256=token_sha256, user_name=name, csrf_token=csrf_token, created_at=now, expires_at=until
            )
        )

    def describe_session(self, token_sha256: str, origin: LogInOrigin, waits_for: str) -> None:
        values = {"address": origin.address[:64], "browser": origin.browser[:200], "waits_for": waits_for}
        self._change_session(token_sha256, **values)

    def session(self, token_sha256: str, now: datetime) -> Session | None:
        joined = t.session.join(t.user, t.user.c.name == t.session.c.user_name)
        query = (
            select(*USER, *_OF_SESSION)
            .select_from(joined)
            .where(t.session.c.token_sha256 == token_sha256, t.session.c.expires_at > now, t.user.c.is_active.is_(True))
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        origin = LogInOrigin(row.address, row.browser)
        return Session(user_from_row(row), row.csrf_token, row.expires_at, row.created_at, row.waits_for, origin)

    def prolong_session(self, token_sha256: str, until: datetime) -> None:
        self._change_session(token_sha256, expires_at=until)

    def close_session(self, token_sha256: str) -> None:
        self._connection.execute(delete(t.session).where(t.session.c.token_sha256 == token_sha256))

    def close_sessions(self, name: str) -> None:
        self._connection.execute(delete(t.session).where(t.session.c.user_name == name))

    def close_log_in(self, name: str, handle: str) -> bool:
        is_theirs = (t.session.c.user_name == name) & (func.substr(t.session.c.token_sha256, 1, HANDLE) == handle)
        return self._connection.execute(delete(t.session).where(is_theirs)).rowcount == 1

    def log_ins_of(self, name: str, now: datetime) -> Sequence[OpenLogIn]:
        session = t.session.c
        query = select(t.session).where(session.user_name == name, session.expires_at > now)
        return [
            OpenLogIn(
                row.token_sha256[:HANDLE],
                row.user_name,
                row.created_at,
                row.expires_at,
                LogInOrigin(row.address, row.browser),
                row.waits_for,
            )
            for row in self._connection.execute(query.order_by(session.created_at.desc()))
        ]

    def offered_secret(self, token_sha256: str) -> str:
        query = select(t.session.c.offered_secret).where(t.session.c.token_sha256 == token_sha256)
        return self._connection.scalar(query) or ""

    def offer_secret(self, token_sha256: str, secret: str) -> None:
        self._change_session(token_sha256, offered_secret=secret)

    def _set(self, name: str, **values: object) -> None:
        self._connection.execute(update(t.user).where(t.user.c.name == name).values(**values))

    def _change_session(self, token_sha256: str, **values: object) -> None:
        is_this = t.session.c.token_sha256 == token_sha256
        self._connection.execute(update(t.session).where(is_this).values(**values))
