"""Who may use the desk, and what each may do. An administrator's, in the page or in the terminal."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta

from bot.desk.record import THE_DESK, RecordEntry
from bot.desk.user import Role, User, check_keeps_users
from bot.errors import NotFoundError, RuleViolationError
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.passwords import check_password, digest, hashed, new_token
from bot.steps.persons import known_person

LINK_LASTS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who says so. Whoever runs commands on the machine itself may be anybody, and needs no account of the desk."""

    name: str
    at_terminal: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do. `queues` None: every queue."""

    role: Role
    queues: frozenset[str] | None = None


def role_of(text: str) -> Role:
    """Raises RuleViolationError."""
    if text not in set(Role):
        raise RuleViolationError(f"{text!r} is no role; use one of {', '.join(Role)}")
    return Role(text)


def add_user(name: str, role: str, password: str, person: str, *, store: Store, clock: Clock) -> None:
    """Add a person, or change role and password of one; either ends their log-ins. In the terminal alone."""
    chosen = role_of(role)
    check_name(name)
    check_password(password, name)
    now = clock.now()
    with store.begin() as uow:
        if chosen is not Role.ADMINISTRATOR:
            check_somebody_stays(uow, name)
        uow.users.save(name, chosen, hashed(password), now)
        uow.record.add(RecordEntry(now, person, "saved_user", f"user:{name}", {}, {"role": role}))
        uow.commit()


def invite_user(name: str, rights: Rights, by: Keeper, *, store: Store, clock: Clock) -> str:
    """Add a person who chooses their own password; the token of the link for it, which is shown once."""
    check_name(name)
    now = clock.now()
    with store.begin() as uow:
        _check_keeper(uow, by)
        if uow.users.get(name) is not None:
            raise RuleViolationError(f"there is a user {name} already")
        uow.users.save(name, rights.role, "", now)
        uow.users.set_queues(name, rights.queues)
        uow.record.add(
            RecordEntry(now, by.name, "saved_user", f"user:{name}", {}, shown_rights(rights.role, rights.queues))
        )
        token = new_token()
        uow.users.add_password_link(name, digest(token), now + LINK_LASTS)
        uow.commit()
    return token


def make_password_link(name: str, by: Keeper, *, store: Store, clock: Clock) -> str:
    """A link with which the person sets a new password, once. The old one ends at once, and so do the log-ins."""
    now = clock.now()
    with store.begin() as uow:
        _check_keeper(uow, by)
        _known(uow, name)
        token = new_token()
        uow.users.set_password(name, "")
        uow.users.add_password_link(name, digest(token), now + LINK_LASTS)
        uow.record.add(RecordEntry(now, by.name, "reset_password", f"user:{name}"))
        uow.commit()
    return token


def change_rights(name: str, rights: Rights, by: Keeper, *, store: Store, clock: Clock) -> None:
    """Another role, or other queues. A change of role ends the person's log-ins."""
    now = clock.now()
    with store.begin() as uow:
        _check_keeper(uow, by)
        user = _known(uow, name)
        if rights.role is not Role.ADMINISTRATOR:
            check_somebody_stays(uow, name)
        if rights == Rights(user.role, user.queues):
            return
        if rights.role is not user.role:
            uow.users.set_role(name, rights.role)
        uow.users.set_queues(name, rights.queues)
        before, after = shown_rights(user.role, user.queues), shown_rights(rights.role, rights.queues)
        uow.record.add(RecordEntry(now, by.name, "changed_rights", f"user:{name}", before, after))
        uow.commit()


def lock_user(name: str, by: Keeper, *, store: Store, clock: Clock) -> None:
    """End a person's log-ins and tokens, and let nobody in under this name. What they did stays on record."""
    now = clock.now()
    with store.begin() as uow:
        _check_keeper(uow, by)
        _known(uow, name)
        check_somebody_stays(uow, name)
        uow.users.disable(name)
        uow.record.add(RecordEntry(now, by.name, "disabled_user", f"user:{name}"))
        uow.commit()


def unlock_user(name: str, by: Keeper, *, store: Store, clock: Clock) -> None:
    """Let a person in again, also where wrong passwords closed the name. Raises RuleViolationError, NotFoundError."""
    now = clock.now()
    with store.begin() as uow:
        _check_keeper(uow, by)
        _known(uow, name)
        uow.users.enable(name)
        uow.users.forget_failures_of(name)
        uow.record.add(RecordEntry(now, by.name, "enabled_user", f"user:{name}"))
        uow.commit()


def forget_second_factor(name: str, by: Keeper, *, store: Store, clock: Clock) -> None:
    """For whoever lost telephone and recovery codes. Their log-ins end; where it is demanded they set it up anew."""
    now = clock.now()
    with store.begin() as uow:
        _check_keeper(uow, by)
        _known(uow, name)
        uow.users.set_code_secret(name, "", 0)
        uow.users.set_recovery_codes(name, [])
        uow.users.close_sessions(name)
        uow.record.add(RecordEntry(now, by.name, "removed_second_factor", f"user:{name}"))
        uow.commit()


def end_log_ins(name: str, by: Keeper, *, store: Store, clock: Clock) -> None:
    """End every log-in of a person; the password stays. Raises RuleViolationError, NotFoundError."""
    now = clock.now()
    with store.begin() as uow:
        _check_keeper(uow, by)
        _known(uow, name)
        uow.users.close_sessions(name)
        uow.record.add(RecordEntry(now, by.name, "ended_log_ins", f"user:{name}"))
        uow.commit()


def _check_keeper(uow: UnitOfWork, by: Keeper) -> None:
    if not by.at_terminal:
        check_keeps_users(known_person(uow, by.name))


def check_name(name: str) -> None:
    if not name.strip() or name != name.strip() or len(name) > 100 or not name.isprintable():
        raise RuleViolationError("a user name has 1 to 100 characters and no spaces at its ends")
    if name.lower() == THE_DESK:
        raise RuleViolationError(f"{name} is the desk itself; choose another name")


def check_somebody_stays(uow: UnitOfWork, name: str) -> None:
    """Raises RuleViolationError where the desk would have no administrator left."""
    user = uow.users.get(name)
    if user is None or user.role is not Role.ADMINISTRATOR or not user.is_active:
        return
    if not uow.users.administrators() - {name}:
        raise RuleViolationError(f"{name} is the only administrator; make somebody else one first")


def _known(uow: UnitOfWork, name: str) -> User:
    user = uow.users.get(name)
    if user is None:
        raise NotFoundError(f"there is no user {name}")
    return user


def shown_rights(role: Role, queues: Set[str] | None) -> dict[str, str]:
    return {"role": role, "queues": "every queue" if queues is None else ", ".join(sorted(queues))}
