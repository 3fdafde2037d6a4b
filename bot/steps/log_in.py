"""Who is at the page: log-ins with a password and, where it is set up or demanded, a second factor."""

from __future__ import annotations

import secrets
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.one_time_code import matching_step
from bot.desk.record import RecordEntry
from bot.desk.user import Role
from bot.errors import RuleViolationError
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.passwords import NOBODY, digest, matches, new_token
from bot.stored import LogInOrigin, Session

# After this many wrong passwords or codes in the window the name is closed for the rest of it.
FAILURES = 5
WINDOW = timedelta(minutes=15)
# Under which the failures of all names that nobody has are counted; no person can be called so.
UNKNOWN = ""
# How long a log-in may wait for its second factor.
HALF_LASTS = timedelta(minutes=15)
_NOWHERE = LogInOrigin()
# What such a log-in waits for.
CODE, ENROLMENT = "code", "enrolment"


@dataclass(frozen=True, slots=True)
class Lasting:
    """A log-in ends after `unused`, and after `at_most` however much it is used."""

    unused: timedelta
    at_most: timedelta


@dataclass(frozen=True, slots=True)
class Door:
    """How people come in: how long log-ins last, and of whom a second factor is demanded."""

    lasts: Lasting
    second_factor_for: Set[Role] = field(default_factory=frozenset)


def log_in(
    name: str, password: str, door: Door, *, store: Store, clock: Clock, origin: LogInOrigin = _NOWHERE
) -> str | None:
    """The token of a new session, or None where name and password do not fit or were wrong too often.

    The session may still wait for a second factor; see `Session.waits_for`.
    """
    now = clock.now()
    with store.look() as uow:
        stored = uow.users.password_hash(name)
        # Whatever was typed for a name that nobody has, a password perhaps, is not kept.
        known = name if stored is not None else UNKNOWN
        is_closed = uow.users.recent_failures(known, now - WINDOW) >= FAILURES
    if not matches(stored or NOBODY, password) or stored is None or is_closed:
        # A closed name is on record as such already: nobody fills the record by trying on.
        if not is_closed:
            _note_failure(known, now, store)
        return None
    with store.begin() as uow:
        waits_for = _still_to_come(uow, name, door)
        token = open_session(uow, name, now, door.lasts, origin, waits_for)
        if not waits_for:
            uow.record.add(RecordEntry(now, name, "logged_in", f"user:{name}"))
        uow.commit()
    return token


def _still_to_come(uow: UnitOfWork, name: str, door: Door) -> str:
    if uow.users.code_secret(name)[0]:
        return CODE
    user = uow.users.get(name)
    return ENROLMENT if user is not None and user.role in door.second_factor_for else ""


def open_session(
    uow: UnitOfWork, name: str, now: datetime, lasts: Lasting, origin: LogInOrigin, waits_for: str = ""
) -> str:
    """The token of a new session. The caller commits, and puts it on record."""
    token = new_token()
    until = now + (HALF_LASTS if waits_for else min(lasts.unused, lasts.at_most))
    uow.users.open_session(name, digest(token), secrets.token_urlsafe(24), now, until)
    uow.users.describe_session(digest(token), origin, waits_for)
    return token


def give_code(half: Session, token: str, code: str, door: Door, *, store: Store, clock: Clock) -> str | None:
    """The token of the whole log-in, None where neither a code nor a recovery code fits, or too many did not."""
    name, now = half.user.name, clock.now()
    with store.begin() as uow:
        is_closed = uow.users.recent_failures(name, now - WINDOW) >= FAILURES
        how = "" if is_closed else _fitting(uow, name, code, now)
        if how:
            uow.users.close_session(digest(token))
            whole = open_session(uow, name, now, door.lasts, half.origin)
            uow.record.add(RecordEntry(now, name, "logged_in", f"user:{name}", {}, {"second_factor": how}))
            uow.commit()
            return whole
    if not is_closed:
        _note_failure(name, now, store)
    return None


def _fitting(uow: UnitOfWork, name: str, code: str, now: datetime) -> str:
    secret, taken = uow.users.code_secret(name)
    step = matching_step(secret, code, now, taken) if secret else None
    if step is not None and uow.users.take_code_step(name, step):
        return "code"
    typed = "".join(code.replace("-", "").split()).lower()
    return "recovery code" if uow.users.use_recovery_code(name, digest(typed)) else ""


def finish_enrolment(half: Session, token: str, door: Door, *, store: Store, clock: Clock) -> str:
    """The token of the whole log-in, once the second factor that was demanded is set up."""
    name, now = half.user.name, clock.now()
    with store.begin() as uow:
        if not uow.users.code_secret(name)[0]:
            raise RuleViolationError("set up the second factor first")
        uow.users.close_session(digest(token))
        whole = open_session(uow, name, now, door.lasts, half.origin)
        uow.record.add(RecordEntry(now, name, "logged_in", f"user:{name}", {}, {"second_factor": "set up"}))
        uow.commit()
    return whole


def _note_failure(name: str, now: datetime, store: Store) -> None:
    with store.begin() as uow:
        uow.users.add_failure(name, now)
        uow.users.forget_failures(now - WINDOW)
        uow.record.add(RecordEntry(now, name or "somebody", "log_in_refused", f"user:{name}"))
        uow.commit()


def session_of(token: str, lasts: Lasting, *, store: Store, clock: Clock, is_used: bool = True) -> Session | None:
    """The session behind a token, None where it ended. Use puts off its end; a page that asks by itself does not."""
    now = clock.now()
    with store.look() as uow:
        session = uow.users.session(digest(token), now)
    if session is None:
        return None
    ends_at = session.opened_at + lasts.at_most
    if now >= ends_at:
        return None
    if session.waits_for:
        return session
    until = min(now + lasts.unused, ends_at)
    # Seldom: a page that is only read must not wait for whoever writes.
    is_due = until - session.expires_at > lasts.unused / 8 or session.expires_at < until == ends_at
    if is_used and is_due:
        with store.begin() as uow:
            uow.users.prolong_session(digest(token), until)
            uow.commit()
    return session


def log_out(token: str, *, store: Store) -> None:
    with store.begin() as uow:
        uow.users.close_session(digest(token))
        uow.commit()
