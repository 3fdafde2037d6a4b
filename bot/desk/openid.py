"""Who may come in by single sign-on (OpenID Connect), and as what: from what the provider says of a person."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from bot.desk.user import Role
from bot.errors import NotAllowedError
from bot.mail.address import Address, is_in_domains


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says, checked as to its origin. `subject` is the one name that it gives no second person."""

    issuer: str
    subject: str
    name: str
    email: str
    is_email_verified: bool
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties an answer of the provider to the browser that asked. Each made of the browser's own secret."""

    state: str
    nonce: str
    verifier: str


def ties_of(secret: bytes, binding: str) -> Ties:
    """`binding` is random and lies in a cookie of the one browser, so that nothing has to be stored."""

    def made(what: str) -> str:
        return hmac.new(secret, f"openid {what}\x00{binding}".encode(), hashlib.sha256).hexdigest()

    return Ties(made("state"), made("nonce"), made("verifier"))


@dataclass(frozen=True, slots=True)
class Admission:
    """The rules. Without `roles` everybody whom the provider lets in has `everyone`; "" there lets nobody else in.

    `domains` are those of the addresses that may come in, empty for any. `queues` None for a group: every queue.
    """

    domains: tuple[str, ...] = ()
    roles: Mapping[str, Role] | None = None
    queues: Mapping[str, frozenset[str]] | None = None
    everyone: Role | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """`queues` None: every queue."""

    role: Role
    queues: frozenset[str] | None


_RANK = {role: rank for rank, role in enumerate(Role)}


def admit(claims: Claims, rules: Admission) -> Admitted:
    """Raises NotAllowedError, with what the person can ask for, where they may not come in."""
    if rules.domains and not _is_of(claims, rules.domains):
        raise NotAllowedError(
            f"only verified addresses of {', '.join(rules.domains)} may log in; "
            f"your provider names {claims.email or 'no address'}"
            f"{'' if claims.is_email_verified or not claims.email else ', which it has not verified'}"
        )
    given = [role for group, role in (rules.roles or {}).items() if group in claims.groups]
    role = max(given, key=_RANK.__getitem__) if given else rules.everyone
    if role is None:
        raise NotAllowedError("none of your groups may use the desk; ask an administrator to put you into one that may")
    return Admitted(role, _queues(claims, rules))


def _is_of(claims: Claims, domains: tuple[str, ...]) -> bool:
    return claims.is_email_verified and is_in_domains(Address("", claims.email), domains)


def _queues(claims: Claims, rules: Admission) -> frozenset[str] | None:
    """Those of all the person's groups; every queue where the rules name none at all."""
    if not rules.queues:
        return None
    return frozenset().union(*(queues for group, queues in rules.queues.items() if group in claims.groups))
