"""Tokens with which a program acts for a person: made by the person, shown once, limited and ended at any time."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta

from bot.desk.api_scope import Scope
from bot.desk.record import RecordEntry
from bot.desk.user import User
from bot.errors import NotFoundError, RuleViolationError
from bot.ports import Clock
from bot.repositories import Store
from bot.steps.passwords import digest, new_token
from bot.steps.persons import known_person
from bot.stored import ApiToken

LONGEST_DAYS = 366
# So that a token that lies about somewhere is known for what it is.
PREFIX = "creditdesk_"
# How exact the page is about when a token was used: a program that only reads must not wait for whoever writes.
_USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Caller:
    """The person a program acts for, and what the token is for."""

    user: User
    scopes: Set[Scope]
    token_id: int


def make_api_token(name: str, label: str, scopes: Set[Scope], days: int, *, store: Store, clock: Clock) -> str:
    """The token, which is shown once."""
    if not label.strip() or len(label) > 100:
        raise RuleViolationError("say in 1 to 100 characters what the token is for")
    if not scopes:
        raise RuleViolationError("choose what the token may do")
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleViolationError(f"a token lasts 1 to {LONGEST_DAYS} days")
    now = clock.now()
    token = PREFIX + new_token()
    with store.begin() as uow:
        known_person(uow, name)
        made = ApiToken(0, name, label.strip(), frozenset(scopes), now, now + timedelta(days=days))
        uow.tokens.add(made, digest(token))
        after = {"label": made.label, "scopes": ", ".join(sorted(scopes)), "until": made.expires_at.isoformat()}
        uow.record.add(RecordEntry(now, name, "made_token", f"user:{name}", {}, after))
        uow.commit()
    return token


def revoke_api_token(name: str, token_id: int, *, store: Store, clock: Clock) -> None:
    """Raises NotFoundError where it is none of the person's."""
    now = clock.now()
    with store.begin() as uow:
        if not uow.tokens.revoke(name, token_id, now):
            raise NotFoundError("this token has ended already")
        uow.record.add(RecordEntry(now, name, "revoked_token", f"user:{name}", {}, {"token": str(token_id)}))
        uow.commit()


def caller_of(token: str, *, store: Store, clock: Clock) -> Caller | None:
    """Who calls; None where the token is unknown, over or revoked, or its person is locked."""
    now = clock.now()
    with store.look() as uow:
        found = uow.tokens.live(now, token_sha256=digest(token))
        user = uow.users.get(found[0].user_name) if found else None
    if user is None or not user.is_active:
        return None
    kept = found[0]
    if kept.used_at is None or now - kept.used_at > _USE_NOTED_EVERY:
        with store.begin() as uow:
            uow.tokens.mark_used(kept.token_id, now)
            uow.commit()
    return Caller(user, kept.scopes, kept.token_id)
