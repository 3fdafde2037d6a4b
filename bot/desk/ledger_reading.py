"""Numbers of a message as the ledger of the sender's own account has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.desk.verdict import TYPED, FoundFact, Verdict
from bot.ledger.lookup import AccountNumbers
from bot.ledger.near import nearest


def as_in_ledger(verdict: Verdict, unknown: Collection[str], account: AccountNumbers) -> Verdict:
    """The verdict with each `unknown` number that can only mean one of the account's own under that number.

    `text` stays as it was written, so that the page shows both. Other accounts are not looked at: what is near a number
    of theirs is nobody's.
    """
    facts = tuple(_settled(fact, account) if fact.value in unknown else fact for fact in verdict.facts)
    return replace(verdict, facts=facts) if facts != verdict.facts else verdict


def _settled(fact: FoundFact, account: AccountNumbers) -> FoundFact:
    own = {"invoice": account.invoices, "po": account.pos}.get(fact.kind, ())
    found = nearest(fact.value, own) if fact.field != TYPED else None
    return fact._replace(value=found) if found is not None else fact
