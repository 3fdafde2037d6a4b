"""Who is at the page. Passwords are hashed with Argon2; sessions live in the store and can be ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.user import Role
from bot.errors import RuleViolationError
from bot.ports import Clock
from bot.repositories import Store
from bot.stored import Session

# After this many wrong passwords in the window the name is closed for the rest of it.
FAILURES = 5
WINDOW = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
# Under which the failures of all names that nobody has are counted; no person can be called so.
UNKNOWN = ""

_HASHER = PasswordHasher()
# Compared against for unknown names, so that the answer takes as long and tells nothing.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Fm7zvlFf1a7B0nRmVJt1bCRyWsV2cmHMX9MHrf0bVv8"


def add_user(name: str, role: str, password: str, person: str, *, store: Store, clock: Clock) -> None:
    """Add a person, or change role and password of one; either ends their log-ins."""
    if role not in set(Role):
        raise RuleViolationError(f"{role!r} is no role; use one of {', '.join(Role)}")
    if not name.strip() or name != name.strip() or len(name) > 100:
        raise RuleViolationError("a user name has 1 to 100 characters and no spaces at its ends")
    if name.lower() == THE_DESK:
        raise RuleViolationError(f"{name} is the desk itself; choose another name")
    if len(password) < SHORTEST_PASSWORD:
        raise RuleViolationError(f"a password needs at least {SHORTEST_PASSWORD} characters")
    now = clock.now()
    with store.begin() as uow:
        uow.users.save(name, Role(role), _HASHER.hash(password), now)
        uow.record.add(RecordEntry(now, person, "saved_user", f"user:{name}", {}, {"role": role}))
        uow.commit()


def disable_user(name: str, person: str, *, store: Store, clock: Clock) -> None:
    now = clock.now()
    with store.begin() as uow:
        if uow.users.get(name) is None:
            raise RuleViolationError(f"there is no user {name}")
        uow.users.disable(name)
        uow.record.add(RecordEntry(now, person, "disabled_user", f"user:{name}"))
        uow.commit()


@dataclass(frozen=True, slots=True)
class Lasting:
    """A log-in ends after `unused`, and after `at_most` however much it is used."""

    unused: timedelta
    at_most: timedelta


def log_in(name: str, password: str, lasts: Lasting, *, store: Store, clock: Clock) -> str | None:
    """The token of a new session, or None where name and password do not fit or were wrong too often."""
    now = clock.now()
    with store.look() as uow:
        stored = uow.users.password_hash(name)
        # Whatever was typed for a name that nobody has, a password perhaps, is not kept.
        known = name if stored is not None else UNKNOWN
        is_closed = uow.users.recent_failures(known, now - WINDOW) >= FAILURES
    if not _matches(stored or _NOBODY, password) or stored is None or is_closed:
        # A closed name is on record as such already: nobody fills the record by trying on.
        if not is_closed:
            _note_failure(known, now, store)
        return None
    token = secrets.token_urlsafe(32)
    with store.begin() as uow:
        uow.users.open_session(
            name, _digest(token), secrets.token_urlsafe(24), now, now + min(lasts.unused, lasts.at_most)
        )
        uow.record.add(RecordEntry(now, name, "logged_in", f"user:{name}"))
        uow.commit()
    return token


def _note_failure(name: str, now: datetime, store: Store) -> None:
    with store.begin() as uow:
        uow.users.add_failure(name, now)
        uow.users.forget_failures(now - WINDOW)
        uow.record.add(RecordEntry(now, name or "somebody", "log_in_refused", f"user:{name}"))
        uow.commit()


def session_of(token: str, lasts: Lasting, *, store: Store, clock: Clock) -> Session | None:
    """The session behind a token, None where it ended. Using it puts off its end."""
    now = clock.now()
    with store.look() as uow:
        session = uow.users.session(_digest(token), now)
    if session is None:
        return None
    ends_at = session.opened_at + lasts.at_most
    if now >= ends_at:
        return None
    until = min(now + lasts.unused, ends_at)
    # Seldom: a page that is only read must not wait for whoever writes.
    is_due = until - session.expires_at > lasts.unused / 8 or session.expires_at < until == ends_at
    if is_due:
        with store.begin() as uow:
            uow.users.prolong_session(_digest(token), until)
            uow.commit()
    return session


def log_out(token: str, *, store: Store) -> None:
    with store.begin() as uow:
        uow.users.close_session(_digest(token))
        uow.commit()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False
