"""What staff keep in the page for themselves or for everybody: who sees it, and who may change it."""

from __future__ import annotations

from typing import Protocol

from bot.desk.user import Role, User
from bot.errors import NotAllowedError, RuleViolationError

LONGEST_NAME = 60
# Shared things of somebody who left must not stay for ever as they are.
_KEEPS_SHARED = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


class Kept(Protocol):
    """A saved filter or a canned text."""

    @property
    def name(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def is_shared(self) -> bool: ...


def named(text: str) -> str:
    """The name of something that is kept, on one line. Raises RuleViolationError."""
    name = " ".join(text.split())
    if not name:
        raise RuleViolationError("give it a name")
    if len(name) > LONGEST_NAME:
        raise RuleViolationError(f"the name has more than {LONGEST_NAME} letters")
    return name


def may_change(user: User, kept: Kept) -> bool:
    return kept.owner == user.name or (kept.is_shared and user.role in _KEEPS_SHARED)


def check_may_change(user: User, kept: Kept) -> None:
    """Raises NotAllowedError."""
    if not may_change(user, kept):
        raise NotAllowedError(f"{kept.name} is kept by {kept.owner}; a manager may change it too where it is shared")
