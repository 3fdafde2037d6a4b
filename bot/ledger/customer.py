"""Customers and the people who write for them."""

from __future__ import annotations

from dataclasses import dataclass

ON_PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Customer:
    """One account. `language` is a two-letter code for replies; `domains` are mail domains that belong to it alone.
    `delivery` is how invoices reach it: paper, email or portal; "" where the ERP does not say."""

    number: str
    name: str
    terms: str = ""
    state: str = ""
    language: str = "en"
    account_manager: str = ""
    domains: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    delivery: str = ""
