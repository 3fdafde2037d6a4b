"""What the store promises about clocks and notices, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from bot.desk.approval import approve
from bot.desk.draft import DraftState
from bot.desk.outbox import Sent
from bot.desk.record import RecordEntry
from bot.desk.sla import ClockKind
from bot.desk.user import Role, User
from bot.desk.work_item import assign
from bot.mail.envelope import Receipt
from bot.store.clocks import DUE
from bot.store.unit_of_work import SqlStore
from bot.stored import Clocked, ClockRow, NewNotice, NoticeLine
from tests.contract.store_rows import NOW, make_draft, make_entry, make_item, new_thread

HOUR = timedelta(hours=1)


def _items(store: SqlStore, count: int = 1) -> list[int]:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        ids = [uow.items.add(make_item(thread_id, category=f"c{number}")).item_id for number in range(count)]
        uow.items.link_message(ids[0], message_id)
        uow.commit()
    return ids


def _row(item_id: int, next_at: datetime | None, kind: ClockKind = ClockKind.FIRST_RESPONSE) -> ClockRow:
    return ClockRow(item_id, kind, "rule", NOW, NOW + HOUR, None, "running", 1, next_at)


def _plan(connection: Connection) -> str:
    """How the database finds what is due."""
    compiled = DUE.compile(dialect=connection.dialect)
    values = compiled.params | {"now": NOW, "limit": 10}
    if connection.dialect.name == "sqlite":
        values |= {"now": NOW.isoformat(timespec="microseconds")}
        named = tuple(10 if value is None else value for value in (values[one] for one in compiled.positiontup or ()))
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", named)
    else:
        rows = connection.exec_driver_sql(f"EXPLAIN {compiled}", values)
    return "\n".join(str(row) for row in rows)


def test_an_item_is_unclocked_until_its_clocks_are_made_and_again_after_a_change(store: SqlStore) -> None:
    (item_id,) = _items(store)
    with store.begin() as uow:
        assert uow.clocks.unclocked(10) == [item_id]
        uow.clocks.save({item_id: Clocked(1, NOW + HOUR)}, [_row(item_id, NOW)])
        assert uow.clocks.unclocked(10) == []
        item = uow.items.get(item_id)
        assert item.due_at == NOW + HOUR
        uow.items.save(assign(item, "kim"))
        assert uow.clocks.unclocked(10) == [item_id]
        # Clocks that were made for the version before do not hide the newer one.
        uow.clocks.save({item_id: Clocked(1, None)}, [])
        assert uow.clocks.unclocked(10) == [item_id]


def test_only_what_is_due_is_found_and_the_longest_overdue_first(store: SqlStore) -> None:
    first, second, third = _items(store, 3)
    rows = [
        _row(first, NOW),
        _row(second, NOW - HOUR),
        _row(third, NOW + HOUR),
        _row(first, None, ClockKind.RESOLUTION),
    ]
    with store.begin() as uow:
        uow.clocks.save(dict.fromkeys((first, second, third), Clocked(1, None)), rows)
        assert uow.clocks.due(NOW, 10) == [second, first]
        assert uow.clocks.due(NOW, 1) == [second]
        assert uow.clocks.rows([first])[first, "first_response"] == rows[0]


def test_the_sweep_reads_the_index_and_no_table(store: SqlStore) -> None:
    ids = _items(store, 3)
    with store.begin() as uow:
        uow.clocks.save(dict.fromkeys(ids, Clocked(1, None)), [_row(one, NOW) for one in ids])
        if uow.connection.dialect.name == "postgresql":
            # So few rows would be read at once; with more the planner chooses by itself.
            uow.connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = _plan(uow.connection)
    assert "ix_clock_next_at" in plan
    assert "SCAN clock" not in plan.replace("SCAN clock USING COVERING INDEX", "")
    assert "Seq Scan" not in plan


def test_something_sent_makes_the_clocks_of_its_items_anew(store: SqlStore) -> None:
    (item_id,) = _items(store)
    with store.begin() as uow:
        item = uow.items.get(item_id)
        draft = uow.drafts.add(make_draft(item.thread_id), [item_id])
        entry_id = uow.outbox.add(make_entry(draft.draft_id))
        uow.drafts.set_state(draft, DraftState.APPROVED)
        uow.drafts.approve(approve(draft, b"Subject: Re\r\n\r\nanswer", "kim", NOW))
        uow.clocks.save({item_id: Clocked(1, None)}, [])
        uow.clocks.restart(draft.draft_id)
        assert uow.clocks.unclocked(10) == [item_id]
        uow.commit()
    with store.begin() as uow:
        claimed = uow.outbox.claim(entry_id, NOW)
        if claimed is None:
            pytest.fail("the entry is due")
        uow.outbox.settle(claimed, Sent(NOW + HOUR, Receipt("250 ok")))
        ((_, history),) = uow.clocks.histories([item_id], with_amounts=True)
    assert history.sent == (NOW + HOUR,)


def test_the_history_of_an_item_is_read_back_from_the_record(store: SqlStore) -> None:
    (item_id,) = _items(store)
    with store.begin() as uow:
        item = uow.items.get(item_id)
        uow.items.save(assign(item, "kim"))
        entry = RecordEntry(NOW + HOUR, "kim", "assigned", item.number, {"assignee": ""}, {"assignee": "kim"})
        uow.record.add(entry)
        uow.commit()
    with store.begin() as uow:
        ((found, history),) = uow.clocks.histories([item_id], with_amounts=False)
    assert found.assignee == "kim"
    assert [one.assignee for one in history.standings] == ["", "kim"]


def test_a_changed_policy_makes_every_living_clock_anew(store: SqlStore) -> None:
    first, second = _items(store, 2)
    with store.begin() as uow:
        uow.clocks.save({first: Clocked(1, None), second: Clocked(1, None)}, [])
        uow.clocks.restart_all()
        assert uow.clocks.unclocked(10) == [first, second]


def test_notices_join_the_last_one_of_the_day_where_asked(store: SqlStore) -> None:
    lines = (NoticeLine("CD-1001", "late", "resolution", NOW),)
    with store.begin() as uow:
        first = uow.clocks.add_notice(NewNotice("kim", lines), NOW, None)
        assert uow.clocks.add_notice(NewNotice("kim", lines), NOW, None) != first
        uow.clocks.see_notices(User("kim", Role.APPROVER), NOW)
        last = uow.clocks.add_notice(NewNotice("kim", lines), NOW + HOUR, NOW)
        assert last == first + 1
        assert uow.clocks.notices_since(NOW) == {"kim": 2}
        # Nobody has one yet to join.
        assert uow.clocks.add_notice(NewNotice("pat", lines), NOW, NOW) > last


def test_what_was_done_last_is_remembered(store: SqlStore) -> None:
    with store.begin() as uow:
        assert uow.clocks.mark("policy") is None
        uow.clocks.set_mark("policy", "one", NOW)
        uow.clocks.set_mark("policy", "two", NOW)
        assert uow.clocks.mark("policy") == "two"
