"""Passwords and tokens, as the steps of people keep and compare them: never as they are."""

from __future__ import annotations

import secrets
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.errors import RuleViolationError

SHORTEST = 10
# Compared against for unknown names, so that the answer takes as long and tells nothing.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$Fm7zvlFf1a7B0nRmVJt1bCRyWsV2cmHMX9MHrf0bVv8"

_HASHER = PasswordHasher()


def check_password(password: str, name: str) -> None:
    """Raises RuleViolationError where nobody should have this password."""
    if len(password) < SHORTEST:
        raise RuleViolationError(f"a password needs at least {SHORTEST} characters")
    if name.lower() in password.lower() and len(password) < len(name) + SHORTEST:
        raise RuleViolationError("a password must not be the name with a little around it")
    if len(set(password)) < SHORTEST // 2:
        raise RuleViolationError("a password needs at least five different characters")


def check_repeated(password: str, again: str) -> None:
    """Raises RuleViolationError where a hand slipped."""
    if password != again:
        raise RuleViolationError("the two passwords differ")


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (Argon2Error, InvalidHashError):
        return False


def new_token() -> str:
    """256 random bits, to be shown once."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token. It is long and random, so a quick hash tells nobody anything."""
    return sha256(token.encode()).hexdigest()
