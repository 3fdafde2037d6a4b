"""Tokens of programs. Only their hashes are kept."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.desk.api_scope import Scope
from bot.store import user_tables as t
from bot.stored import ApiToken


class SqlApiTokens:
    """See `user_repositories.ApiTokens`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token: ApiToken, token_sha256: str) -> None:
        values = {
            "user_name": token.user_name,
            "label": token.label,
            "token_sha256": token_sha256,
            "scopes": sorted(token.scopes),
            "created_at": token.created_at,
            "expires_at": token.expires_at,
        }
        self._connection.execute(insert(t.api_token).values(values))

    def live(self, now: datetime, *, name: str | None = None, token_sha256: str | None = None) -> Sequence[ApiToken]:
        token = t.api_token.c
        query = select(t.api_token).where(token.revoked_at.is_(None), token.expires_at > now)
        if name is not None:
            query = query.where(token.user_name == name)
        if token_sha256 is not None:
            query = query.where(token.token_sha256 == token_sha256)
        return [
            ApiToken(row.id, row.user_name, row.label, _scopes(row.scopes), row.created_at, row.expires_at, row.used_at)
            for row in self._connection.execute(query.order_by(token.id.desc()))
        ]

    def revoke(self, name: str, token_id: int, now: datetime) -> bool:
        token = t.api_token.c
        is_theirs = (token.id == token_id) & (token.user_name == name) & token.revoked_at.is_(None)
        return self._connection.execute(update(t.api_token).where(is_theirs).values(revoked_at=now)).rowcount == 1

    def mark_used(self, token_id: int, now: datetime) -> None:
        self._connection.execute(update(t.api_token).where(t.api_token.c.id == token_id).values(used_at=now))


def _scopes(kept: Sequence[str]) -> Set[Scope]:
    return frozenset(Scope(one) for one in kept)
