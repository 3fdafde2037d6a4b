"""What a restored store promises, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from bot.desk.outbox import OutboxState, Way
from bot.mail.thread_token import make_message_id, read_message_id
from bot.steps.hold_after_restore import SKIPPED_NUMBERS, hold_after_restore
from bot.steps.seal_record import seal_record
from bot.store.installation_tables import installation
from bot.store.migrating import migrate
from bot.store.unit_of_work import SqlStore
from tests.contract.store_rows import NOW, make_draft, make_entry, make_item, new_thread
from tests.desks.step_desk import SteppedClock


def _restore(store: SqlStore) -> None:
    hold_after_restore(NOW, store=store, clock=SteppedClock(NOW + timedelta(days=1)))


def test_tokens_of_before_prove_nothing(store: SqlStore) -> None:
    before = store.secret()
    assert store.secret() == before
    _restore(store)
    after = store.secret()
    token = make_message_id(before, "key", "nonce", "northgate.example")
    assert read_message_id(before, token) == "key"
    assert read_message_id(after, token) is None
    assert store.secret() == after


def test_an_older_installation_goes_on_with_its_secret_until_it_is_restored(empty_store: SqlStore) -> None:
    migrate(empty_store.engine, "0002")
    with empty_store.engine.begin() as connection:
        connection.execute(insert(installation).values(id=1, secret=b"s" * 32, installed_at=NOW))
    migrate(empty_store.engine)
    assert empty_store.secret() == b"s" * 32
    _restore(empty_store)
    assert empty_store.secret() != b"s" * 32


def test_numbers_go_on_far_behind_those_of_the_copy(store: SqlStore) -> None:
    thread_id, _ = new_thread(store)
    with store.begin() as uow:
        first = uow.items.add(make_item(thread_id))
        uow.commit()
    _restore(store)
    with store.begin() as uow:
        second = uow.items.add(make_item(thread_id, category="refund"))
    assert second.item_id > first.item_id + SKIPPED_NUMBERS


def test_what_was_on_its_way_is_held_and_never_due(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        draft = uow.drafts.add(make_draft(thread_id, message_id), [])
        entry_id = uow.outbox.add(make_entry(draft.draft_id))
        uow.commit()
    _restore(store)
    _restore(store)
    with store.look() as uow:
        assert uow.outbox.due(Way.SEND, NOW + timedelta(days=9), 10) == []
        assert uow.outbox.lost_claims(Way.SEND, NOW) == [entry_id]
        assert uow.installation.open_drafts() == []
    with store.begin() as uow:
        assert uow.outbox.claim(entry_id, NOW + timedelta(days=9)) is None


def test_a_restored_record_goes_on_in_its_chain(store: SqlStore) -> None:
    _restore(store)
    assert seal_record(store=store) == 1
    _restore(store)
    assert seal_record(store=store) == 1


def test_an_entry_that_failed_stays_failed(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        draft = uow.drafts.add(make_draft(thread_id, message_id), [])
        entry = make_entry(draft.draft_id)
        entry_id = uow.outbox.add(entry)
        uow.connection.exec_driver_sql("UPDATE outbox SET state = 'failed'")
        uow.commit()
    _restore(store)
    with store.look() as uow:
        state = uow.connection.exec_driver_sql(f"SELECT state FROM outbox WHERE id = {entry_id}").scalar()  # noqa: S608
    assert state == OutboxState.FAILED
