"""What the store promises about work items, drafts and the outbox, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from bot.desk.approval import approve
from bot.desk.draft import DraftState, DraftText, revise
from bot.desk.outbox import Deleted, EntryOutcome, Failed, InDrafts, OutboxState, Retry, Sent, Uncertain, Way
from bot.desk.record import RecordEntry
from bot.desk.work_item import assign, merge
from bot.errors import ConflictError, NotFoundError
from bot.mail.envelope import Receipt
from bot.store.queries import ItemFilter, Queries
from bot.store.unit_of_work import SqlStore
from tests.contract.store_rows import NOW, make_draft, make_entry, make_item, new_thread


def _queued(store: SqlStore) -> int:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        draft = uow.drafts.add(make_draft(thread_id, message_id), [])
        entry = make_entry(draft.draft_id)
        uow.drafts.set_state(draft, DraftState.APPROVED)
        uow.drafts.approve(approve(draft, entry.raw, "kim", NOW))
        entry_id = uow.outbox.add(entry)
        uow.commit()
    return entry_id


def test_the_first_work_item_is_number_1001(store: SqlStore) -> None:
    thread_id, _ = new_thread(store)
    with store.begin() as uow:
        assert uow.items.add(make_item(thread_id)).number == "CD-1001"


def test_two_people_cannot_overwrite_each_other(store: SqlStore) -> None:
    thread_id, _ = new_thread(store)
    with store.begin() as uow:
        item = uow.items.add(make_item(thread_id))
        uow.items.save(assign(item, "kim"))
        uow.commit()
    with store.begin() as uow, pytest.raises(ConflictError):
        uow.items.save(assign(item, "lee"))


def test_a_number_leads_through_merges_to_the_survivor(store: SqlStore) -> None:
    thread_id, _ = new_thread(store)
    with store.begin() as uow:
        first, second, third = (uow.items.add(make_item(thread_id, category=name)) for name in ("a", "b", "c"))
        uow.items.save(merge(first, second))
        uow.items.save(merge(second, third))
        uow.commit()
    with store.look() as uow:
        assert uow.items.survivor(first.item_id).item_id == third.item_id
        assert uow.items.get(first.item_id).merged_into == second.item_id


def test_an_unknown_number_is_told_as_such(store: SqlStore) -> None:
    with store.look() as uow, pytest.raises(NotFoundError, match="CD-4711"):
        uow.items.get(4711)


def test_every_version_of_a_draft_is_kept_and_an_old_one_cannot_be_revised(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        draft = uow.drafts.add(make_draft(thread_id, message_id), [])
        second = revise(draft, DraftText(("a@b.example",), (), "Re: x", "second"), "kim", NOW)
        uow.drafts.add_version(second)
        uow.commit()
    with store.begin() as uow, pytest.raises(ConflictError):
        uow.drafts.add_version(replace(second, author="lee"))
    with store.look() as uow:
        assert uow.drafts.get(draft.draft_id).text.body == "second"


def test_a_draft_is_decided_once(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        draft = uow.drafts.add(make_draft(thread_id, message_id), [])
        uow.drafts.set_state(draft, DraftState.APPROVED)
        uow.commit()
    with store.begin() as uow, pytest.raises(ConflictError):
        uow.drafts.set_state(draft, DraftState.REJECTED)


def test_an_entry_that_is_due_has_one_sender(store: SqlStore) -> None:
    entry_id = _queued(store)
    start, claims = Barrier(4), list[bool]()

    def claim() -> None:
        start.wait()
        with store.begin() as uow:
            claims.append(uow.outbox.claim(entry_id, NOW) is not None)
            uow.commit()

    senders = [Thread(target=claim) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(claims) == [False, False, False, True]


def test_an_entry_that_is_not_due_is_not_claimed(store: SqlStore) -> None:
    entry_id = _queued(store)
    with store.begin() as uow:
        assert uow.outbox.claim(entry_id, NOW - timedelta(seconds=1)) is None


def test_the_approval_travels_with_the_entry(store: SqlStore) -> None:
    entry_id = _queued(store)
    with store.look() as uow:
        entry = uow.outbox.get(entry_id)
    assert entry.approved_by == "kim"
    assert len(entry.approved_sha256) == 64


@pytest.mark.parametrize(
    ("outcome", "state", "failures"),
    [
        (Sent(NOW, Receipt("250 ok", (("b@x.example", "550 no"),))), OutboxState.SENT, 0),
        (Retry(NOW + timedelta(minutes=1), "greylisted"), OutboxState.QUEUED, 1),
        (Failed("550 no such user"), OutboxState.FAILED, 0),
        (Uncertain("the answer never came"), OutboxState.UNCERTAIN, 0),
        (InDrafts(NOW), OutboxState.IN_DRAFTS, 0),
        (Deleted("it lies nowhere any more"), OutboxState.DELETED, 0),
    ],
)
def test_a_claimed_entry_is_settled_once(
    store: SqlStore, outcome: EntryOutcome, state: OutboxState, failures: int
) -> None:
    entry_id = _queued(store)
    with store.begin() as uow:
        entry = uow.outbox.claim(entry_id, NOW)
        assert entry is not None
        uow.outbox.settle(entry, outcome)
        uow.commit()
    with store.begin() as uow:
        settled = uow.outbox.get(entry_id)
        with pytest.raises(ConflictError):
            uow.outbox.settle(entry, outcome)
    assert (settled.state, settled.failures) == (state, failures)


def test_a_claim_that_nobody_settles_shows_up_as_lost(store: SqlStore) -> None:
    entry_id = _queued(store)
    with store.begin() as uow:
        uow.outbox.claim(entry_id, NOW)
        uow.commit()
    with store.look() as uow:
        assert uow.outbox.lost_claims(Way.SEND, NOW) == []
        assert uow.outbox.lost_claims(Way.SEND, NOW + timedelta(seconds=1)) == [entry_id]


def test_what_lies_in_drafts_is_listed_by_mailbox_and_noted_while_it_is_missing(store: SqlStore) -> None:
    entry_id = _queued(store)
    with store.begin() as uow:
        assert uow.outbox.mailboxes_in_drafts() == []
        entry = uow.outbox.claim(entry_id, NOW)
        assert entry is not None
        uow.outbox.settle(entry, InDrafts(NOW))
        uow.outbox.mark_missing([entry_id], NOW + timedelta(minutes=1))
        uow.commit()
    with store.look() as uow:
        assert uow.outbox.mailboxes_in_drafts() == ["icc"]
        assert uow.outbox.in_drafts("invoicing") == []
        (lying,) = uow.outbox.in_drafts("icc")
    assert (lying.in_drafts_at, lying.missing_since) == (NOW, NOW + timedelta(minutes=1))


def test_items_are_listed_newest_first_and_page_by_key(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        items = [uow.items.add(make_item(thread_id, category=name, queue=name)) for name in ("a", "b", "c")]
        uow.items.link_message(items[0].item_id, message_id)
        uow.commit()
    queries = Queries(store.engine)
    rows = queries.items(ItemFilter(limit=2))
    assert [row.item.item_id for row in rows] == [items[2].item_id, items[1].item_id]
    (rest,) = queries.items(ItemFilter(after=items[1].item_id))
    assert (rest.item.item_id, rest.messages) == (items[0].item_id, 1)
    assert [row.item.queue for row in queries.items(ItemFilter(queue="b"))] == ["b"]


@pytest.mark.parametrize("statement", ["UPDATE record SET who = 'nobody'", "DELETE FROM record"])
def test_the_record_is_only_ever_appended_to(store: SqlStore, statement: str) -> None:
    with store.begin() as uow:
        uow.record.add(RecordEntry(NOW, "kim", "noted", "CD-1001"))
        uow.commit()
    with pytest.raises(Exception, match="only ever appended to"), store.begin() as uow:
        uow.connection.exec_driver_sql(statement)
    assert [entry.who for entry in Queries(store.engine).record()] == ["kim"]


def test_a_sender_that_wakes_up_late_cannot_settle_what_is_anothers_by_now(store: SqlStore) -> None:
    entry_id = _queued(store)
    with store.begin() as uow:
        asleep = uow.outbox.claim(entry_id, NOW)
        assert asleep is not None
        uow.outbox.settle(asleep, Retry(NOW, "settled by a person"))
        uow.outbox.claim(entry_id, NOW + timedelta(minutes=20))
        uow.commit()
    with store.begin() as uow, pytest.raises(ConflictError):
        uow.outbox.settle(asleep, Sent(NOW, Receipt("250 ok")))
