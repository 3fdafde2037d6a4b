"""Which conversation a message belongs to: a table of what points where and who writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.mail.thread import Join, NewThread, ThreadCandidate, ThreadSignals, match_thread

NOW = datetime(2026, 6, 1, tzinfo=UTC)
THREAD = ThreadCandidate(
    7, "C-1", frozenset({"ada@acme.example"}), subject="invoice 4711", invoices=frozenset({"4711"})
)
FOREIGN = ThreadCandidate(9, "C-2", frozenset({"cleo@buyer.example"}), subject="invoice", invoices=frozenset({"5000"}))
ADA = ThreadSignals("ada@acme.example", "invoice 4711", "outside", NOW, account_number="C-1")
COLLEAGUE = replace(ADA, sender="bob@acme.example")
STRANGER = replace(ADA, sender="law@firm.example", account_number=None)
STAFF = replace(ADA, sender="staff@northgate.example", side="inside", account_number=None)


@pytest.mark.parametrize(
    ("signals", "flags"),
    [
        (replace(ADA, by_token=(THREAD,)), ()),
        (replace(ADA, by_reference=(THREAD,)), ()),
        (replace(ADA, by_tag={"CD-7": THREAD}), ()),
        (replace(ADA, by_reference=(FOREIGN, THREAD)), ()),
        (replace(COLLEAGUE, by_reference=(THREAD,)), ("new_participant",)),
        (replace(STAFF, by_reference=(THREAD,)), ("new_participant",)),
        (replace(ADA, by_reference=(THREAD,), subject="another question"), ()),
        (replace(ADA, by_reference=(THREAD,), invoices=frozenset({"9999"})), ()),
        (replace(ADA, by_reference=(replace(THREAD, closed_at=NOW - timedelta(days=30)),)), ()),
    ],
)
def test_who_belongs_to_a_thread_joins_it(signals: ThreadSignals, flags: tuple[str, ...]) -> None:
    decision = match_thread(signals)
    assert isinstance(decision, Join)
    assert (decision.thread_id, decision.flags) == (7, flags)
    assert decision.reason


@pytest.mark.parametrize(
    ("signals", "link_to", "reason"),
    [
        (ADA, None, "nothing we know"),
        (replace(ADA, by_tag={"CD-7": THREAD, "CD-9": FOREIGN}), None, "2 work items"),
        (replace(ADA, by_tag={"CD-9": FOREIGN}), 9, "claims CD-9"),
        (replace(ADA, by_tag={"CD-404": None}), None, "CD-404, which does not exist"),
        (replace(ADA, by_tag={"CD-9": FOREIGN}, by_reference=(THREAD,)), 7, "another thread"),
        (replace(ADA, by_reference=(FOREIGN,)), 9, "account C-1"),
        (replace(STRANGER, by_token=(THREAD,)), 7, "not known on the thread"),
        (replace(STRANGER, by_reference=(replace(THREAD, account_number=None),)), 7, "not known on the thread"),
        (
            replace(ADA, by_reference=(THREAD,), subject="invoice 9999", invoices=frozenset({"9999"})),
            7,
            "other invoices",
        ),
        (replace(ADA, by_reference=(replace(THREAD, closed_at=NOW - timedelta(days=420)),)), 7, "closed more than 90"),
        (replace(ADA, by_sender=(THREAD,)), 7, "no answer yet"),
        (replace(ADA, by_invoice=(THREAD,)), 7, "same invoice"),
    ],
)
def test_what_is_doubtful_becomes_a_new_thread_with_a_link(
    signals: ThreadSignals, link_to: int | None, reason: str
) -> None:
    decision = match_thread(signals)
    assert isinstance(decision, NewThread)
    assert decision.link_to == link_to
    assert reason in decision.reason


def test_how_long_a_closed_thread_can_be_joined_is_a_setting() -> None:
    closed = replace(THREAD, closed_at=NOW - timedelta(days=30))
    assert isinstance(match_thread(replace(ADA, by_reference=(closed,)), timedelta(days=10)), NewThread)
