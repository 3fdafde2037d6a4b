"""Mail addresses, as far as the desk needs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox address. `email` keeps the sender's spelling; compare with `key`."""

    name: str
    email: str

    @property
    def key(self) -> str:
        return self.email.strip().lower()

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


def is_in_domains(address: Address, domains: Iterable[str]) -> bool:
    """Whether the address belongs to one of the domains or to a subdomain of one."""
    found = address.domain
    return any(found == domain or found.endswith("." + domain) for domain in domains if domain)
