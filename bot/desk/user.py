"""The people of the desk and what each may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import NotAllowedError, RuleViolationError


class Role(StrEnum):
    REVIEWER = "reviewer"
    APPROVER = "approver"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class User:
    """`queues` are those whose work the person may see and do; None is every queue, those of tomorrow included."""

    name: str
    role: Role
    is_active: bool = True
    queues: frozenset[str] | None = None

    def works_in(self, queue: str) -> bool:
        return self.queues is None or queue in self.queues


MAY_APPROVE = frozenset({Role.APPROVER, Role.MANAGER, Role.ADMINISTRATOR})


def check_may_approve(user: User) -> None:
    """Raises RuleViolationError where this person may not let mail leave."""
    if not user.is_active:
        raise RuleViolationError(f"{user.name} is no longer active")
    if user.role not in MAY_APPROVE:
        raise NotAllowedError(f"{user.name} is a {user.role}; an approver must approve this")


def check_keeps_users(user: User) -> None:
    """Raises NotAllowedError where this person may not add people or change what they may do."""
    if user.role is not Role.ADMINISTRATOR:
        raise NotAllowedError(f"{user.name} is a {user.role}; an administrator must do this")


def check_works_in(user: User, queues: Iterable[str], what: str) -> None:
    """Raises NotAllowedError where `what` lies in none of the person's queues.

    What lies in no queue at all, such as mail that became no work item, is for those who have every queue.
    """
    if user.queues is None:
        return
    lies_in = sorted(set(queues))
    if user.queues.isdisjoint(lies_in):
        where = f"lies in {' and '.join(lies_in)}, which is not among your queues" if lies_in else "lies in no queue"
        raise NotAllowedError(f"{what} {where}; an administrator can give you the right to it")
