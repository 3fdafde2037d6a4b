"""What people do with their own account: password, second factor, and the log-ins that are open."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Sequence, Set

from bot.desk.one_time_code import matching_step
from bot.desk.record import RecordEntry
from bot.desk.user import Role
from bot.errors import NotAllowedError, NotFoundError, RuleViolationError
from bot.ports import Clock
from bot.repositories import Store, UnitOfWork
from bot.steps.passwords import check_password, digest, hashed, matches
from bot.steps.persons import known_person
from bot.stored import HANDLE, OpenLogIn

RECOVERY_CODES = 10
# Letters and digits that nobody takes for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def change_password(name: str, old: str, new: str, token: str, *, store: Store, clock: Clock) -> None:
    """Every other log-in of the person ends; the one of `token` goes on."""
    check_password(new, name)
    now = clock.now()
    with store.look() as uow:
        stored = uow.users.password_hash(name)
    if stored is None or not matches(stored, old):
        raise RuleViolationError("the old password does not fit")
    with store.begin() as uow:
        uow.users.set_password(name, hashed(new), kept_session=digest(token))
        uow.record.add(RecordEntry(now, name, "changed_password", f"user:{name}"))
        uow.commit()


def name_of_link(token: str, *, store: Store, clock: Clock) -> str:
    """Whose password the link sets. Raises NotAllowedError where it was used, replaced or is too old."""
    with store.look() as uow:
        name = uow.users.name_of_link(digest(token), clock.now())
    if name is None:
        raise NotAllowedError("this link was used already or is too old; ask an administrator for a new one")
    return name


def set_password_by_link(token: str, new: str, *, store: Store, clock: Clock) -> str:
    """Set the password of the link's person and use the link up; the person's name."""
    now = clock.now()
    name = name_of_link(token, store=store, clock=clock)
    check_password(new, name)
    kept = hashed(new)
    with store.begin() as uow:
        # Whoever sends the same form twice at once finds it used up.
        if not uow.users.use_link(digest(token), now):
            raise NotAllowedError("this link was used already; ask an administrator for a new one")
        uow.users.set_password(name, kept)
        uow.users.forget_failures_of(name)
        uow.record.add(RecordEntry(now, name, "changed_password", f"user:{name}"))
        uow.commit()
    return name


def own_log_ins(name: str, *, store: Store, clock: Clock) -> Sequence[OpenLogIn]:
    """Newest first."""
    with store.look() as uow:
        return uow.users.log_ins_of(name, clock.now())


def handle_of(token: str) -> str:
    """Which of the log-ins in the list is the one of this token."""
    return digest(token)[:HANDLE]


def end_log_in(name: str, handle: str, *, store: Store, clock: Clock) -> None:
    """End one of the person's log-ins. Raises NotFoundError where it is none of theirs."""
    now = clock.now()
    with store.begin() as uow:
        if not uow.users.close_log_in(name, handle):
            raise NotFoundError("this log-in has ended already")
        uow.record.add(RecordEntry(now, name, "ended_log_ins", f"user:{name}", {}, {"log_ins": "one"}))
        uow.commit()


def log_out_everywhere(name: str, *, store: Store, clock: Clock) -> None:
    """End every log-in of the person, the one of this very page too."""
    now = clock.now()
    with store.begin() as uow:
        uow.users.close_sessions(name)
        uow.record.add(RecordEntry(now, name, "ended_log_ins", f"user:{name}", {}, {"log_ins": "all"}))
        uow.commit()


def offer_second_factor(token: str, *, store: Store) -> str:
    """The secret for the person's authenticator; the same one until it is confirmed or the log-in ends."""
    with store.begin() as uow:
        offered = uow.users.offered_secret(digest(token))
        if not offered:
            offered = b32encode(secrets.token_bytes(20)).decode()
            uow.users.offer_secret(digest(token), offered)
            uow.commit()
    return offered


def confirm_second_factor(name: str, token: str, code: str, *, store: Store, clock: Clock) -> Sequence[str]:
    """Switch it on with a first code from the authenticator; the recovery codes, which are shown once."""
    now = clock.now()
    codes = _new_codes()
    with store.begin() as uow:
        known_person(uow, name)
        if uow.users.code_secret(name)[0]:
            raise RuleViolationError("the second factor is set up already; remove it first")
        secret = uow.users.offered_secret(digest(token))
        step = matching_step(secret, code, now, 0) if secret else None
        if step is None:
            raise RuleViolationError("this code does not fit; wait for the next one, and check the clock of the device")
        uow.users.set_code_secret(name, secret, step)
        uow.users.offer_secret(digest(token), "")
        _keep_codes(uow, name, codes)
        uow.record.add(RecordEntry(now, name, "set_up_second_factor", f"user:{name}"))
        uow.commit()
    return codes


def renew_recovery_codes(name: str, code: str, *, store: Store, clock: Clock) -> Sequence[str]:
    """New recovery codes in place of the old ones, against a code of the authenticator."""
    now = clock.now()
    codes = _new_codes()
    with store.begin() as uow:
        _take_code(uow, name, code, clock)
        _keep_codes(uow, name, codes)
        uow.record.add(RecordEntry(now, name, "renewed_recovery_codes", f"user:{name}"))
        uow.commit()
    return codes


def remove_second_factor(name: str, code: str, demanded_of: Set[Role], *, store: Store, clock: Clock) -> None:
    """Switch it off, against a code of the authenticator, where it is not demanded of the person's role."""
    now = clock.now()
    with store.begin() as uow:
        user = known_person(uow, name)
        if user.role in demanded_of:
            raise RuleViolationError(f"a {user.role} needs a second factor here")
        _take_code(uow, name, code, clock)
        uow.users.set_code_secret(name, "", 0)
        uow.users.set_recovery_codes(name, [])
        uow.record.add(RecordEntry(now, name, "removed_second_factor", f"user:{name}"))
        uow.commit()


def _take_code(uow: UnitOfWork, name: str, code: str, clock: Clock) -> None:
    secret, taken = uow.users.code_secret(name)
    step = matching_step(secret, code, clock.now(), taken) if secret else None
    if step is None or not uow.users.take_code_step(name, step):
        raise RuleViolationError("this code does not fit, or was used already; wait for the next one")


def _new_codes() -> tuple[str, ...]:
    """Each with 59 random bits; the log-in closes a name after five wrong ones."""
    halves = ["".join(secrets.choice(_ALPHABET) for _ in range(6)) for _ in range(2 * RECOVERY_CODES)]
    return tuple(f"{first}-{second}" for first, second in zip(halves[::2], halves[1::2], strict=True))


def _keep_codes(uow: UnitOfWork, name: str, codes: Sequence[str]) -> None:
    uow.users.set_recovery_codes(name, [digest(code.replace("-", "")) for code in codes])
