"""Log-ins by the single sign-on provider: whom it vouches for, made or linked to an account by subject alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk.openid import Admission, Admitted, Claims, admit
from bot.desk.record import RecordEntry
from bot.desk.user import User
from bot.errors import NotAllowedError, RuleViolationError
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.keep_users import check_name, check_somebody_stays, shown_rights
from bot.steps.log_in import Lasting, open_session
from bot.stored import LogInOrigin


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """Who may come in by it, and how long their log-ins last. A second factor is the provider's to ask for."""

    admission: Admission
    lasts: Lasting


def log_in_by_openid(claims: Claims, by: SingleSignOn, *, store: Store, clock: Clock, origin: LogInOrigin) -> str:
    """The token of a new session. Somebody new gets an account; somebody known the rights that their groups give now.

    Raises NotAllowedError, with what the person can do about it.
    """
    now = clock.now()
    admitted = admit(claims, by.admission)
    with store.begin() as uow:
        name = uow.identities.name_of(claims.issuer, claims.subject)
        if name is None:
            name = _new_account(uow, claims, admitted, now)
        else:
            _renew_rights(uow, name, admitted, now)
        token = open_session(uow, name, now, by.lasts, origin)
        uow.record.add(RecordEntry(now, name, "logged_in", f"user:{name}", {}, {"by": claims.issuer}))
        uow.commit()
    return token


def connect_openid(claims: Claims, person: str, by: SingleSignOn, *, store: Store, clock: Clock) -> None:
    """Let a person who is logged in come in by single sign-on too. Raises RuleViolationError."""
    now = clock.now()
    admit(claims, by.admission)
    with store.begin() as uow:
        name = uow.identities.name_of(claims.issuer, claims.subject)
        if name is not None:
            raise RuleViolationError(f"this single sign-on belongs to {name} already")
        _link(uow, claims, person, now)
        uow.commit()


def _new_account(uow: UnitOfWork, claims: Claims, admitted: Admitted, now: datetime) -> str:
    name = claims.name.strip()
    if not name:
        raise NotAllowedError("the single sign-on provider tells no name for you; ask whoever looks after it")
    check_name(name)
    if uow.users.get(name) is not None:
        # Anybody may be called so at the provider; only who knows the password is this person.
        raise NotAllowedError(
            f"there is an account {name} already. If it is yours, log in with its password, and connect it there"
        )
    uow.users.save(name, admitted.role, "", now)
    uow.users.set_queues(name, admitted.queues)
    after = shown_rights(admitted.role, admitted.queues)
    uow.record.add(RecordEntry(now, name, "saved_user", f"user:{name}", {}, after))
    _link(uow, claims, name, now)
    return name


def _link(uow: UnitOfWork, claims: Claims, name: str, now: datetime) -> None:
    uow.identities.link(claims.issuer, claims.subject, name, now)
    after = {"issuer": claims.issuer, "subject": claims.subject}
    uow.record.add(RecordEntry(now, name, "connected_single_sign_on", f"user:{name}", {}, after))


def _renew_rights(uow: UnitOfWork, name: str, admitted: Admitted, now: datetime) -> None:
    user = uow.users.get(name)
    if user is None or not user.is_active:
        raise NotAllowedError(f"{name} is locked; ask an administrator")
    if User(name, admitted.role, user.is_active, admitted.queues) == user:
        return
    if admitted.role is not user.role:
        check_somebody_stays(uow, name)
        uow.users.set_role(name, admitted.role)
    uow.users.set_queues(name, admitted.queues)
    before, after = shown_rights(user.role, user.queues), shown_rights(admitted.role, admitted.queues)
    uow.record.add(RecordEntry(now, name, "changed_rights", f"user:{name}", before, {**after, "by": "single sign-on"}))
