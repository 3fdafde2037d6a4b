"""What the lists behind figures show of each thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from bot.desk.work_item import number_of
from bot.reports.facts import DraftFacts, Facts, ItemFacts
from bot.reports.report import Thing
from bot.reports.shown import moment

_PAGES = {"delivery": "/mailboxes", "outbox": "/outbox", "record": "/record"}


def things_of(facts: Facts, zone: tzinfo) -> Mapping[str, Thing]:
    """By the names that entries use."""
    found = {one.number: _of_item(one) for one in facts.items}
    found |= {one.thing: _of_draft(one) for one in facts.drafts}
    for one in facts.happenings:
        detail = " · ".join(part for part in (moment(one.at, zone), one.detail) if part)
        found[one.thing] = Thing(f"{one.what} {one.mailbox}".strip(), detail, _PAGES[one.thing.partition(":")[0]])
    for held in facts.held:
        found[held.thing] = Thing(held.reason, f"{held.mailbox} · {moment(held.held_at, zone)}", "/quarantine")
    return found


def _of_item(one: ItemFacts) -> Thing:
    customer = one.customer_name or one.history.customer_number or ""
    return Thing(one.subject, customer, f"/items/{one.number}")


def _of_draft(one: DraftFacts) -> Thing:
    numbers = [number_of(item_id) for item_id in one.items]
    return Thing(one.subject, ", ".join(numbers), f"/items/{numbers[0]}" if numbers else "")
