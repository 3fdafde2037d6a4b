"""What the store promises about people and their rights, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import pytest

from bot.desk.approval import approve
from bot.desk.draft import DraftState
from bot.desk.task import Task, TaskKind
from bot.desk.user import Role, User
from bot.desk.work_item import merge
from bot.store import object_queues
from bot.store.drafts_page import next_waiting, shown_draft, waiting_drafts
from bot.store.outbox_page import outbox_page
from bot.store.queue_page import QueueChoice, desk_counts, queue_page
from bot.store.record_page import active_people
from bot.store.task_page import tasks_page
from bot.store.unit_of_work import SqlStore
from tests.contract.store_rows import NOW, add_message, make_draft, make_entry, make_item, make_message

ICC, POV = frozenset({"icc"}), frozenset({"pov"})


def _worked_thread(store: SqlStore, queue: str) -> tuple[int, int, int]:
    """An item of this queue with a task and a draft that waits: the ids of thread, item and draft."""
    with store.begin() as uow:
        thread_id = uow.threads.add("po on invoice 5510", None, NOW)
        message_id = add_message(uow, make_message(message_id_header=f"{queue}@customer.example"), thread_id)
        item = uow.items.add(make_item(thread_id, queue=queue))
        uow.items.link_message(item.item_id, message_id)
        draft = uow.drafts.add(make_draft(thread_id, message_id), [item.item_id])
        uow.tasks.open(Task(0, TaskKind.CALL_BACK, f"{queue} {thread_id}", "call", thread_id, NOW))
        uow.commit()
    return thread_id, item.item_id, draft.draft_id


@pytest.mark.parametrize("queues", [None, frozenset(), ICC | POV])
def test_the_queues_of_a_person_are_kept(store: SqlStore, queues: frozenset[str] | None) -> None:
    with store.begin() as uow:
        uow.users.save("kim", Role.APPROVER, "hash", NOW)
        uow.users.set_queues("kim", queues)
        uow.commit()
    with store.look() as uow:
        assert uow.users.get("kim") == User("kim", Role.APPROVER, queues=queues)
    assert active_people(store.engine, "icc") == (["kim"] if queues is None or "icc" in queues else [])


def test_whoever_was_there_before_there_were_rights_has_every_queue(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.users.save("kim", Role.APPROVER, "hash", NOW)
        uow.commit()
    with store.look() as uow:
        assert uow.users.get("kim") == User("kim", Role.APPROVER, queues=None)


def test_lists_hold_what_lies_in_the_queues_of_whoever_asks(store: SqlStore) -> None:
    _, item_id, draft_id = _worked_thread(store, "icc")
    _worked_thread(store, "invoicing")
    kim = User("kim", Role.APPROVER, queues=ICC)
    assert [row.item.item_id for row in queue_page(store.engine, QueueChoice(within=ICC)).rows] == [item_id]
    assert [one.draft.draft_id for one in waiting_drafts(store.engine, within=ICC)] == [draft_id]
    assert next_waiting(store.engine, draft_id, within=ICC) is None
    assert next_waiting(store.engine, draft_id) is not None
    assert [row.task.key[:3] for row in tasks_page(store.engine, within=ICC)] == ["icc"]
    counts = desk_counts(store.engine, kim)
    assert (counts.by_queue, counts.drafts, counts.tasks, counts.quarantined) == ({"icc": 1}, 1, 1, 0)
    assert desk_counts(store.engine, User("lee", Role.APPROVER)).drafts == 2


def test_an_outbox_entry_lies_where_its_draft_lies(store: SqlStore) -> None:
    _, _, draft_id = _worked_thread(store, "icc")
    with store.begin() as uow:
        draft = uow.drafts.get(draft_id)
        entry = make_entry(draft_id)
        uow.drafts.set_state(draft, DraftState.APPROVED)
        uow.drafts.approve(approve(draft, entry.raw, "kim", NOW))
        entry_id = uow.outbox.add(entry)
        uow.commit()
    assert object_queues.queues_of_entry(store.engine, entry_id) == ICC
    assert len(outbox_page(store.engine, within=ICC)) == 1
    assert outbox_page(store.engine, within=POV) == []


def test_what_was_merged_lies_where_its_survivor_lies(store: SqlStore) -> None:
    thread_id, item_id, draft_id = _worked_thread(store, "icc")
    _, survivor_id, _ = _worked_thread(store, "pov")
    with store.begin() as uow:
        uow.items.save(merge(uow.items.get(item_id), uow.items.get(survivor_id)))
        uow.items.move_messages(item_id, survivor_id)
        (message_id,) = uow.items.messages_of(item_id)
        uow.commit()
    assert object_queues.queues_of_item(store.engine, item_id) == POV
    assert object_queues.queues_of_draft(store.engine, draft_id) == POV
    assert object_queues.queues_of_message(store.engine, message_id) == POV
    assert {one.draft.draft_id for one in waiting_drafts(store.engine, within=POV)} >= {draft_id}
    assert waiting_drafts(store.engine, within=ICC) == []
    with store.look() as uow:
        task_id = next(row.task.task_id for row in tasks_page(store.engine, thread_id=thread_id))
    assert object_queues.queues_of_task(store.engine, task_id) == POV


def test_a_draft_for_two_queues_shows_each_person_their_items(store: SqlStore) -> None:
    thread_id, item_id, draft_id = _worked_thread(store, "icc")
    with store.begin() as uow:
        other = uow.items.add(make_item(thread_id, queue="pov", category="po_verification"))
        uow.drafts.add_items(draft_id, [other.item_id])
        uow.commit()
    assert object_queues.queues_of_draft(store.engine, draft_id) == ICC | POV
    seen = [shown_draft(store.engine, draft_id, within=within) for within in (ICC, POV, None)]
    found = [[item.item_id for item in shown.items] for shown in seen if shown is not None]
    assert found == [[item_id], [other.item_id], [item_id, other.item_id]]


def test_what_is_not_there_lies_nowhere(store: SqlStore) -> None:
    for queues_of in (
        object_queues.queues_of_item,
        object_queues.queues_of_draft,
        object_queues.queues_of_entry,
        object_queues.queues_of_message,
        object_queues.queues_of_task,
    ):
        assert queues_of(store.engine, 999_999) == frozenset()
