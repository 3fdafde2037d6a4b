"""Rows that a batch keeps back are in the store once anybody asks for them, under the ids that the database counts."""

from __future__ import annotations

from bot.desk.draft import DraftState
from bot.desk.task import Task, TaskKind
from bot.mail.address import Address
from bot.store.unit_of_work import SqlStore, SqlUnitOfWork
from bot.stored import Foreseen
from tests.contract.store_rows import NOW, add_message, make_draft, make_item, make_message


def _begin_batch(uow: SqlUnitOfWork) -> None:
    uow.foresee(Foreseen([Address("", "ann@customer.example")], [], [], []))


def _add_all(uow: SqlUnitOfWork, name: str) -> tuple[int, int, int]:
    """A thread with a message, an item and a draft: the ids of the last three."""
    thread_id = uow.threads.add(name, None, NOW)
    message_id = add_message(uow, make_message(message_id_header=f"{name}@x.example"), thread_id)
    item = uow.items.add(make_item(thread_id))
    return message_id, item.item_id, uow.drafts.add(make_draft(thread_id, message_id), [item.item_id]).draft_id


def test_rows_of_a_batch_are_stored_at_the_commit(store: SqlStore) -> None:
    with store.begin() as uow:
        _begin_batch(uow)
        message_id, item_id, draft_id = _add_all(uow, "one")
        uow.items.link_new_message(message_id, [item_id])
        uow.commit()
    with store.look() as uow:
        assert uow.items.messages_of(item_id) == [message_id]
        assert (uow.drafts.get(draft_id).reply_to_message_id, uow.drafts.items_of(draft_id)) == (message_id, [item_id])


def test_without_a_commit_nothing_of_a_batch_is_stored(store: SqlStore) -> None:
    with store.begin() as uow:
        _begin_batch(uow)
        message_id, _, _ = _add_all(uow, "one")
    with store.look() as uow:
        assert uow.messages.inbound(message_id) is None


def test_work_items_are_numbered_without_a_gap_in_batches_and_alone(store: SqlStore) -> None:
    with store.begin() as uow:
        numbers = [_add_all(uow, "one")[1]]
        uow.commit()
    with store.begin() as uow:
        _begin_batch(uow)
        numbers += [_add_all(uow, "two")[1], _add_all(uow, "three")[1]]
        uow.commit()
    with store.begin() as uow:
        numbers.append(_add_all(uow, "four")[1])
        uow.commit()
    assert numbers == [1001, 1002, 1003, 1004]


def test_ids_of_a_batch_come_after_all_before_it_and_before_all_after_it(store: SqlStore) -> None:
    ids = []
    for names in (["one"], ["two", "three"], ["four"]):
        with store.begin() as uow:
            if len(names) > 1:
                _begin_batch(uow)
            ids += [_add_all(uow, name) for name in names]
            uow.commit()
    for each in zip(*ids, strict=True):
        assert list(each) == sorted(set(each))


def test_a_draft_that_is_superseded_while_it_is_kept_back_is_stored_as_superseded(store: SqlStore) -> None:
    with store.begin() as uow:
        _begin_batch(uow)
        thread_id = uow.threads.add("one", None, NOW)
        draft = uow.drafts.add(make_draft(thread_id), [])
        uow.drafts.set_state(draft, DraftState.SUPERSEDED)
        assert uow.drafts.open_of_thread(thread_id) is None
        uow.commit()
    with store.look() as uow:
        assert uow.drafts.get(draft.draft_id).state is DraftState.SUPERSEDED


def test_a_task_finds_the_thread_that_was_kept_back(store: SqlStore) -> None:
    with store.begin() as uow:
        _begin_batch(uow)
        thread_id = uow.threads.add("one", None, NOW)
        assert uow.tasks.open(Task(0, TaskKind.LOOP, "loop:ann", "They write to each other.", thread_id, NOW))
        uow.commit()


def test_an_item_that_is_changed_while_it_is_kept_back_is_stored_changed(store: SqlStore) -> None:
    with store.begin() as uow:
        _begin_batch(uow)
        thread_id = uow.threads.add("one", None, NOW)
        item = uow.items.add(make_item(thread_id))
        uow.items.save(make_item(thread_id, item_id=item.item_id, version=2, subject="another"))
        uow.commit()
    with store.look() as uow:
        assert uow.items.get(item.item_id).subject == "another"
