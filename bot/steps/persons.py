"""Who acts. The record names people of the desk, never a name that somebody typed. Shared by the steps of people."""

from __future__ import annotations

from bot.desk.user import User
from bot.errors import RuleViolationError
from bot.repositories import UnitOfWork


def known_person(uow: UnitOfWork, name: str) -> User:
    """The user of that name. Raises RuleViolationError where there is none, or where they are no longer active."""
    user = uow.users.get(name)
    if user is None:
        raise RuleViolationError(f"there is no user {name}; add one with: creditdesk user add {name}")
    if not user.is_active:
        raise RuleViolationError(f"{name} is no longer active")
    return user
