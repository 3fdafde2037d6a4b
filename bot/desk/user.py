"""The people of the desk and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import RuleViolationError


class Role(StrEnum):
    REVIEWER = "reviewer"
    APPROVER = "approver"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class User:
    name: str
    role: Role
    is_active: bool = True


MAY_APPROVE = frozenset({Role.APPROVER, Role.MANAGER, Role.ADMINISTRATOR})


def check_may_approve(user: User) -> None:
    """Raises RuleViolationError where this person may not let mail leave."""
    if not user.is_active:
        raise RuleViolationError(f"{user.name} is no longer active")
    if user.role not in MAY_APPROVE:
        raise RuleViolationError(f"{user.name} is a {user.role}; an approver must approve this")
