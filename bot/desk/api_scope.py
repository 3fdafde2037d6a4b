"""What a program may do that acts for a person: never more than the person, and mostly less."""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum

from bot.errors import NotAllowedError


class Scope(StrEnum):
    READ = "read"
    WORK = "work"
    APPROVE = "approve"


def check_scope(scopes: Set[Scope], needed: Scope) -> None:
    """Raises NotAllowedError where the token was not made for this."""
    if needed not in scopes:
        raise NotAllowedError(f"this token has no scope {needed}")
