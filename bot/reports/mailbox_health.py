"""What each mailbox brought and sent, what staff were told of it, and what lies in quarantine."""

from __future__ import annotations

from bot.reports.facts import Facts
from bot.reports.report import Row, Table, count

# Heading → what happened.
_HAPPENINGS = {
    "Stored": "stored",
    "Known": "duplicate",
    "Gone": "vanished",
    "Sent": "sent",
    "Alarms": "alarm",
}
WHOLE_DESK = "whole desk"


def mailbox_table(facts: Facts) -> Table:
    """One row a mailbox, and one for what concerns the whole desk."""
    seen = {one.mailbox for one in facts.happenings} | {one.mailbox for one in facts.held} | set(facts.mailboxes)
    rows = []
    for mailbox in sorted(seen - {""}) + ([""] if "" in seen else []):
        own = [one for one in facts.happenings if one.mailbox == mailbox]
        cells = [count(one.thing for one in own if one.what == what) for what in _HAPPENINGS.values()]
        held = [one for one in facts.held if one.mailbox == mailbox and one.held_at > facts.since]
        cells.insert(3, count(one.thing for one in held))
        rows.append(Row(mailbox or WHOLE_DESK, tuple(cells)))
    headings = list(_HAPPENINGS)
    columns = (*headings[:3], "Held", *headings[3:])
    note = "Known is mail that came before, Gone what was removed before it was read, Held what went to quarantine."
    return Table("mailboxes", "Mailboxes", "Mailbox", columns, tuple(rows), note)


def quarantine_table(facts: Facts) -> Table:
    """By the reason for which it is held."""
    rows = []
    for reason in sorted({one.reason for one in facts.held}):
        own = [one for one in facts.held if one.reason == reason]
        cells = (
            count(one.thing for one in own if one.held_at > facts.since),
            count(one.thing for one in own if one.released_at is not None and one.released_at > facts.since),
            count(one.thing for one in own if one.released_at is None),
        )
        rows.append(Row(reason, cells))
    return Table("quarantine", "Quarantine", "Reason", ("Came in", "Released", "Held now"), tuple(rows))
